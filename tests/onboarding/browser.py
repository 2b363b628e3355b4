"""A browser without JavaScript, as far as the wizard needs one: it sends back what a page carries."""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from onboarding.steps import STEPS


class _Hidden(HTMLParser):
    """Collects the hidden fields of a page's forms."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "input" and values.get("type") == "hidden" and values.get("name"):
            self.fields[str(values["name"])] = values.get("value") or ""


def address_after(slug: str) -> str:
    """Where **Guardar y continuar** of a step leads."""
    slugs = [step.slug for step in STEPS]
    return f"/configuracion/{slugs[slugs.index(slug) + 1]}/"


@dataclass
class Tab:
    """One tab of a signed-in issuer's browser."""

    client: Client

    def open(self, slug: str) -> dict[str, str]:
        """Opens a step; returns the hidden fields that its form carries (version, current step)."""
        response = self.client.get(f"/configuracion/{slug}/")
        assert response.status_code == 200, (slug, response.status_code, response.headers.get("Location"))
        return hidden(response)

    def submit(
        self, slug: str, answers: dict[str, Any], page: dict[str, str] | None = None, **extra: str
    ) -> Any:
        """Opens a step, unless `page` was opened before, fills it in and presses its first button."""
        carried = self.open(slug) if page is None else page
        data = {f"{slug}-{name}": value for name, value in answers.items()}
        return self.client.post(f"/configuracion/{slug}/", {**carried, **data, **extra})


def hidden(response: Any) -> dict[str, str]:
    """The hidden fields of a page, but the CSRF token, which the test client does not need."""
    parser = _Hidden()
    parser.feed(response.content.decode())
    parser.fields.pop("csrfmiddlewaretoken", None)
    return parser.fields

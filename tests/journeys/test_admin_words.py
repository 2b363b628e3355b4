"""What admin says: every page that each role may open is read, for words that nobody says."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client

from companies.models import PrivacyNotice, ResetRequest, User, ValidatorQuery
from mailing.doctor.sentences import ADVICE
from mailing.models import MailboxTest, RelayState
from onboarding.models import Download
from onboarding.steps import STEPS
from tests.conftest import PASSWORD
from tests.journeys.test_admin_matrix import addresses_of, content_of, of_one_row, patterns
from tests.onboarding.backoffice.rows import authority_row, rows_of

SignIn = Callable[[User], Client]
# Written by a person or a machine, and not by us.
SILENT = {"script", "style", "code", "pre", "textarea"}
SPOKEN = ("alt", "title", "aria-label", "placeholder", "data-label")
BREAKS = {"p", "li", "td", "th", "h1", "h2", "h3", "h4", "div", "a", "option", "dt", "dd", "label", "button"}
ENGLISH = (
    "add|added|all|and|any|changed?|created|date|deleted?|edit|email|empty|entry|entries|false|field|filter|for|history"
    "|home|issued|log|name|none|null|object|of|password|please|remove|results?|save|saved|search|select|selected"
    "|source|success|successfully|the|this|time|true|updated|user|users|value|view|was|with|yes|you|your"
)
FEMININE = (
    "empresa|dirección|descarga|carta|firma|prueba|validación|consulta|petición|importación|aceptación"
    "|autoridad"
)
MASCULINE = "usuario|aviso|distribuidor|mensaje|buzón|logotipo|documento|envío|diagnóstico|CSD"
WRONG = {
    "English": rf"(?i)(?<![\w@./-])(?:{ENGLISH})(?![\w@./-])",
    "article": rf"(?i)\b(?:(?:el|un|este|los) (?:{FEMININE})s?|(?:la|una|esta|las) (?:{MASCULINE})s?)\b",
    "glued": r"\b(?:El|La)(?:descarga|empresa|usuario|aviso|mensaje)\b",
    "both genders": r"\w/(?:as|os|a|o)\b|\([aeo]?s\)",
    "a slug": r"(?<![\w/@.-])(?:{})(?![\w/@.-])".format(
        "|".join(step.slug for step in STEPS if "-" in step.slug)
    ),
    "a kind": r"\b(?:companies|onboarding|certificates|mailing|backoffice)\.[a-z_]+",
    "a code": r"(?<![\w@./-])(?<!manage\.py )[a-z]+(?:_[a-z0-9]+)+(?![\w@./-])",
    "an object": r"\w+ object \(",
}


class Page(HTMLParser):
    """What a page says: its text in pieces, and what a screen reader reads besides."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: list[str] = []
        self.inside: list[str] = []
        self.crumbs: list[str] = []
        self.in_crumbs = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.said += [given[name] or "" for name in SPOKEN if name in given]
        if tag == "input" and given.get("type") in ("submit", "button"):
            self.said.append(given.get("value") or "")
        if tag in SILENT:
            self.inside.append(tag)
        if tag == "ol":
            self.in_crumbs = given.get("class") == "breadcrumbs"

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()
        if tag == "ol":
            self.in_crumbs = False

    def handle_data(self, data: str) -> None:
        if self.inside or not data.strip():
            return
        self.said.append(" ".join(data.split()))
        if self.in_crumbs:
            self.crumbs.append(self.said[-1])


def faults(html: str) -> Iterator[str]:
    """Each thing that nobody says, with where it stands."""
    page = Page(html)
    for text in dict.fromkeys(page.said):
        for what, pattern in WRONG.items():
            if found := re.search(pattern, text):
                yield f"{what}: «{found[0]}» in «{text[:90]}»"
    for one, other in zip(page.crumbs, page.crumbs[1:], strict=False):
        if one == other:
            yield f"twice in the way here: {one}"


def lists() -> list[str]:
    """Every page that is not about one row, files excepted."""
    found = []
    for model_admin, url in patterns():
        opts, route = model_admin.opts, str(url.pattern)
        if not of_one_row(url) and "<" not in route and "." not in route:
            found.append(f"/admin/{opts.app_label}/{opts.model_name}/{route}")
    pages = ("", "password_change/", "estado/", "medidas/", "medidas/?paso=sellos")
    return [*found, *(f"/admin/{page}" for page in pages)]


@pytest.fixture
def owner(db: None) -> User:
    return User.objects.create_superuser("dueña", PASSWORD, email="duena@example.com", full_name="Dueña")


@pytest.fixture
def rows(issuer: User, distributor: User, support: User) -> list[Any]:
    """One of everything, with a past."""
    found = [*rows_of(issuer), distributor, support, authority_row(support)]
    MailboxTest.objects.update(state="done", code="blocked_port", message=ADVICE["blocked_port"][0])
    ValidatorQuery.objects.update(code="not_found", message="El SAT no lo conoce.")
    found += [
        Download.objects.create(title="Manual", file="descargas/x/manual.pdf"),
        PrivacyNotice.objects.create(version="otro", text="Aviso."),
        ResetRequest.objects.create(asked_for="nadie", address="192.0.2.3"),
        RelayState.objects.present(),
    ]
    for row in found:
        said = [{"changed": {"fields": ["Nombre"]}}]
        LogEntry.objects.log_actions(support.pk, [row], CHANGE, said, single_object=True)
    return found


@pytest.mark.parametrize("role", ["owner", "support", "distributor"])
def test_every_page_speaks_as_people_do(
    sign_in: SignIn, rows: list[Any], role: str, request: pytest.FixtureRequest
) -> None:
    client = sign_in(request.getfixturevalue(role))
    found: dict[str, list[str]] = {}
    read = 0
    for url in dict.fromkeys([*lists(), *addresses_of(rows)]):
        response = client.get(url, follow=True)
        text = content_of(response)  # to its end, which closes a file
        if response.status_code == 200 and "html" in response["Content-Type"] and "como-emisor" not in url:
            read += 1
            for fault in faults(text):
                found.setdefault(fault, []).append(url)
    assert read > 40
    assert not found, "\n".join(f"{fault}: {urls[0]}" for fault, urls in sorted(found.items()))


def test_every_field_has_a_name_in_spanish() -> None:
    """Also those that only the history shows: Django makes English of a column's name."""
    ours = ("companies", "mailing", "certificates", "onboarding", "backoffice")
    # Spelled alike in both.
    silent = {"id", "visible"}
    audits = [model for model in apps.get_models() if hasattr(model, "pgh_obj")]
    unnamed = {
        f"{audit.__name__}.{field.name}"
        for audit in audits
        if audit._meta.app_label in ours
        for field in audit._meta.fields
        if field.name not in silent and not field.is_relation and not field.name.startswith("pgh_")
        if field.verbose_name == field.name.replace("_", " ")
    }
    assert len(audits) > 10
    assert unnamed == set()

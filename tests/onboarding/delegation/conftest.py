"""An issuer who asked somebody for a step, and that person's browser."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from companies.models import PrivacyNotice, User
from onboarding.delegation import links, services
from onboarding.delegation.models import Delegation
from onboarding.delegation.scope import asked_step
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab, hidden

NAME, EMAIL = "Ana Contadora", "ana@despacho.example"


SignIn = Callable[[User], Client]


def text_of(response: Any) -> str:
    """A page, whatever its line breaks."""
    return " ".join(response.content.decode().split())


def asked(issuer: User, slug: str, **more: str) -> Delegation:
    """What the issuer asks Ana for."""
    step = asked_step(slug)
    assert step is not None
    said = {"name": NAME, "email": EMAIL, "message": "", **more}
    return services.ask(issuer, step, **said)


@dataclass
class AskedPerson:
    """The browser of who was asked, without an account."""

    client: Client
    delegation: Delegation

    def link(self) -> str:
        """The address in the last mail."""
        self.delegation.refresh_from_db()
        return f"/encargo/enlace/{links.token(self.delegation)}/"

    def open(self) -> Any:
        """«Abrir» on the page of the link."""
        token = self.link().split("/")[-2]
        return self.client.post("/encargo/abrir/", {"enlace": token, "accion": "abrir"})

    def accept(self) -> "AskedPerson":
        """Opens the link and accepts the notice."""
        assert self.open().status_code == 302
        assert self.client.post("/encargo/", {"accion": "aceptar"}).status_code == 302
        return self

    def submit(self, slug: str, answers: dict[str, Any], **extra: str) -> Any:
        """Opens the step, fills it in and presses its first button."""
        carried = hidden(self.client.get(f"/encargo/{slug}/"))
        data = {f"{slug}-{name}": value for name, value in answers.items()}
        return self.client.post(f"/encargo/{slug}/", {**carried, **data, **extra})


Ask = Callable[..., AskedPerson]


@pytest.fixture
def ready(issuer: User, notice: PrivacyNotice) -> User:
    """The issuer, who has accepted the notice."""
    client = Client()
    client.force_login(issuer, backend="companies.accounts.auth.Backend")
    page = "aviso-de-privacidad"
    assert Tab(client).submit(page, ANSWERS[page]()).status_code == 302
    return issuer


@pytest.fixture
def ask(ready: User) -> Ask:
    """Asks Ana for a step; gives her browser."""
    return lambda slug, **more: AskedPerson(Client(), asked(ready, slug, **more))

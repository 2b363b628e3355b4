"""Enter presses the main button and every form names its own address, on every page in every state.

As a browser has it: a form's default button is the first that sends it, in the order of the document,
wherever in the document it stands.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import lxml.html
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml.html import FormElement, HtmlElement

from certificates.models import CsdValidation
from certificates.testing import Pair
from facturamos.jobs import tasks
from mailing.models import Mailbox, MailboxTest
from onboarding.steps import STEPS
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import Tab

TYPED_IN = ("text", "email", "tel", "password", "number", "date", "url", "search")
# The addresses around the steps that have forms, as an issuer or as a visitor.
AROUND = ("/configuracion/", "/configuracion/constancia/", "/panel/", "/asistencia/", "/manuales/")
FOR_VISITORS = ("/entrar/", "/recuperar/", "/")


def parsed(response: object) -> HtmlElement:
    """The page."""
    return lxml.html.document_fromstring(response.content.decode())  # type: ignore[attr-defined]


def buttons_of(page: HtmlElement, form: FormElement) -> Iterator[HtmlElement]:
    """All that send the form, in the order of the document."""
    for button in page.iter("button"):
        if button.get("type", "submit") != "submit":
            continue
        owner = button.get("form")
        if owner == form.get("id") if owner else form in list(button.iterancestors()):
            yield button


def check(page: HtmlElement, what: str) -> int:
    """Holds each form of the page to both rules; returns how many text fields it saw."""
    seen = 0
    for form in page.iter("form"):
        if form.get("method") == "dialog":
            continue  # never sent: its script answers (tests/browser/test_letter_signing.py)
        action = form.get("action")
        assert action, f"{what}: a form without an address"
        assert "#" not in action, f"{what}: {action}"
        fields = [field for field in form.iter("input") if field.get("type", "text") in TYPED_IN]
        if form.get("id") == "paso" and fields:
            first = next(buttons_of(page, form))
            assert first.get("value") == "guardar", f"{what}: Enter presses «{first.text_content().strip()}»"
        seen += len(fields)
    return seen


@dataclass(frozen=True)
class State:
    """A page in one of its states: what is done to bring it about."""

    slug: str
    name: str
    bring_about: Callable[[Tab, Pair], object]


def _work(tab: Tab, pair: Pair, **changes: object) -> None:
    tab.submit("sellos", csd_files(pair) | changes)
    for job in CsdValidation.objects.filter(state="queued"):
        tasks.run("certificates.csdvalidation", str(job.pk))


def _tested(tab: Tab, **outcome: object) -> None:
    tab.submit("correo", ANSWERS["correo"](), accion="probar")
    MailboxTest.objects.update(**outcome)


def _saved(slug: str, tab: Tab, pair: Pair) -> None:
    tab.submit(slug, ANSWERS[slug]())


def _with_outcome(outcome: dict[str, object], tab: Tab, pair: Pair) -> None:
    _tested(tab, **outcome)


PROPOSAL = {"host": "smtp.example.com", "port": 465, "use_ssl": True}
OUTCOMES: list[tuple[str, dict[str, object]]] = [
    ("running", {}),
    ("refused", {"state": "done", "code": "refused", "message": "No.", "action": "Revise el puerto."}),
    ("proposal", {"state": "done", "code": "refused", "message": "No.", "proposal": PROPOSAL}),
    ("interrupted", {"state": "dead"}),
    ("passed", {"state": "done", "code": "ok"}),
]
STATES = [
    *(State(step.slug, "empty", lambda tab, pair: None) for step in STEPS),
    *(State(slug, "saved", partial(_saved, slug)) for slug in ANSWERS),
    *(State("correo", f"test {name}", partial(_with_outcome, outcome)) for name, outcome in OUTCOMES),
    State("sellos", "checking", lambda tab, pair: tab.submit("sellos", csd_files(pair))),
    State("sellos", "wrong password", lambda tab, pair: _work(tab, pair, password="no-es-esta")),
    State("sellos", "no password", lambda tab, pair: _work(tab, pair, password="")),
    State("sellos", "good", _work),
    State(
        "carta-manifiesto",
        "manual",
        lambda tab, pair: tab.submit("carta-manifiesto", {}, accion="manual"),
    ),
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: f"{state.slug}-{state.name}")
def test_enter_presses_the_main_button_of_every_step(tab: Tab, pair: Pair, state: State) -> None:
    state.bring_about(tab, pair)
    address = f"/configuracion/{state.slug}/"

    shown = tab.client.get(f"{address}?de=terminar")
    check(parsed(shown), "as it is shown")
    refused = tab.submit(state.slug, {"from_email": "no", "signed_on": "x"})
    if refused.status_code == 200:
        check(parsed(refused), "with errors")


def test_a_mailbox_in_use_too(tab: Tab) -> None:
    _tested(tab, state="done", code="timeout")
    MailboxTest.objects.update(digest=Mailbox.objects.get().digest())
    tab.submit("correo", {}, accion="insistir")
    assert Mailbox.objects.get().is_active

    assert check(parsed(tab.client.get("/configuracion/correo/")), "in use") >= 6


def test_forms_name_their_address_on_the_pages_around(tab: Tab) -> None:
    for address in AROUND:
        check(parsed(tab.client.get(address, follow=True)), address)
    unread = SimpleUploadedFile("constancia.pdf", b"nada")
    check(
        parsed(tab.client.post("/configuracion/constancia/", {"accion": "leer", "file": unread})), "refused"
    )
    tab.client.logout()
    assert sum(check(parsed(tab.client.get(address)), address) for address in FOR_VISITORS) >= 3
    check(parsed(tab.client.post("/entrar/?next=/panel/", {"username": "x"})), "not let in")


def test_the_address_keeps_where_to_return_to(tab: Tab) -> None:
    page = parsed(tab.client.get("/configuracion/correo/?de=terminar"))

    assert page.get_element_by_id("paso").get("action") == "/configuracion/correo/?de=terminar"

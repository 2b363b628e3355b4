"""Everything on one page; finishing happens once, when nothing is missing."""

import pytest

from certificates.testing import Pair
from companies.models import User
from mailing.models import Mailbox, Message
from onboarding.models import Onboarding
from onboarding.steps import STEPS
from tests.companies.accounts.mail import deliver, last_mail
from tests.companies.documents import reading
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import Tab
from tests.onboarding.steps.test_sellos import work

SLUG = "terminar"
# What finishing does not ask for.
OPTIONAL = ("logotipo", "correo")


@pytest.fixture
def complete(tab: Tab, pair: Pair) -> Tab:
    """An issuer who has done all that must be done, and nothing else."""
    for slug in ANSWERS:
        if slug not in (*OPTIONAL, "aviso-de-privacidad", SLUG):
            answers = ANSWERS[slug]() | ({"current_password": PASSWORD} if slug == "usuario" else {})
            assert tab.submit(slug, answers).status_code == 302
    tab.submit("sellos", csd_files(pair))
    work()
    return tab


def test_finishing_leads_to_the_panel_once(complete: Tab, issuer: User) -> None:
    response = complete.submit(SLUG, {})
    assert response.headers["Location"] == "/panel/"
    finished = Onboarding.objects.get(company=issuer.company).finished_at

    again = complete.submit(SLUG, {})

    assert again.headers["Location"] == "/panel/"
    assert Onboarding.objects.get(company=issuer.company).finished_at == finished
    assert complete.client.get("/panel/").status_code == 200


def test_finishing_is_told_by_mail_once_with_the_acta(complete: Tab, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(confirmed_email="panaderia@example.com")
    for _ in range(2):
        complete.submit(SLUG, {})

    deliver(Message.objects.get(kind="onboarding.finished"))
    sent = last_mail()
    assert sent.to == ["panaderia@example.com"]
    assert sent.subject == "Finalizó la configuración de PANADERÍA LA ÑAPA"
    assert "Falta una cosa para facturar." in str(sent.body)
    assert "- Carta manifiesto: " in str(sent.body)
    [(name, acta, kind)] = sent.attachments
    assert (str(name).startswith("acta-de-configuracion-F"), kind) == (True, "application/pdf")
    assert "PANADERÍA LA ÑAPA" in " ".join(reading.pages(acta))
    for page in ("/configuracion/terminar/acta.pdf", "/panel/"):
        assert page in str(sent.body)
        assert page in str(sent.alternatives[0][0])


def test_what_is_missing_is_named_with_a_link(tab: Tab) -> None:
    text = tab.client.get("/configuracion/terminar/").content.decode()

    for slug in ("datos-fiscales", "sellos", "documentos"):
        assert f"/configuracion/{slug}/?de=terminar" in text


def test_what_is_stored_is_shown_with_a_way_to_change_it(complete: Tab) -> None:
    text = complete.client.get("/configuracion/terminar/").content.decode()

    for value in (
        "PANADERÍA LA ÑAPA",
        "Avenida de los Ñandúes 12-B",
        "Íñigo Peña Núñez",
        "folio inicial 100",
    ):
        assert value in text
    assert text.count("Cambiar") >= 10


def test_everything_that_was_typed_is_there(complete: Tab, issuer: User) -> None:
    """But what only the browser and the vault know."""
    complete.submit("logotipo", ANSWERS["logotipo"]())
    complete.submit("correo", ANSWERS["correo"]())
    Mailbox.objects.get().approve()

    text = complete.client.get("/configuracion/terminar/").content.decode()

    secrets = {"password", "password_confirmation", "accept", "position", "first_folio"}
    for slug in ("datos-fiscales", "direccion-fiscal", "usuario", "correo"):
        for name, value in ANSWERS[slug]().items():
            assert name in secrets or value in ("", "on") or str(value) in text, f"{slug}: {name}"
    assert "/configuracion/logotipo/" in text
    assert 'alt="Su logotipo"' in text
    assert text.count(">Cambiar<") == len([step for step in STEPS if step.counts])


def test_cambiar_comes_back_to_this_page(complete: Tab) -> None:
    page = complete.open("documentos")
    data = {f"documentos-{name}": value for name, value in ANSWERS["documentos"]().items()}

    response = complete.client.post("/configuracion/documentos/?de=terminar", page | data)

    assert response.headers["Location"] == "/configuracion/terminar/"


def test_another_address_to_come_back_to_is_ignored(complete: Tab) -> None:
    page = complete.open("documentos")
    data = {f"documentos-{name}": value for name, value in ANSWERS["documentos"]().items()}

    response = complete.client.post("/configuracion/documentos/?de=//malo.example", page | data)

    assert response.headers["Location"] == "/configuracion/terminar/"


def test_after_finishing_every_step_opens_and_the_hub_is_the_panel(complete: Tab) -> None:
    complete.submit(SLUG, {})

    assert complete.client.get("/configuracion/").headers["Location"] == "/panel/"
    for slug in ANSWERS:
        assert complete.client.get(f"/configuracion/{slug}/").status_code == 200


def test_before_finishing_the_panel_is_the_hub(tab: Tab) -> None:
    assert tab.client.get("/panel/").headers["Location"] == "/configuracion/"

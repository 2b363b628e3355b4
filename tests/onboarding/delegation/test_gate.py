"""Who was asked does the step with the same checks, is shown what came of it, and opens nothing else."""

import json
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import JsonResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from certificates.models import Csd
from certificates.testing import Pair
from companies.models import Address, Company, ManifestLetter, User
from mailing.models import Mailbox, MailboxTest, Message
from onboarding.delegation import gate, services
from onboarding.documents.views import letter_acknowledgement
from tests.companies.accounts.mail import deliver, last_mail
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import hidden
from tests.onboarding.delegation.conftest import EMAIL, Ask, SignIn, text_of
from tests.onboarding.steps.test_sellos import work


def test_the_csd_is_done_with_the_same_checks_and_the_issuer_is_told(
    ask: Ask, ready: User, pair: Pair, sign_in: SignIn
) -> None:
    ana = ask("sellos").accept()
    page = text_of(ana.client.get("/encargo/sellos/"))
    assert "para <b>PANADERÍA LA ÑAPA</b>, RFC PNA190312AB1" in page
    for word in ("stepper", "Salir", "Lista de pasos", "Volver", "/configuracion/", "/panel/"):
        assert word not in page

    refused = ana.submit("sellos", csd_files(pair) | {"password": "otra"})
    work()
    assert refused.status_code == 302
    assert "La contraseña no" in text_of(ana.client.get("/encargo/sellos/"))
    assert ana.client.get("/encargo/").headers["Location"] == "/encargo/sellos/"
    ana.submit("sellos", {"password": pair.password.decode()})
    work()

    outcome = text_of(ana.client.get("/encargo/sellos/"))
    csd = Csd.objects.get(state="active")
    assert csd.number in outcome
    assert csd.uploaded_by is None
    done = text_of(ana.client.get("/encargo/"))
    assert csd.number in done
    assert "Gracias, Ana Contadora" in done
    again = text_of(ana.client.get("/encargo/"))
    assert "<h1>Hecho</h1>" in again
    assert "PNA190312AB1" not in again
    assert ana.client.get("/encargo/sellos/").headers["Location"] == "/encargo/"
    assert "<h1>Hecho</h1>" in text_of(Client().get(ana.link()))
    deliver(Message.objects.get(kind=services.DONE))
    letter = last_mail()
    assert letter.to == ["panaderia@example.com"]
    assert letter.subject == "Ana Contadora ya hizo lo que le pidió: Sellos (CSD)"
    assert "Ana Contadora (ana@despacho.example) terminó «Sellos (CSD)»" in str(letter.body)
    assert "Hecho el" in text_of(sign_in(ready).get("/configuracion/"))


def test_the_fiscal_steps_follow_each_other_and_the_rfc_stays(ask: Ask, ready: User) -> None:
    User.objects.filter(pk=ready.pk).update(phone="4779998877")
    ana = ask("datos-fiscales").accept()
    assert ana.client.get("/encargo/").headers["Location"] == "/encargo/datos-fiscales/"
    assert "4779998877" not in text_of(ana.client.get("/encargo/datos-fiscales/"))

    assert "Solo lo cambia quien le pidió este paso." in text_of(ana.client.get("/encargo/datos-fiscales/"))
    answers = ANSWERS["datos-fiscales"]() | {"rfc": "NUPJ800101AB2"}
    first = ana.submit("datos-fiscales", answers)
    assert first.headers["Location"] == "/encargo/direccion-fiscal/"
    assert ana.client.get("/encargo/codigo-postal/37000/").json()["state"] == "Guanajuato"
    second = ana.submit("direccion-fiscal", ANSWERS["direccion-fiscal"]())

    # What follows for the issuer is not open: the way leads to the outcome.
    assert ana.client.get(second.headers["Location"]).headers["Location"] == "/encargo/"
    company = Company.objects.get(users=ready)
    assert (company.rfc, company.tax_regime) == ("PNA190312AB1", "601")
    assert Address.objects.get(company=company).street == "Avenida de los Ñandúes"
    assert "Avenida de los Ñandúes" in text_of(ana.client.get("/encargo/"))
    assert Message.objects.filter(kind=services.DONE).count() == 1


def test_the_mailbox_is_done_once_a_test_passed_and_tests_reach_who_was_asked(ask: Ask, ready: User) -> None:
    User.objects.filter(pk=ready.pk).update(alternate_email="casa@example.com")
    ana = ask("correo").accept()
    page = text_of(ana.client.get("/encargo/correo/"))
    assert "Omitir por ahora" not in page
    assert "Conectar con" not in page

    left_out = ana.submit("correo", {}, accion="omitir")
    assert left_out.status_code == 200
    ana.submit("correo", ANSWERS["correo"](), accion="probar")

    (test,) = MailboxTest.objects.all()
    assert test.to == [EMAIL]
    assert ana.client.get("/encargo/").headers["Location"] == "/encargo/correo/"
    assert "casa@example.com" not in text_of(ana.client.get("/encargo/correo/"))
    MailboxTest.objects.update(
        state="done", code="ok", stage="delivery", digest=Mailbox.objects.get().digest()
    )
    Mailbox.objects.get().approve()
    assert "Hecho" in text_of(ana.client.get("/encargo/"))


def test_tests_of_the_issuers_are_not_shown(ask: Ask, ready: User) -> None:
    assert ready.company
    mailbox = Mailbox.objects.create(
        company=ready.company, from_email="v@example.com", from_name="V", host="smtp.example.com", port=587
    )
    MailboxTest.objects.create(
        mailbox=mailbox,
        to=["casa@example.com"],
        state="done",
        code="refused",
        message="No.",
        transcript="RCPT",
    )
    ana = ask("correo").accept()

    for address in ("/encargo/correo/", "/encargo/correo/estado/"):
        assert "casa@example.com" not in text_of(ana.client.get(address))
        assert "RCPT" not in text_of(ana.client.get(address))


def test_the_letter_is_done_once_it_is_signed(ask: Ask) -> None:
    ana = ask("carta-manifiesto").accept()
    carried = hidden(ana.client.get("/encargo/carta-manifiesto/"))
    manual = ana.client.post("/encargo/carta-manifiesto/", {**carried, "accion": "manual"})
    assert manual.headers["Location"] == "/encargo/carta-manifiesto/manual.pdf"
    assert ana.client.get(manual.headers["Location"]).headers["Content-Type"] == "application/pdf"

    ana.submit("carta-manifiesto", {"signed_on": ""})
    assert ana.client.get("/encargo/").headers["Location"] == "/encargo/carta-manifiesto/"
    assert "Todavía falta firmarla" in text_of(ana.client.get("/encargo/carta-manifiesto/"))
    today = timezone.localdate()
    ana.submit("carta-manifiesto", {"signed_on": today.isoformat()})

    assert ManifestLetter.objects.get().signed_on == today
    assert "Firmada" in text_of(ana.client.get("/encargo/"))


def test_a_new_privacy_notice_is_waited_for(ask: Ask, ready: User, notice: Any) -> None:
    ana = ask("sellos").accept()
    type(notice)(version="2", text="Otro.").publish()

    assert "debe aceptarlo primero" in text_of(ana.client.get("/encargo/"))
    assert ana.client.get("/encargo/sellos/").status_code == 302


@pytest.mark.parametrize("slug", ["sellos", "correo", "carta-manifiesto"])
def test_what_is_not_asked_for_is_not_opened(ask: Ask, slug: str) -> None:
    ana = ask("datos-fiscales").accept()

    for method in (ana.client.get, ana.client.post):
        assert method(f"/encargo/{slug}/").headers["Location"] == "/encargo/"
    assert ana.client.get("/configuracion/datos-fiscales/").headers["Location"].startswith("/entrar/")
    assert ana.client.get("/configuracion/").headers["Location"].startswith("/entrar/")


def test_a_script_is_told_in_json_that_it_is_over(ask: Ask, rf: RequestFactory) -> None:
    request = rf.post("/encargo/carta-manifiesto/firma/")
    request.session = SessionStore()

    answer = gate.delegated(letter_acknowledgement, "carta-manifiesto", in_json=True)(request)

    assert isinstance(answer, JsonResponse)
    assert answer.status_code == 401
    assert "Este enlace ya no está abierto." in json.loads(answer.content)["message"]

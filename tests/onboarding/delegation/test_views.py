"""The issuer asks, follows and revokes; who was asked opens, accepts, does it, and meets nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from certificates.models import Csd
from certificates.testing import Pair
from companies.models import Address, Company, ManifestLetter, User
from mailing.models import Mailbox, MailboxTest, Message
from onboarding.delegation import services
from onboarding.delegation.models import Delegation, DelegationAcceptance
from tests.companies.accounts.mail import deliver, last_mail
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import hidden
from tests.onboarding.delegation.conftest import EMAIL, NAME, Ask, AskedPerson
from tests.onboarding.steps.test_sellos import work

SignIn = Callable[[User], Client]


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


# --- the issuer


def test_the_issuer_asks_and_a_mail_leads_to_the_step(ready: User, sign_in: SignIn) -> None:
    client = sign_in(ready)
    page = text_of(client.get("/configuracion/sellos/"))
    assert '<a href="/configuracion/sellos/pedir/">Pedir a alguien que lo haga</a>' in page

    message = "Son los de la matriz.\nGracias"
    sent = {"name": NAME, "email": EMAIL, "message": message}
    assert client.post("/configuracion/sellos/pedir/", sent).status_code == 302

    delegation = Delegation.objects.get()
    deliver(Message.objects.get(kind=services.ASKED))
    (letter,) = mail.outbox
    assert letter.to == [EMAIL]
    assert letter.reply_to == ["panaderia@example.com"]
    assert letter.subject == "Íñigo Peña le pide subir los sellos digitales (CSD) de la empresa"
    assert f"http://localhost:8000{AskedPerson(Client(), delegation).link()}" in letter.body
    assert "Son los de la matriz." in letter.body
    hub = text_of(client.get("/configuracion/"))
    assert "Ana Contadora" in hub
    assert "Enviado, sin abrir" in hub


def test_the_steps_that_others_do_offer_it_and_no_other(ready: User, sign_in: SignIn) -> None:
    client = sign_in(ready)

    offering = {
        slug for slug in ANSWERS if "Pedir a alguien" in text_of(client.get(f"/configuracion/{slug}/"))
    }

    assert offering == {"carta-manifiesto", "datos-fiscales", "direccion-fiscal", "correo"}
    assert "/configuracion/datos-fiscales/pedir/" in text_of(client.get("/configuracion/direccion-fiscal/"))
    for slug in ("usuario", "direccion-fiscal", "terminar", "x"):
        assert client.get(f"/configuracion/{slug}/pedir/").status_code == 404


def test_a_page_that_is_wrong_says_so_and_asks_nobody(ready: User, sign_in: SignIn) -> None:
    answer = sign_in(ready).post(
        "/configuracion/correo/pedir/", {"name": "", "email": "ana", "message": "Vea https://malo.example"}
    )

    text = text_of(answer)
    assert "Falta «Nombre»." in text
    assert "el correo ya lleva su enlace" in text
    assert not Delegation.objects.exists()


def test_the_eleventh_of_a_day_is_refused_in_words(ready: User, sign_in: SignIn) -> None:
    client = sign_in(ready)
    sent = {"name": NAME, "email": EMAIL, "message": ""}
    for _ in range(services.PER_DAY):
        assert client.post("/configuracion/sellos/pedir/", sent).status_code == 302

    answer = client.post("/configuracion/correo/pedir/", sent)

    assert "Ya lo pidió 10 veces" in text_of(answer)
    assert Delegation.objects.count() == services.PER_DAY
    assert Delegation.objects.open().count() == 1


def test_the_issuer_revokes_from_the_hub(ask: Ask, ready: User, sign_in: SignIn) -> None:
    ana, client = ask("sellos").accept(), sign_in(ready)
    assert 'action="/configuracion/sellos/pedir/retirar/"' in text_of(client.get("/configuracion/"))

    client.post("/configuracion/sellos/pedir/retirar/")

    assert ana.client.get("/encargo/sellos/").headers["Location"] == "/encargo/"
    assert ana.client.get("/encargo/").status_code == 404
    assert ana.client.get(ana.link()).status_code == 404
    assert "El enlace ya no sirve: usted lo retiró." in text_of(client.get("/configuracion/"))


# --- opening


def test_the_link_itself_says_nothing_and_uses_nothing_up(ask: Ask) -> None:
    ana = ask("sellos")

    for _ in range(3):
        page = ana.client.get(ana.link())
        assert page.status_code == 200
        assert "Abrir</button>" in text_of(page)
        for word in ("PNA190312AB1", "ÑAPA", "Íñigo", "panaderia@"):
            assert word not in text_of(page)
    assert page.headers["Referrer-Policy"] == "strict-origin"
    ana.delegation.refresh_from_db()
    assert ana.delegation.opened_at is None

    assert ana.open().headers["Location"] == "/encargo/"
    assert "Aceptar y empezar" in text_of(ana.client.get("/encargo/"))


def test_a_second_browser_is_not_let_in_but_may_have_another_link_mailed(ask: Ask) -> None:
    ana = ask("sellos").accept()
    old, elsewhere = ana.link(), Client()
    token = old.split("/")[-2]

    assert elsewhere.post("/encargo/abrir/", {"enlace": token, "accion": "abrir"}).status_code == 404
    assert "ya se abrió en otro navegador" in text_of(elsewhere.get(old))
    assert elsewhere.get("/encargo/").status_code == 404
    elsewhere.post("/encargo/abrir/", {"enlace": token, "accion": "otro"})

    second = Message.objects.filter(kind=services.ASKED).latest("created_at")
    assert second.to == EMAIL
    assert ana.client.get("/encargo/sellos/").status_code == 200
    moved = AskedPerson(elsewhere, ana.delegation)
    assert moved.open().status_code == 302
    # The notice was accepted by that person already.
    assert elsewhere.get("/encargo/").headers["Location"] == "/encargo/sellos/"
    assert ana.client.get("/encargo/").status_code == 404
    assert elsewhere.get(old).status_code == 404


def test_links_for_other_browsers_are_few(ask: Ask) -> None:
    ana = ask("sellos")
    for _ in range(services.MOST_LINKS):
        ana.client = Client()
        assert ana.open().status_code == 302
        token = ana.link().split("/")[-2]
        last = Client().post("/encargo/abrir/", {"enlace": token, "accion": "otro"})

    assert last.status_code == 404
    assert Message.objects.filter(kind=services.ASKED).count() == services.MOST_LINKS
    assert "Enviarme otro enlace" not in text_of(Client().get(ana.link()))


def test_a_thousand_guessed_and_altered_links_get_one_answer(ask: Ask) -> None:
    ana, client = ask("sellos"), Client()
    token = ana.link().split("/")[-2]
    letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
    altered = {
        token[:place] + letter + token[place + 1 :]
        for place in range(0, len(token), 3)
        for letter in letters
        if token[place] not in (letter, ".")
    }
    guessed = {f"{number:032x}-1.{token.rpartition('.')[2]}" for number in range(200)}
    wrong = [*sorted(altered), *sorted(guessed), token[:-1], token + "A", "x", token * 3][:2000]
    assert len(wrong) >= 1000

    seen = {client.get(f"/encargo/enlace/{each}/").content for each in wrong}
    opened = {
        (answer := client.post("/encargo/abrir/", {"enlace": each, "accion": "abrir"})).content
        for each in wrong
    }

    assert len(seen) == 1
    assert opened == seen
    assert answer.status_code == 404
    ana.delegation.refresh_from_db()
    assert ana.delegation.opened_link == 0


def test_after_seven_days_it_opens_nothing(ask: Ask, ready: User, sign_in: SignIn) -> None:
    ana = ask("sellos").accept()
    Delegation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert ana.client.get("/encargo/").status_code == 404
    assert ana.client.get(ana.link()).status_code == 404
    assert ana.client.post("/encargo/sellos/").headers["Location"] == "/encargo/"
    assert "Venció sin hacerse" in text_of(sign_in(ready).get("/configuracion/"))


# --- the notice


def test_the_notice_says_who_asks_for_what_and_its_acceptance_is_kept(ask: Ask) -> None:
    ana = ask("sellos", message="Urge.")
    ana.open()

    page = text_of(ana.client.get("/encargo/"))
    assert "Íñigo Peña le pide subir los sellos digitales (CSD) de la empresa." in page
    assert "PANADERÍA LA ÑAPA (RFC PNA190312AB1)" in page
    assert "Urge." in page
    assert ana.client.get("/encargo/sellos/").headers["Location"] == "/encargo/"
    ana.client.post("/encargo/", {"accion": "aceptar"}, headers={"user-agent": "Navegador de Ana"})

    (kept,) = DelegationAcceptance.objects.all()
    assert (kept.name, kept.email, kept.address) == (NAME, EMAIL, "127.0.0.1")
    assert kept.browser == "Navegador de Ana"
    assert kept.text in page
    assert len(kept.sha256) == 64


# --- the steps


def test_the_csd_is_done_with_the_same_checks_and_the_issuer_is_told(
    ask: Ask, ready: User, pair: Pair, sign_in: SignIn
) -> None:
    ana = ask("sellos").accept()
    page = text_of(ana.client.get("/encargo/sellos/"))
    assert "PANADERÍA LA ÑAPA, RFC PNA190312AB1" in page
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

    answers = ANSWERS["datos-fiscales"]() | {"rfc": "NUPJ800101AB2"}
    first = ana.submit("datos-fiscales", answers)
    assert first.headers["Location"] == "/encargo/direccion-fiscal/"
    assert ana.client.get("/encargo/codigo-postal/37000/").json()["state"] == "Guanajuato"
    second = ana.submit("direccion-fiscal", ANSWERS["direccion-fiscal"]())

    # What follows for the issuer is not open: the way leads to the outcome.
    assert ana.client.get(second.headers["Location"]).headers["Location"] == "/encargo/"
    company = Company.objects.get(pk=ready.company_id)
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


def test_scripts_are_told_in_json_that_it_is_over(ask: Ask) -> None:
    ana = ask("sellos")

    answer = ana.client.post("/encargo/sellos/", headers={"accept": "application/json"})

    assert answer.status_code == 401
    assert (
        answer.json()["message"]
        == "Este enlace ya no está abierto. Ábralo otra vez desde el correo que recibió."
    )

"""The issuer asks, follows and revokes; who was asked opens, accepts, does it, and meets nothing else."""

from datetime import timedelta

from django.core import mail
from django.test import Client
from django.utils import timezone

from certificates.testing import Pair
from companies.models import User
from mailing.models import Message
from onboarding.delegation import services
from onboarding.delegation.models import Delegation, DelegationAcceptance
from tests.companies.accounts.mail import deliver
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import Tab
from tests.onboarding.delegation.conftest import EMAIL, NAME, Ask, AskedPerson, SignIn, text_of
from tests.onboarding.steps.test_sellos import work

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

    pages = {slug: text_of(client.get(f"/configuracion/{slug}/")) for slug in ANSWERS}

    offering = {slug for slug, page in pages.items() if ">Pedir a alguien que lo haga</a>" in page}
    assert offering == {"datos-fiscales", "direccion-fiscal", "correo"}
    assert ">Pedir la firma a mi representante</a>" in pages["carta-manifiesto"]
    assert "<h1>Pedir la firma a mi representante</h1>" in text_of(
        client.get("/configuracion/carta-manifiesto/pedir/")
    )
    assert "/configuracion/datos-fiscales/pedir/" in text_of(client.get("/configuracion/direccion-fiscal/"))
    for slug in ("usuario", "direccion-fiscal", "terminar", "x"):
        assert client.get(f"/configuracion/{slug}/pedir/").status_code == 404


def test_nobody_is_asked_for_seals_that_are_looked_at_or_in_order(
    ready: User, sign_in: SignIn, pair: Pair
) -> None:
    client = sign_in(ready)
    assert "sellos/pedir/" in text_of(client.get("/configuracion/sellos/"))

    Tab(client).submit("sellos", csd_files(pair))
    for state in ("validating", "valid"):
        assert "sellos/pedir/" not in text_of(client.get("/configuracion/sellos/")), state
        asking = client.post("/configuracion/sellos/pedir/", {"name": "Ana", "email": "ana@despacho.example"})
        assert asking.headers["Location"] == "/configuracion/sellos/"
        work()
    assert not Delegation.objects.exists()


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

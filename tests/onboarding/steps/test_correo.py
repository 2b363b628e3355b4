"""A mailbox of one's own, or the default sender."""

import pytest

from companies.models import User
from facturamos import vault
from mailing.models import Mailbox, MailboxTest
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab, hidden

SLUG = "correo"


def test_settings_are_saved_with_the_password_encrypted(tab: Tab, issuer: User) -> None:
    response = tab.submit(SLUG, ANSWERS[SLUG]())

    assert response.headers["Location"] == "/configuracion/documentos/"
    mailbox = Mailbox.objects.get(company=issuer.company)
    assert (mailbox.host, mailbox.port, mailbox.use_ssl) == ("smtp.example.com", 587, True)
    assert "clave-smtp-9" not in str(mailbox.password)
    assert "clave-smtp-9" not in tab.client.get("/configuracion/correo/").content.decode()


def test_a_test_mail_is_a_job_and_the_page_stays(tab: Tab) -> None:
    response = tab.submit(SLUG, ANSWERS[SLUG](), accion="probar")

    assert response.headers["Location"] == "/configuracion/correo/"
    assert MailboxTest.objects.count() == 1
    assert "Actualizar estado" in tab.client.get("/configuracion/correo/").content.decode()


def test_it_goes_to_the_users_own_and_alternate_address(tab: Tab, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(alternate_email="otra@example.com")

    tab.submit(SLUG, ANSWERS[SLUG](), accion="probar")

    assert MailboxTest.objects.get().to == [issuer.email, "otra@example.com"]


def test_pressing_again_while_a_test_runs_sends_no_second_mail(tab: Tab) -> None:
    for _ in range(3):
        tab.submit(SLUG, ANSWERS[SLUG](), accion="probar")
    assert MailboxTest.objects.count() == 1

    tab.submit(SLUG, ANSWERS[SLUG]() | {"port": "465"}, accion="probar")
    assert MailboxTest.objects.count() == 2  # other settings are another test

    MailboxTest.objects.update(state="done", code="refused")
    tab.submit(SLUG, ANSWERS[SLUG]() | {"port": "465"}, accion="probar")
    assert MailboxTest.objects.count() == 3


def test_left_out_the_default_sender_is_kept(tab: Tab) -> None:
    response = tab.submit(SLUG, {}, accion="omitir")

    assert response.headers["Location"] == "/configuracion/documentos/"
    assert not Mailbox.objects.exists()
    assert "facturamos@sistemasperseo.com" in tab.client.get("/configuracion/terminar/").content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from_email", "sin-arroba"),
        ("from_name", "Ana\r\nBcc: todos@example.com"),
        ("host", "smtp,example.com"),
        ("port", "70000"),
        ("port", "ocho"),
        ("host", ""),
    ],
)
def test_bad_input_gets_a_sentence(tab: Tab, field: str, value: str) -> None:
    response = tab.submit(SLUG, ANSWERS[SLUG]() | {field: value})

    assert response.status_code == 200
    assert "Falta corregir 1 dato" in response.content.decode()
    assert not Mailbox.objects.exists()


def finished_test(proposal: dict[str, object] | None = None, code: str = "refused") -> Mailbox:
    """The issuer's mailbox after a test that failed."""
    mailbox = Mailbox.objects.get()
    MailboxTest.objects.create(
        mailbox=mailbox,
        state="done",
        code=code,
        message="No respondió.",
        proposal=proposal,
        digest=mailbox.digest(),
    )
    return mailbox


def test_a_proposal_is_taken_and_tested_with_one_press(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    finished_test({"host": "smtp.example.com", "port": 465, "use_ssl": True})
    assert "Usar estos datos y probar" in tab.client.get("/configuracion/correo/").content.decode()

    for _ in range(2):  # a double click
        tab.submit(SLUG, {}, accion="usar")

    assert Mailbox.objects.get().port == 465
    assert MailboxTest.objects.filter(state="queued").count() == 1


def test_without_a_proposal_that_press_changes_nothing(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())

    assert tab.submit(SLUG, {}, accion="usar").status_code == 302
    assert Mailbox.objects.get().port == 587
    assert not MailboxTest.objects.exists()


def test_the_issuer_may_insist_where_a_test_cannot_know_and_leave_it_again(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    assert not Mailbox.objects.get().is_active
    finished_test(code="greylisted")

    assert "Usarlos de todos modos" in tab.client.get("/configuracion/correo/").content.decode()
    tab.submit(SLUG, {}, accion="insistir")
    assert Mailbox.objects.get().is_active

    tab.submit(SLUG, {}, accion="omitir")
    assert not Mailbox.objects.get().is_active


def test_what_was_insisted_on_is_in_review_until_a_test_passes(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    finished_test(code="timeout")
    tab.submit(SLUG, {}, accion="insistir")

    page = tab.client.get("/configuracion/correo/").content.decode()
    hub = tab.client.get("/configuracion/").content.decode()
    Mailbox.objects.get().approve()

    assert "en revisión" in page
    assert "En revisión" in hub
    assert "en revisión" not in tab.client.get("/configuracion/correo/").content.decode()


@pytest.mark.parametrize(
    "code",
    ["auth_refused", "auth_app_password", "name_not_found", "internal", "certificate_expired", "refused"],
)
def test_nobody_insists_against_what_a_test_found_wrong(tab: Tab, code: str) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    finished_test(code=code)

    page = tab.client.get("/configuracion/correo/").content.decode()
    tab.submit(SLUG, {}, accion="insistir")

    assert "Usarlos de todos modos" not in page
    assert not Mailbox.objects.get().is_active


def test_nobody_insists_on_other_settings_than_were_tested(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    finished_test(code="timeout")
    tab.submit(SLUG, ANSWERS[SLUG]() | {"port": "465"})

    tab.submit(SLUG, {}, accion="insistir")

    assert not Mailbox.objects.get().is_active


def test_a_server_pasted_with_its_port_is_taken_apart(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]() | {"host": "ssl://smtp.example.com:465", "port": ""})

    mailbox = Mailbox.objects.get()
    assert (mailbox.host, mailbox.port, mailbox.use_ssl) == ("smtp.example.com", 465, True)


def test_nobody_insists_on_what_was_never_tested(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())

    tab.submit(SLUG, {}, accion="insistir")

    assert not Mailbox.objects.get().is_active


def test_another_password_than_the_stored_one_is_announced_first(tab: Tab) -> None:
    """A browser fills in the site's own password where it finds a field for one."""
    box = 'name="correo-change_password"'
    assert box not in tab.client.get("/configuracion/correo/").content.decode()
    tab.submit(SLUG, ANSWERS[SLUG]())
    before = Mailbox.objects.get().secret_changed_at

    refused = tab.submit(SLUG, ANSWERS[SLUG]() | {"password": "la-del-sitio"})
    stored = Mailbox.objects.get()
    tab.submit(SLUG, ANSWERS[SLUG]() | {"password": "otra-8", "change_password": "on"})

    page = refused.content.decode()
    assert "Cambiar la contraseña guardada" in page
    assert box in page
    assert "<title>Error:" in page
    assert "la-del-sitio" not in page
    assert stored.secret_changed_at == before
    secret = vault.take(Mailbox.objects.get(), "password")
    assert secret is not None
    assert secret.text() == "otra-8"


# --- the doctor's proposal


def test_a_new_mailbox_begins_with_what_is_known(tab: Tab, issuer: User) -> None:
    page = tab.client.get("/configuracion/correo/").content.decode()

    assert f'value="{issuer.email}"' in page
    assert 'value="PANADERÍA LA ÑAPA"' in page
    assert "Proponer los datos del servidor" in page


@pytest.mark.parametrize(
    ("address", "host", "port", "advice"),
    [
        ("ana@gmail.com", "smtp.gmail.com", "587", "contraseña de aplicación"),
        ("ana@hotmail.com", "smtp-mail.outlook.com", "587", "Es probable que Outlook y Hotmail no acepten"),
        ("ana@prodigy.net.mx", "smtp-mail.outlook.com", "587", "Omitir por ahora"),
        ("ana@yahoo.com.mx", "smtp.mail.yahoo.com", "465", "contraseña de aplicación"),
        ("ana@zoho.com", "smtp.zoho.com", "465", "Su correo es de Zoho"),
        ("ana@no-existe.example", "mail.no-existe.example", "465", "No reconocimos al proveedor"),
    ],
)
def test_one_press_proposes_the_server_and_saves_nothing(
    tab: Tab, address: str, host: str, port: str, advice: str
) -> None:
    answers = {"from_email": address, "from_name": "Doña Ñusta", "username": "", "password": "p"}

    page = tab.submit(SLUG, answers, accion="proponer").content.decode()

    for value in (address, "Doña Ñusta", host, port):
        assert f'value="{value}"' in page
    assert advice in page
    assert "checked" in page
    assert "Falta corregir" not in page
    assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("", "ana@gmail.com"), ("panaderia@example.com", "ana@gmail.com"), ("ventas7", "ventas7")],
)
def test_a_user_name_that_nobody_typed_follows_the_address(tab: Tab, typed: str, shown: str) -> None:
    answers = {"from_email": "ana@gmail.com", "from_name": "Ana", "username": typed}

    page = tab.submit(SLUG, answers, accion="proponer").content.decode()

    field = page.partition('name="correo-username"')
    assert f'value="{shown}"' in field[0][-150:] + field[2][:150]


def test_what_a_former_proposal_filled_in_goes_with_it(tab: Tab) -> None:
    typed = {"from_name": "Ana", "username": ""}
    carried: dict[str, str] | None = None
    for address in ("ventas@gmail.com", "ventas@losnaranjos.example", "sin-arroba", "ventas@yahoo.com"):
        page = tab.submit(SLUG, typed | {"from_email": address}, carried, accion="proponer")
        carried = hidden(page)
        form = page.context["form"]
        typed["username"] = form["username"].value()
        assert typed["username"] == (address if "@" in address else "ventas@losnaranjos.example")
    typed["username"] = "mi-usuario"

    page = tab.submit(SLUG, typed | {"from_email": "ventas@gmail.com"}, carried, accion="proponer")

    assert page.context["form"]["username"].value() == "mi-usuario"
    # Also over a page that was refused meanwhile.
    typed["username"] = ""
    page = tab.submit(SLUG, typed | {"from_email": "ana@gmail.com"}, accion="proponer")
    typed["username"] = "ana@gmail.com"
    page = tab.submit(SLUG, typed | {"from_email": "ana@gmail.com"}, hidden(page))
    assert page.context["form"].errors
    page = tab.submit(SLUG, typed | {"from_email": "ana@zoho.com"}, hidden(page), accion="proponer")
    assert page.context["form"]["username"].value() == "ana@zoho.com"


@pytest.mark.parametrize("address", ["", "ana", "ana@", "ana@\r\nexample.com"])
def test_without_an_address_there_is_nothing_to_propose(tab: Tab, address: str) -> None:
    page = tab.submit(SLUG, {"from_email": address, "host": "smtp.mio.mx"}, accion="proponer")

    assert "Escriba primero su dirección" in page.content.decode()
    assert 'value="smtp.mio.mx"' in page.content.decode()


def test_a_proposal_over_a_stored_mailbox_changes_the_page_only(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    page = tab.submit(SLUG, ANSWERS[SLUG]() | {"from_email": "ana@gmail.com"}, accion="proponer")

    assert 'value="smtp.gmail.com"' in page.content.decode()
    assert "clave-smtp-9" not in page.content.decode()
    assert Mailbox.objects.get().host == "smtp.example.com"


def test_whoever_uses_gmail_is_told_before_it_fails(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]() | {"from_email": "ana@gmail.com", "host": "smtp.gmail.com"})

    assert "myaccount.google.com/apppasswords" in tab.client.get("/configuracion/correo/").content.decode()


def test_one_click_goes_back_to_the_default_sender(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    Mailbox.objects.get().approve()
    assert "Volver al remitente predeterminado" in tab.client.get("/configuracion/correo/").content.decode()

    tab.submit(SLUG, {}, accion="omitir")

    assert not Mailbox.objects.get().is_active
    page = tab.client.get("/configuracion/correo/").content.decode()
    assert "Volver al remitente predeterminado" not in page
    assert "facturamos@sistemasperseo.com" in page


def test_a_test_that_passed_says_nothing_good_of_other_settings(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG](), accion="probar")
    MailboxTest.objects.update(state="done", code="ok", stage="delivery")
    Mailbox.objects.get().approve()
    assert "El correo de prueba salió bien" in tab.client.get("/configuracion/correo/").content.decode()

    tab.submit(SLUG, ANSWERS[SLUG]() | {"port": "465"})

    page = tab.client.get("/configuracion/correo/").content.decode()
    assert "El correo de prueba salió bien" not in page
    assert "estos datos no están en uso" in page

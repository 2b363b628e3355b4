"""Addresses that look mistyped: corrected with one press, and kept with another."""

from companies.models import User
from mailing.models import Mailbox, MailboxTest
from tests.onboarding.browser import Tab
from tests.onboarding.wizard.test_doubts import KINDS, PERSON, doubts_of, page_of, questions


def test_correcting_a_slip_asks_for_no_password_again(tab: Tab, issuer: User) -> None:
    tab.submit("usuario", PERSON | {"email": "ana@gmail.con"})
    without = PERSON | {"email": "ana@gmail.con", "current_password": ""}
    other = tab.submit("usuario", without | {"email": "otro@gmail.com"}).content.decode()
    assert "Escriba su contraseña actual" in other

    assert tab.submit("usuario", without, accion="corregir-email")["Location"] == page_of("logotipo")

    issuer.refresh_from_db()
    assert issuer.email == "ana@gmail.com"


def test_a_slip_that_was_kept_is_an_address_like_any_other(tab: Tab, issuer: User) -> None:
    for _ in range(2):
        tab.submit("usuario", PERSON | {"email": "ana@gmail.con"})
    changed = PERSON | {"email": "ana@gmail.com", "current_password": ""}

    assert "Escriba su contraseña actual" in tab.submit("usuario", changed).content.decode()

    issuer.refresh_from_db()
    assert issuer.email == "ana@gmail.con"


def test_the_user_of_a_mailbox_is_corrected_with_its_address(tab: Tab) -> None:
    typed = KINDS["correo-from_email"][1]
    tab.submit("correo", typed)

    tab.submit("correo", typed, accion="corregir-from_email")

    mailbox = Mailbox.objects.get()
    assert (mailbox.from_email, mailbox.username) == ("ana@gmail.com", "ana@gmail.com")


def test_a_test_mail_is_sent_in_spite_of_the_question(tab: Tab) -> None:
    tab.submit("correo", KINDS["correo-from_email"][1], accion="probar")

    assert MailboxTest.objects.count() == 1
    assert questions(tab, "correo") == ["correo-from_email"]


def test_a_mailbox_that_was_left_out_is_no_doubt(tab: Tab, issuer: User) -> None:
    tab.submit("correo", KINDS["correo-from_email"][1])

    assert tab.submit("correo", {}, accion="omitir")["Location"] == page_of("documentos")
    assert doubts_of(issuer, "correo") == []

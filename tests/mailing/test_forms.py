"""The form of step 10: what it refuses, what it encrypts, what it keeps."""

import random
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from companies.models import User
from facturamos import vault
from facturamos.vault import Secret
from mailing.forms import MailboxForm
from mailing.models import Mailbox
from tests.mailing.arrival.name_server import serving

pytestmark = pytest.mark.django_db

GOOD = {
    "from_email": "ventas@panaderia.mx",
    "from_name": "Panadería La Ñapa",
    "username": "ventas@panaderia.mx",
    "password": " con espacios ",
    "host": "mail.panaderia.mx",
    "port": "465",
    "use_ssl": "on",
}


def fill(mailbox: Mailbox, **changes: str | None) -> MailboxForm:
    """The form as the page sends it; None leaves a field out."""
    data = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    return MailboxForm(data, instance=mailbox)


@pytest.fixture
def mailbox(issuer: User) -> Mailbox:
    form = fill(Mailbox(company=issuer.company))
    assert form.is_valid(), form.errors
    form.save()
    return Mailbox.objects.get()


def password_of(mailbox: Mailbox) -> str | None:
    """The stored password."""
    secret: Secret | None = vault.take(mailbox, "password")
    return None if secret is None else secret.text()


def test_the_labels_are_the_guides_in_its_order(issuer: User) -> None:
    form = MailboxForm(instance=Mailbox(company=issuer.company))

    assert [field.label for field in form] == [
        "Dirección de correo electrónico",
        "Nombre",
        "Usuario",
        "Contraseña",
        "Servidor SMTP",
        "Puerto SMTP",
        "SSL",
    ]


def test_it_encrypts_the_password_as_typed(mailbox: Mailbox) -> None:
    assert password_of(mailbox) == " con espacios "
    assert mailbox.secret_changed_at is not None
    assert b"espacios" not in mailbox.password.ciphertext  # type: ignore[union-attr]


def test_the_password_never_comes_back_into_the_page(mailbox: Mailbox) -> None:
    shown = str(MailboxForm(instance=mailbox)) + str(fill(mailbox, host=""))

    assert "espacios" not in shown


def test_an_empty_password_keeps_the_present_one(mailbox: Mailbox) -> None:
    before = mailbox.secret_changed_at
    form = fill(mailbox, password="", from_name="Otro nombre")

    assert form.is_valid(), form.errors
    form.save()

    mailbox.refresh_from_db()
    assert (password_of(mailbox), mailbox.from_name) == (" con espacios ", "Otro nombre")
    assert mailbox.secret_changed_at == before


# --- another password is announced


def test_another_password_is_saved_only_when_that_was_said(mailbox: Mailbox) -> None:
    silent = fill(mailbox, password="la del sitio", from_name="Otro nombre")

    assert list(silent.errors) == ["change_password"]
    assert "marque «Cambiar la contraseña guardada»" in silent.errors["change_password"][0]
    assert "la del sitio" not in str(silent)
    assert password_of(Mailbox.objects.get()) == " con espacios "

    said = fill(Mailbox.objects.get(), password="otra", change_password="on")
    assert said.is_valid(), said.errors
    said.save()
    assert password_of(Mailbox.objects.get()) == "otra"


@pytest.mark.parametrize("ticked", [None, "on"])
@pytest.mark.parametrize("typed", ["", " con espacios "])
def test_the_stored_password_needs_no_announcement(mailbox: Mailbox, typed: str, ticked: str | None) -> None:
    form = fill(mailbox, password=typed, change_password=ticked)

    assert form.is_valid(), form.errors
    assert not form.has_changed()


def test_a_server_that_was_changed_with_its_password_asks_too(mailbox: Mailbox) -> None:
    changes = {"host": "mail.otro.example", "password": "otra"}

    assert list(fill(mailbox, **changes).errors) == ["change_password"]
    assert fill(mailbox, **changes, change_password="on").is_valid()


def test_nothing_is_announced_where_nothing_is_stored(issuer: User) -> None:
    form = fill(Mailbox(company=issuer.company), password="primera")

    assert "change_password" not in form.fields
    assert form.is_valid(), form.errors


def test_another_server_wants_the_password_again(mailbox: Mailbox) -> None:
    form = fill(mailbox, password="", host="mail.otro.example")

    assert form.errors == {"password": ["Cambió el servidor: escriba otra vez la contraseña."]}


def test_the_same_content_is_no_change_and_saves_nothing(
    mailbox: Mailbox, django_assert_num_queries: object
) -> None:
    for password in ("", GOOD["password"]):
        form = fill(mailbox, password=password)
        assert form.is_valid()
        assert not form.has_changed()
        with django_assert_num_queries(0):  # type: ignore[operator]
            form.save()


@pytest.mark.parametrize("change", [{"password": "otra"}, {"port": "587"}, {"from_name": "Otra"}])
def test_other_content_is_a_change(mailbox: Mailbox, change: dict[str, str]) -> None:
    assert fill(mailbox, **change).has_changed()


def test_a_password_without_ssl_is_refused_with_the_reason(issuer: User, mailbox: Mailbox) -> None:
    stored = fill(mailbox, password="", use_ssl=None)
    typed = fill(mailbox, use_ssl=None)

    for form in (stored, typed):
        assert "viajaría a la vista de todos" in form.errors["use_ssl"][0]


def test_a_server_without_sign_in_needs_neither_ssl_nor_password(issuer: User) -> None:
    form = fill(Mailbox(company=issuer.company), username="", password="", use_ssl=None, port="25")

    assert form.is_valid(), form.errors
    assert form.save().password is None


def test_dropping_ssl_and_user_drops_the_password(mailbox: Mailbox) -> None:
    form = fill(mailbox, username="", password="", use_ssl=None)

    assert form.is_valid(), form.errors
    assert form.has_changed()
    assert form.save().password is None


@pytest.mark.parametrize("name", ["from_email", "from_name", "username", "password", "host", "port"])
def test_each_missing_field_is_named(issuer: User, name: str) -> None:
    form = fill(Mailbox(company=issuer.company), **{name: ""})

    assert list(form.errors) == [name]
    assert f"«{form.fields[name].label}»" in form.errors[name][0]


@pytest.mark.parametrize("port", ["0", "80", "99999", "cuatro", "-1", "5432"])
def test_a_port_of_something_else_is_refused(issuer: User, port: str) -> None:
    assert "port" in fill(Mailbox(company=issuer.company), port=port).errors


@pytest.mark.parametrize("host", ["mail,example.com", "mail.mx/x", "a b", "ana@mail", "[::1]", "gopher:smtp"])
def test_what_is_no_server_name_is_refused(issuer: User, host: str) -> None:
    assert "host" in fill(Mailbox(company=issuer.company), host=host).errors


def test_a_server_name_is_stored_as_dns_compares_it(issuer: User) -> None:
    form = fill(Mailbox(company=issuer.company), host=" Mail.Panaderia.MX. ")

    assert form.is_valid(), form.errors
    assert form.cleaned_data["host"] == "mail.panaderia.mx"


@pytest.mark.parametrize(
    ("typed", "host", "port"),
    [
        ("smtp.gmail.com:587", "smtp.gmail.com", "587"),
        ("smtp.gmail.com : 465", "smtp.gmail.com", "465"),
        ("smtp.gmail.com 465", "smtp.gmail.com", "465"),
        ("https://smtp.gmail.com", "smtp.gmail.com", "2525"),
        ("https://smtp.gmail.com:443/", "smtp.gmail.com", "2525"),
        ("http://mail.panaderia.mx/webmail?a=1", "mail.panaderia.mx", "2525"),
        ("ssl://smtp.gmail.com", "smtp.gmail.com", "2525"),
        ("SSL://SMTP.Gmail.com:465", "smtp.gmail.com", "465"),
        ("smtps://smtp.gmail.com:465/", "smtp.gmail.com", "465"),
        ("smtp://smtp.gmail.com:587", "smtp.gmail.com", "587"),
        ("smtp://ana@smtp.gmail.com:587", "smtp.gmail.com", "587"),
        ("smtps://ana:clave@smtp.gmail.com:465/", "smtp.gmail.com", "465"),
        ("smtp.gmail.com/", "smtp.gmail.com", "2525"),
        ("smtp.gmail.com:587/", "smtp.gmail.com", "587"),
        ("smtp.gmail.com;587", "smtp.gmail.com", "587"),
        ("smtp.gmail.com (465)", "smtp.gmail.com", "465"),
        ("smtp.gmail.com puerto 587", "smtp.gmail.com", "587"),
        ("smtp.gmail.com:", "smtp.gmail.com", "2525"),
        ("«smtp.gmail.com»", "smtp.gmail.com", "2525"),
        ("[2001:db8::1]:587", "2001:db8::1", "587"),
        ("smtp.gmail.com:587 TLS", "smtp.gmail.com", "587"),
        ("smtp.gmail.com:465 (SSL)", "smtp.gmail.com", "465"),
        ("smtp.gmail.com puerto 465, con SSL/TLS", "smtp.gmail.com", "465"),
        ("smtp.gmail.com - 465 - SSL", "smtp.gmail.com", "465"),
        ("Servidor SMTP: smtp.gmail.com:587", "smtp.gmail.com", "587"),
        ("smtp.gmail.com\u200b", "smtp.gmail.com", "2525"),
        ("mail.ssl.mx", "mail.ssl.mx", "2525"),
        ("smtp-tls.panaderia.mx", "smtp-tls.panaderia.mx", "2525"),
    ],
)
def test_a_server_that_was_pasted_is_taken_apart(issuer: User, typed: str, host: str, port: str) -> None:
    form = fill(Mailbox(company=issuer.company), host=typed, port="2525")

    assert form.is_valid(), form.errors
    mailbox = form.save()
    assert (mailbox.host, str(mailbox.port)) == (host, port)


def test_a_pasted_port_goes_through_the_same_check(issuer: User) -> None:
    assert "port" in fill(Mailbox(company=issuer.company), host="mail.panaderia.mx:6379").errors


@pytest.mark.parametrize(
    "typed",
    [
        "abcd efgh ijkl mnop",
        "abcd\u00a0efgh\u00a0ijkl\u00a0mnop",
        " abcdefghijklmnop ",
        "\u201cabcdefghijklmnop\u201d",
        "abcd\u200befgh\u2009ijklmnop",
    ],
)
@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("ana@gmail.com", "smtp.gmail.com"),
        ("ana@panaderia.mx", "smtp.gmail.com"),
        ("ana@yahoo.com.mx", "smtp.mail.yahoo.com"),
    ],
)
def test_an_app_password_loses_what_was_pasted_around_it(
    issuer: User, typed: str, address: str, host: str
) -> None:
    form = fill(Mailbox(company=issuer.company), from_email=address, host=host, password=typed)

    assert form.is_valid(), form.errors
    form.save()
    assert password_of(Mailbox.objects.get()) == "abcdefghijklmnop"


BREAKS = ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e", "\0"]
HEADERS = ["Bcc: x@example.com", "To: x@example.com", "RCPT TO:<x@example.com>", ".", "", " folded"]


def injections(count: int) -> list[str]:
    """Seeded, each another: a line break inside of an innocent value, and what is to be smuggled after it."""
    chance = random.Random(20260601)  # noqa: S311
    made: dict[str, None] = {}
    while len(made) < count:
        word = "".join(chance.choice("aeioñ .@-") for _ in range(chance.randint(1, 12)))
        tail = "".join(chance.choice(HEADERS) for _ in range(chance.randint(1, 2)))
        made[f"x{word}{chance.choice(BREAKS)}{tail}y"] = None
    return list(made)


def test_10_000_header_injections_are_refused(issuer: User) -> None:
    fields = MailboxForm(instance=Mailbox(company=issuer.company)).fields
    names = ["from_email", "from_name", "username", "password", "host"]
    passed = []
    for number, value in enumerate(injections(10_000)):
        try:
            fields[names[number % len(names)]].clean(value)
        except ValidationError:
            continue
        passed.append(value)

    assert passed == []


def test_the_whole_form_says_what_is_wrong_with_them(issuer: User) -> None:
    for value in injections(50):
        form = fill(Mailbox(company=issuer.company), from_name=value)

        assert list(form.errors) == ["from_name"]


@pytest.mark.parametrize("domain", ["ñ" * 60 + ".mx", "panaderia.o\u2028y"])
def test_an_address_that_cannot_be_written_on_the_wire_is_refused(issuer: User, domain: str) -> None:
    assert "from_email" in fill(Mailbox(company=issuer.company), from_email=f"ana@{domain}").errors


def test_a_bad_address_is_told_of_once(issuer: User) -> None:
    assert len(fill(Mailbox(company=issuer.company), from_email="sin-arroba").errors["from_email"]) == 1


def test_a_filter_before_ones_mail_server_is_named(issuer: User, settings: Any) -> None:
    form = MailboxForm(instance=Mailbox(company=issuer.company), prefix="correo")

    with serving({"panaderia.mx": {"MX": ["10 us-smtp-inbound-1.mimecast.com."]}}) as server:
        settings.DNS_SERVERS = [server.address]
        form.propose({"correo-from_email": "ana@panaderia.mx"})

    assert "pasa antes por Mimecast" in form.advice
    assert form.initial["host"] == "mail.panaderia.mx"

"""Every field of text takes what people paste, without the passengers that nobody sees."""

from typing import Any

import pytest
from django import forms
from django.contrib.admin.sites import site
from django.test import RequestFactory

from companies.forms import AddressForm, FiscalDataForm, SignInForm, UserForm
from companies.forms.fields import CleanCharField, EmailField, PhoneField, PostalCodeField, RFCField
from companies.models import Address, Company, Distributor, User
from facturamos.forms import CleanIntegerField, CleansText, PageForm
from mailing.forms import MailboxForm
from mailing.models import Mailbox
from onboarding.backoffice.new_account.forms import NewAccountForm
from tests.companies.forms.test_company import FISCAL
from tests.onboarding.answers import ADDRESS
from tests.our_forms import all_forms

INVISIBLE = [
    "\u200b",
    "\u200e",
    "\u200f",
    "\u202a",
    "\u202c",
    "\u202e",
    "\u2066",
    "\u2069",
    "\ufeff",
    "\u00ad",
]
BLANKS = [" ", "\u00a0", "\u2007", "\u2009", "\u202f", "\u3000", "\t"]
FIELDS = [
    (RFCField(), "EKU9003173C9"),
    (RFCField(), "OÑO120726RX3"),
    (PostalCodeField(), "37000"),
    (PhoneField(), "55 1234 5678"),
    (EmailField(), "ana@empresa.mx"),
    (CleanCharField(), "Peña & Cía"),
]


def everywhere(text: str, char: str) -> list[str]:
    """The text with the character before, behind and inside."""
    return [f"{char}{text}", f"{text}{char}", f"{char}{text[:2]}{char}{text[2:]}{char}"]


@pytest.mark.parametrize(("field", "value"), FIELDS)
@pytest.mark.parametrize("char", INVISIBLE, ids=ascii)
def test_what_nobody_sees_is_dropped(field: forms.Field, value: str, char: str) -> None:
    for text in everywhere(value, char):
        assert field.clean(text) == value


@pytest.mark.parametrize(("field", "value"), FIELDS)
@pytest.mark.parametrize("char", BLANKS, ids=ascii)
def test_blanks_around_are_dropped(field: forms.Field, value: str, char: str) -> None:
    assert field.clean(f"{char}{value}{char}{char}") == value


def test_accents_in_two_pieces_are_put_together() -> None:
    assert CleanCharField().clean("Pen\u0303a Di\u0301az") == "Peña Díaz"
    assert RFCField().clean("On\u0303o120726rx3") == "OÑO120726RX3"


@pytest.mark.parametrize(
    "text",
    [
        "37 000",
        " 37000",
        "37\u00a0000",
        "37-000",
        "C.P. 37000",
        "CP 37 000",
        "cp:37000",
        "CP-37000",
        "C. P.: 37000",
        "Código postal 37000",
        "cod. postal: 37000",
        "37000.",
        "37000.0",
        "37.000",
        "37,000",
        "(37000)",
        "#37000",
        "３７０００",
    ],
)
def test_a_postal_code_is_read_as_people_write_it(text: str) -> None:
    assert PostalCodeField().clean(text) == "37000"


def test_a_browser_does_not_cut_a_pasted_postal_code() -> None:
    assert int(PostalCodeField().widget.attrs["maxlength"]) >= 20


def test_a_street_of_nothing_visible_is_missing(issuer: User) -> None:
    form = AddressForm(ADDRESS | {"street": "\u200b \u3164"}, instance=Address(kind=Address.Kind.FISCAL))

    assert "Falta «Calle»" in str(form.errors["street"])


def test_a_name_is_kept_as_one_sees_it(issuer: User) -> None:
    company = issuer.company
    pasted = FISCAL | {"name": "\u202ePANADERI\u0301A\u00a0 LA\u200b N\u0303APA\ufeff"}

    form = FiscalDataForm(pasted, instance=company)

    assert form.is_valid(), form.errors
    assert form.save().name == "PANADERÍA LA ÑAPA"
    assert form.name_proposal == ""


def test_what_differs_in_nothing_visible_is_no_change(issuer: User) -> None:
    stored = FiscalDataForm(FISCAL, instance=issuer.company)
    assert stored.is_valid()
    stored.save()
    again = {name: f"\u202a{value}\u202c" for name, value in FISCAL.items() if name != "tax_regime"}

    form = FiscalDataForm(FISCAL | again, instance=Company.objects.get())

    assert form.is_valid(), form.errors
    assert not form.has_changed()


def test_a_mailbox_is_cleaned_and_its_password_is_not(issuer: User) -> None:
    data = {
        "from_email": "\u200bventas@naranjos.example\u00a0",
        "from_name": "Los\u00a0 Naranjos\u200b",
        "username": "ventas@naranjos.example\ufeff",
        "password": "\u200bClave\u00a0 1 ",
        "host": " smtp.naranjos.example\u200b",
        "port": "Puerto\u00a0465\u200b",
        "use_ssl": "on",
    }
    form = MailboxForm(data, instance=Mailbox(company=issuer.company))

    assert form.is_valid(), form.errors
    assert form.cleaned_data["from_email"] == form.cleaned_data["username"] == "ventas@naranjos.example"
    assert form.cleaned_data["from_name"] == "Los Naranjos"
    assert form.cleaned_data["host"] == "smtp.naranjos.example"
    assert form.cleaned_data["port"] == 465
    assert "maxlength" not in form.fields["port"].widget.attrs
    assert form.cleaned_data["password"] == data["password"]


def test_signing_in_cleans_the_user_and_not_the_password() -> None:
    form = SignInForm({"username": "\u200bana\u00a0", "password": " \u200bsecreta "})

    assert form.is_valid()
    assert form.cleaned_data == {"username": "ana", "password": " \u200bsecreta "}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("ana@gmail.con", "ana@gmail.com"), ("ana@hotmial.com", "ana@hotmail.com"), ("ana@gmail.com", "")],
)
def test_a_slip_in_the_mail_address_is_a_question(issuer: User, typed: str, meant: str) -> None:
    issuer.email = typed

    doubt = UserForm(instance=issuer).email_doubt

    assert (f"¿Su correo es {meant}?" in doubt) == bool(meant) == bool(doubt)


def unclean(name: str, fields: dict[str, forms.Field]) -> set[str]:
    """The fields that take text as it comes, passwords and what nobody types aside."""
    return {
        f"{name}.{key}"
        for key, field in fields.items()
        if isinstance(field, forms.CharField)
        and field.strip
        and not field.widget.is_hidden
        and not isinstance(field, CleansText)
    }


def unclean_numbers(form: type[Any]) -> set[str]:
    """The fields of a form that take a number only as a program writes it."""
    fields: dict[str, forms.Field] = getattr(form, "base_fields", {})
    return {
        f"{form.__name__}.{key}"
        for key, field in fields.items()
        if isinstance(field, forms.IntegerField) and not isinstance(field, CleanIntegerField)
    }


def test_every_form_of_ours_cleans_its_text() -> None:
    wrong = [unclean(form.__name__, getattr(form, "base_fields", {})) for form in all_forms(PageForm)]

    assert NewAccountForm in list(all_forms(PageForm))
    assert set().union(*wrong, *map(unclean_numbers, all_forms(PageForm))) == set()


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\u2028", "\x85", "\x0b"], ids=ascii)
def test_several_lines_are_one_fault(issuer: User, break_: str) -> None:
    lines = f"ana@x.mx{break_}luis@x.mx"
    fiscal = FiscalDataForm(FISCAL | {"name": lines}, instance=issuer.company)
    person = UserForm({"email": lines, "username": lines, "full_name": lines}, instance=issuer)

    for form, names in ((fiscal, ["name"]), (person, ["email", "username", "full_name"])):
        for name in names:
            assert [error.code for error in form.errors.as_data()[name]] == ["line_breaks"], name


def test_every_form_in_admin_cleans_its_text(support: User, issuer: User, rf: RequestFactory) -> None:
    request = rf.get("/admin/")
    request.user = support
    wrong: set[str] = set()
    for model, admin in site._registry.items():
        row = model._default_manager.first() or model()
        if admin.has_add_permission(request):
            wrong |= unclean(model.__name__, admin.get_form(request).base_fields)
        if admin.has_change_permission(request, row):
            wrong |= unclean(model.__name__, admin.get_form(request, row, change=True).base_fields)

    assert Distributor in site._registry
    # A text that is shown as it was approved, and whose digest is evidence.
    assert wrong == {"PrivacyNotice.text"}

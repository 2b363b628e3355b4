"""«Nueva cuenta»: what the issuer would write on steps 4 and 5 may be written by its distributor."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.test import Client

from companies.models import Address, Company, User
from onboarding.backoffice.new_account.forms import NewAccountForm
from onboarding.models import Onboarding
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from tests.onboarding.answers import ADDRESS
from tests.onboarding.backoffice.new_account.test_views import ACCOUNT, NEW

SignIn = Callable[[User], Client]
FULL = {**ACCOUNT, "expedition_place": "37000", "tax_regime": "601", **ADDRESS}


def test_everything_is_saved_and_the_steps_wait_for_the_issuer(sign_in: SignIn, distributor: User) -> None:
    response = sign_in(distributor).post(NEW, FULL)

    company = Company.objects.get()
    assert response["Location"] == f"/admin/companies/company/{company.pk}/cuenta/"
    assert (company.expedition_place, company.tax_regime) == ("37000", "601")
    address = company.addresses.get()
    assert (address.kind, address.content, address.in_catalogue) == (Address.Kind.FISCAL, ADDRESS, True)
    progress = Progress.of(company.users.get())
    states = {step.slug: step.status(progress) for step in STEPS}
    assert (states["datos-fiscales"], states["direccion-fiscal"]) == ("todo", "todo")


def test_no_address_is_saved_where_none_was_written(sign_in: SignIn, distributor: User) -> None:
    sign_in(distributor).post(NEW, {**ACCOUNT, "country": "MEXICO", "street": "  "})

    assert Company.objects.exists()
    assert not Address.objects.exists()


def test_a_begun_address_must_be_whole(sign_in: SignIn, distributor: User) -> None:
    response = sign_in(distributor).post(NEW, {**ACCOUNT, "street": "Hidalgo"})

    page = response.content.decode()
    for label in ("Código postal", "Colonia", "No. Ext.", "Municipio", "Estado"):
        assert f"Falta «{label}»" in page, label
    assert '<details class="optional" open>' in page
    assert not Company.objects.exists()


def test_the_postal_code_completes_an_address(sign_in: SignIn, distributor: User) -> None:
    written = ("postal_code", "street", "exterior_number", "neighborhood")
    sign_in(distributor).post(NEW, ACCOUNT | {name: ADDRESS[name] for name in written})

    assert Address.objects.get().content == ADDRESS


def test_a_postal_code_that_the_catalogue_lacks_is_marked(sign_in: SignIn, distributor: User) -> None:
    sign_in(distributor).post(NEW, {**ACCOUNT, **ADDRESS, "postal_code": "00001"})

    assert not Address.objects.get().in_catalogue


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("expedition_place", "00001", "no está en el catálogo del SAT"),
        ("expedition_place", "3700", "cinco dígitos"),
        ("tax_regime", "612", "no corresponde a una persona moral"),
        ("tax_regime", "616", "no se puede facturar"),
        ("tax_regime", "999", "no está en el catálogo vigente"),
        ("postal_code", "3700", "cinco dígitos"),
        ("street", "Ñ" * 201, "200"),
        ("country", "", ""),
    ],
)
def test_the_rules_are_the_wizards(
    sign_in: SignIn, distributor: User, field: str, value: str, sentence: str
) -> None:
    response = sign_in(distributor).post(NEW, {**FULL, field: value})

    if not sentence:
        assert Address.objects.get().country == "México"
        return
    assert list(response.context["form"].errors) == [field]
    page = response.content.decode()
    assert sentence in page
    assert '<details class="optional" open>' in page
    assert not Company.objects.exists()


def test_the_section_is_folded_until_it_says_something(sign_in: SignIn, distributor: User) -> None:
    assert '<details class="optional">' in sign_in(distributor).get(NEW).content.decode()


def test_look_up_completes_and_saves_nothing(sign_in: SignIn, distributor: User) -> None:
    client = sign_in(distributor)
    data = {**ACCOUNT, "name": "Ñandú <b>", "postal_code": "37000", "state": "Otro", "accion": "buscar"}
    page = client.post(NEW, data)

    form = page.context["form"]
    assert (form["state"].value(), form["municipality"].value()) == ("Otro", "León")
    assert form["name"].value() == "Ñandú <b>"
    assert '<option value="Centro" selected>Centro</option>' in page.content.decode()
    assert not Company.objects.exists()
    unknown = client.post(NEW, {**data, "postal_code": "00001"}).content.decode()
    assert "El código postal 00001 no está en el catálogo del SAT" in unknown


def test_a_second_submission_opens_nothing_more(sign_in: SignIn, distributor: User) -> None:
    client = sign_in(distributor)
    client.post(NEW, FULL)
    again = client.post(NEW, FULL)

    assert "Ya hay una empresa con este RFC" in again.content.decode()
    assert Company.objects.count() == Address.objects.count() == 1


def test_the_slower_of_two_at_once_is_told(
    sign_in: SignIn, distributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(distributor)
    client.post(NEW, ACCOUNT)
    # What the slower one saw before the faster one committed.
    monkeypatch.setattr(NewAccountForm, "clean_rfc", lambda form: form.cleaned_data["rfc"])

    page = client.post(NEW, FULL).content.decode()

    assert "acaba de crear esta cuenta" in page
    assert "Begoña Ibáñez" in page
    assert Company.objects.count() == 1
    assert not Address.objects.exists()


def test_an_address_that_cannot_be_saved_opens_nothing(
    distributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = NewAccountForm(FULL, opened_by=distributor)
    assert form.is_valid()

    def fails(address: Address) -> None:
        raise IntegrityError

    monkeypatch.setattr(Address, "sync_issuing_address", fails)
    with pytest.raises(IntegrityError):
        form.open()

    assert not Company.objects.exists()
    assert not Onboarding.objects.exists()


def test_each_label_is_one_field(support: User) -> None:
    """They are the headings of an import."""
    labels = [field.label for field in NewAccountForm(opened_by=support).fields.values()]

    assert len(labels) == len(set(labels)) == 19

"""Steps 4, 5 and 6."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from companies.forms import AddressForm, FiscalDataForm
from companies.models import Address, Company, User
from companies.sat.rfc import Persona
from companies.sat.tax_regimes import TAX_REGIMES, for_persona

FISCAL = {
    "name": "PANADERÍA LA ÑAPA",
    "rfc": "PNA190312AB1",
    "phone": "477 123 4567",
    "expedition_place": "37000",
    "tax_regime": "601",
}
ADDRESS = {
    "street": "Hidalgo",
    "exterior_number": "12",
    "interior_number": "",
    "neighborhood": "Centro",
    "postal_code": "37000",
    "reference": "",
    "locality": "",
    "municipality": "León",
    "state": "Guanajuato",
    "country": "México",
}
OF_A_COMPANY, OF_A_PERSON = "PNA190312AB1", "NUPJ800101AB2"


@pytest.fixture
def company(issuer: User) -> Company:
    assert issuer.company is not None
    return issuer.company


def fill(company: Company, **values: str) -> FiscalDataForm:
    return FiscalDataForm(FISCAL | values, instance=company)


def choices(form: FiscalDataForm) -> list[str]:
    groups = form.fields["tax_regime"].choices[1:]  # type: ignore[attr-defined]
    return sorted(code for _, regimes in groups for code, _ in regimes)


# --- fiscal data


def test_the_labels_are_the_guides(company: Company) -> None:
    labels = [field.label for field in FiscalDataForm(instance=company)]

    assert labels == ["Nombre", "RFC", "Teléfono", "Lugar de expedición", "Régimen fiscal"]


def test_it_saves_what_was_filled_in(company: Company) -> None:
    form = fill(company)
    assert form.is_valid()

    form.save()

    company.refresh_from_db()
    assert {name: getattr(company, name) for name in FISCAL} == FISCAL


def test_nothing_new_writes_nothing(company: Company, django_assert_num_queries: Callable[..., Any]) -> None:
    first = fill(company)
    assert first.is_valid()
    first.save()
    again = fill(company, rfc="pna 190312-ab1", name=" PANADERÍA LA ÑAPA ")

    with django_assert_num_queries(0):
        assert again.is_valid()
        again.save()

    assert not again.has_changed()


def test_only_what_changed_is_written(company: Company) -> None:
    first = fill(company)
    assert first.is_valid()
    first.save()
    form = fill(Company.objects.get(pk=company.pk), phone="55 0000 0000")
    Company.objects.update(tax_regime="626")

    assert form.is_valid()
    form.save()

    company.refresh_from_db()
    assert (company.phone, company.tax_regime) == ("55 0000 0000", "626")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", " ", "Falta «Nombre»."),
        ("name", "A|B", "El nombre va en un renglón y sin «|»."),
        ("rfc", "", "Falta «RFC»."),
        ("rfc", "PNA190312", "El RFC tiene 12 caracteres"),
        ("rfc", "PNA190312AB!", "El RFC no tiene la forma correcta"),
        ("rfc", "PNA191312AB1", "no forman una fecha"),
        ("rfc", "XAXX010101000", "Este es un RFC genérico"),
        ("phone", "", "Falta «Teléfono»"),
        ("phone", "123 4567", "Escriba el teléfono con sus 10 dígitos"),
        ("phone", "cinco cinco", "Escriba el teléfono con sus 10 dígitos"),
        ("expedition_place", "3700", "El código postal tiene cinco dígitos."),
        ("expedition_place", "٣٧٠٠٠", "El código postal tiene cinco dígitos."),
        ("tax_regime", "", "Falta «Régimen fiscal». Elíjalo de la lista."),
        ("tax_regime", "609", "no está en el catálogo vigente"),
        ("tax_regime", "616", "no se puede facturar"),
        ("tax_regime", "612", "El régimen 612 no corresponde a una persona moral"),
    ],
)
def test_it_says_what_is_wrong(company: Company, field: str, value: str, sentence: str) -> None:
    form = fill(company, **{field: value})

    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert sentence in str(form.errors[field])


@pytest.mark.parametrize("phone", ["4771234567", "+52 (477) 123-4567", "477.123.4567", "52 477 123 4567"])
def test_telephones_are_taken_as_people_write_them(company: Company, phone: str) -> None:
    assert fill(company, phone=phone).is_valid()


@pytest.mark.parametrize("regime", [regime.code for regime in TAX_REGIMES])
@pytest.mark.parametrize("rfc", [OF_A_COMPANY, OF_A_PERSON])
def test_only_a_regime_that_fits_is_taken(company: Company, rfc: str, regime: str) -> None:
    persona = Persona.MORAL if rfc == OF_A_COMPANY else Persona.FISICA

    form = fill(company, rfc=rfc, tax_regime=regime)

    assert form.is_valid() == (regime in [fitting.code for fitting in for_persona(persona)])


def test_the_list_fits_the_stored_rfc(company: Company) -> None:
    assert choices(FiscalDataForm(instance=company)) == [regime.code for regime in for_persona(Persona.MORAL)]


def test_the_list_follows_an_edited_rfc(company: Company) -> None:
    form = fill(company, rfc=OF_A_PERSON)

    assert not form.is_valid()
    assert choices(form) == [regime.code for regime in for_persona(Persona.FISICA)]


def test_while_there_is_no_rfc_every_group_is_offered(company: Company) -> None:
    groups = fill(company, rfc="???").fields["tax_regime"].choices  # type: ignore[attr-defined]

    assert [title for title, _ in groups[1:]] == [
        "Personas morales",
        "Personas físicas",
        "Personas morales y físicas",
    ]


def test_a_distributors_other_company_keeps_its_rfc_to_itself(company: Company) -> None:
    Company.objects.create(distributor=company.distributor, name="LA OTRA", rfc="LOT190312AB1")

    form = fill(company, rfc="LOT-190312-AB1")

    sentence = str(form.errors["rfc"])
    assert "Este RFC no se puede usar en esta cuenta." in sentence
    assert "OTRA" not in sentence


def test_the_rfc_of_a_deleted_company_is_free(company: Company) -> None:
    Company.objects.create(
        distributor=company.distributor, name="LA OTRA", rfc="LOT190312AB1", deleted_at=timezone.now()
    )

    assert fill(company, rfc="LOT190312AB1").is_valid()


def test_another_distributor_may_have_the_same_rfc(company: Company, other_issuer: User) -> None:
    assert fill(company, rfc="NUPJ800101AB2", tax_regime="612").is_valid()


@pytest.mark.parametrize(
    ("name", "rfc", "proposal"),
    [
        ("Panadería La Ñapa, S.A. de C.V.", OF_A_COMPANY, "PANADERÍA LA ÑAPA"),
        ("PANADERÍA LA ÑAPA", OF_A_COMPANY, ""),
        (" PANADERÍA LA ÑAPA ", OF_A_COMPANY, ""),
        ("José Núñez SC", OF_A_PERSON, "JOSÉ NÚÑEZ SC"),
    ],
)
def test_the_name_is_proposed_and_never_altered(company: Company, name: str, rfc: str, proposal: str) -> None:
    form = fill(company, name=name, rfc=rfc, tax_regime="626")

    assert form.is_valid()
    assert form.name_proposal == proposal
    assert form.save().name == name.strip()


def test_a_stored_name_is_proposed_too(company: Company) -> None:
    company.name = "Panadería La Ñapa SA de CV"

    assert FiscalDataForm(instance=company).name_proposal == "PANADERÍA LA ÑAPA"


@pytest.mark.parametrize(("rfc", "doubtful"), [("EKU9003173C9", False), ("RTO840921RE4", True), ("?", False)])
def test_a_check_digit_that_differs_is_a_doubt(company: Company, rfc: str, doubtful: bool) -> None:
    form = fill(company, rfc=rfc)

    assert bool(form.rfc_doubt) == doubtful
    assert form.is_valid() == (rfc != "?")


def test_it_honours_a_prefix(company: Company) -> None:
    data = {f"datos-fiscales-{name}": value for name, value in FISCAL.items()}

    form = FiscalDataForm(data, instance=company, prefix="datos-fiscales")

    assert form.is_valid()
    assert form.persona is Persona.MORAL


# --- addresses


def test_the_addresses_labels_are_the_guides(company: Company) -> None:
    form = AddressForm(instance=Address(company=company, kind=Address.Kind.FISCAL))

    assert [field.label for field in form] == [
        "Calle",
        "No. Ext.",
        "No. Int.",
        "Colonia",
        "Código postal",
        "Referencia",
        "Localidad",
        "Municipio",
        "Estado",
        "País",
    ]
    assert [field.name for field in form if not field.field.required] == [
        "interior_number",
        "reference",
        "locality",
    ]
    assert form["country"].value() == "México"


def test_a_new_address_is_saved(company: Company) -> None:
    form = AddressForm(ADDRESS, instance=Address(company=company, kind=Address.Kind.ISSUING))
    assert form.is_valid()

    form.save()

    saved = company.addresses.get(kind=Address.Kind.ISSUING)
    assert {name: getattr(saved, name) for name in ADDRESS} == ADDRESS


def test_the_same_address_again_writes_nothing(
    company: Company, django_assert_num_queries: Callable[..., Any]
) -> None:
    address = Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)
    form = AddressForm(ADDRESS, instance=address)

    with django_assert_num_queries(0):
        assert form.is_valid()
        form.save()

    assert not form.has_changed()


@pytest.mark.parametrize("field", ["street", "exterior_number", "neighborhood", "municipality", "state"])
def test_what_is_missing_is_named(company: Company, field: str) -> None:
    form = AddressForm(ADDRESS | {field: ""}, instance=Address(company=company, kind=Address.Kind.FISCAL))

    assert list(form.errors) == [field]
    assert "Falta «" in str(form.errors)


def test_postal_codes_have_five_digits(company: Company) -> None:
    address = Address(company=company, kind=Address.Kind.FISCAL)

    assert AddressForm(ADDRESS | {"postal_code": "37 000"}, instance=address).is_valid()
    assert not AddressForm(ADDRESS | {"postal_code": "370000"}, instance=address).is_valid()

"""The issuing address as a copy of the fiscal one."""

from companies.models import Address, User

ADDRESS = {
    "street": "Hidalgo",
    "exterior_number": "12",
    "interior_number": "B",
    "neighborhood": "Centro",
    "postal_code": "37000",
    "reference": "Frente al mercado",
    "locality": "León de los Aldama",
    "municipality": "León",
    "state": "Guanajuato",
}


def test_there_is_nothing_to_copy_before_step_5(issuer: User) -> None:
    assert issuer.company is not None

    assert Address.copy_fiscal(issuer.company) is None
    assert not Address.objects.exists()


def test_the_fiscal_address_is_copied(issuer: User) -> None:
    company = issuer.company
    assert company is not None
    Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)

    Address.copy_fiscal(company)

    copied = company.addresses.get(kind=Address.Kind.ISSUING)
    assert {name: getattr(copied, name) for name in ADDRESS} == ADDRESS
    assert copied.country == "México"


def test_copying_again_follows_a_correction(issuer: User) -> None:
    company = issuer.company
    assert company is not None
    fiscal = Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)
    Address.copy_fiscal(company)
    fiscal.interior_number = ""
    fiscal.save()

    Address.copy_fiscal(company)

    assert company.addresses.get(kind=Address.Kind.ISSUING).interior_number == ""

"""A company that has told nothing, one that has told all, and its sample invoice."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile

from companies.documents import SampleInvoice, sample_for
from companies.logo.preparing import prepare_logo
from companies.models import Address, Company, DocumentType, Logo, User
from tests.companies import pictures


@pytest.fixture
def company(issuer: User) -> Company:
    """A company that has told nothing but its name and RFC."""
    assert issuer.company is not None
    return issuer.company


@pytest.fixture
def told(company: Company) -> Company:
    """The same, with everything that steps 4 to 11 ask for."""
    company.phone, company.expedition_place, company.tax_regime = "477 123 4567", "37000", "601"
    company.save()
    town = {"municipality": "LEÓN", "state": "GUANAJUATO"}
    Address.objects.create(
        company=company,
        kind=Address.Kind.FISCAL,
        street="AVENIDA PEÑA",
        exterior_number="1234",
        interior_number="3-B",
        neighborhood="JARDINES DEL MORAL",
        postal_code="37160",
        locality="LEÓN DE LOS ALDAMA",
        **town,
    )
    Address.objects.create(
        company=company,
        kind=Address.Kind.ISSUING,
        street="CALLE MADERO",
        exterior_number="56",
        neighborhood="CENTRO",
        postal_code="37000",
        **town,
    )
    for kind in DocumentType.Kind:
        DocumentType.objects.create(
            company=company, kind=kind, series=kind.value[:3].upper(), first_folio=101
        )
    add_logo(company)
    return company


def add_logo(company: Company, size: tuple[int, int] = (640, 200)) -> Logo:
    prepared = prepare_logo(pictures.jpeg(size))
    logo = Logo(company=company, source_sha256="0" * 64, width=prepared.width, height=prepared.height)
    logo.image.save("logo.jpg", ContentFile(prepared.jpeg), save=False)
    logo.save()
    return logo


@pytest.fixture
def sample(told: Company) -> Callable[..., SampleInvoice]:
    """The sample invoice of the company that has told all."""

    def sample(position: str = "left", kind: str = "invoice") -> SampleInvoice:
        return sample_for(told, position=position, kind=kind)

    return sample

"""The manual of the Carta Manifiesto is made for one company, with what settings say of the PAC."""

from datetime import UTC, datetime

import pytest
import time_machine
from pytest_django.fixtures import Settings

from companies.documents import manifest_manual_pdf, manual_for
from companies.models import Company
from tests.companies.documents import reading


def text_of(company: Company) -> str:
    return " ".join(reading.pages(manifest_manual_pdf(manual_for(company))))


@pytest.fixture
def company() -> Company:
    return Company(name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1")


@time_machine.travel(datetime(2026, 11, 22, 18, tzinfo=UTC), tick=False)
def test_it_names_the_company_the_pac_the_rule_and_the_date(company: Company) -> None:
    text = text_of(company)

    for words in (
        "PANADERÍA LA ÑAPA",
        "RFC: PNA190312AB1",
        "PAC: PAC de Pruebas",
        "RFC del PAC: PPR010101AA1",
        "Autorización SAT: 00000",
        "la regla 2.7.2.1 de la Resolución Miscelánea Fiscal vigente",
        "https://pac.example.com/manifiesto",
        "22 de noviembre de 2026",
        "Correo electrónico: ayuda@example.com",
    ):
        assert words in text


def test_it_leads_through_numbered_steps_and_warns_about_the_fiel(company: Company) -> None:
    text = text_of(company)

    titles = ["Reúna", "Abra el sitio", "Escriba su RFC", "Elija los archivos", "Guarde el acuse", "Regrese"]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)
    assert "Nunca le pediremos su e.firma" in text
    assert "No es el CSD" in text


def test_a_rule_written_out_in_settings_is_cited_as_it_is(company: Company, settings: Settings) -> None:
    settings.PAC = {**settings.PAC, "rule": "la regla 2.7.2.7 de la RMF 2026"}

    assert "La pide la regla 2.7.2.7 de la RMF 2026." in text_of(company)


def test_without_the_pacs_data_it_sends_to_asistencia(company: Company, settings: Settings) -> None:
    settings.PAC = dict.fromkeys(settings.PAC, "")
    settings.SUPPORT = dict.fromkeys(settings.SUPPORT, "")

    text = text_of(company)

    assert "Se lo dirá Asistencia" in text
    assert "Pida la dirección a Asistencia" in text


@pytest.mark.parametrize("name", ["Ñ" * 300, "W" * 300, "COMERCIALIZADORA Ñ " * 15, "\x00😀漢\ud800"])
def test_no_name_breaks_it(company: Company, name: str) -> None:
    company.name = name

    pages = reading.pages(manifest_manual_pdf(manual_for(company)))

    assert len(pages) <= 3


def test_it_is_tagged_and_titled(company: Company) -> None:
    pdf = manifest_manual_pdf(manual_for(company))

    assert reading.metadata(pdf)["Title"] == "Manual para firmar la Carta Manifiesto"
    assert b"pdfuaid:part" in pdf

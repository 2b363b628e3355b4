"""What is copied or followed from a document is what was meant: not one character more."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from companies.documents import (
    SampleInvoice,
    manifest_manual_pdf,
    manual_for,
    sample_invoice_pdf,
    typesetting,
)
from companies.models import Company, NoticeAcceptance, PrivacyNotice, User
from onboarding.documents.kinds.acta import record_of
from onboarding.wizard.progress import Progress
from tests.companies.documents import reading

COMPANY = Company(name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1")
PAGE = "https://pac.example.com/manifiesto/firma-de-la-carta/contribuyentes?rfc=PNA190312AB1&paso=1"
# A line ends at one of its hyphens.
HYPHENS = "https://firma.un-pac-con-nombre-largo.example.com.mx/manifiesto/firma-electronica/inicio?cliente=facturamos&v=2"
# As long as people's addresses get.
EMAILS = (
    "asistencia.demo@example.com",
    "administracion.general@distribuidora-del-bajio.example.com",
    "asistencia.facturacion.electronica@comercializadora-del-noroeste.example.com.mx",
)


def invisible(text: str) -> list[str]:
    """What a reader copies without seeing it."""
    return [f"U+{ord(char):04X}" for char in text if not char.isprintable() and char not in "\r\n"]


@pytest.mark.parametrize("url", ["https://pac.example.com/manifiesto", PAGE, HYPHENS])
def test_the_manual_s_link_leads_where_it_says(settings: Settings, url: str) -> None:
    settings.PAC = {**settings.PAC, "url": url}

    pdf = manifest_manual_pdf(manual_for(COMPANY))

    assert url in reading.links(pdf)
    assert url in reading.copied(pdf).replace("\n", "")
    assert invisible(reading.copied(pdf)) == []


@pytest.mark.parametrize("email", EMAILS)
def test_the_address_of_help_is_copied_whole(settings: Settings, email: str) -> None:
    settings.SUPPORT = {**settings.SUPPORT, "email": email}

    assert email in reading.copied(manifest_manual_pdf(manual_for(COMPANY)))


@pytest.mark.parametrize("email", EMAILS)
def test_addresses_and_digests_of_the_acta_are_copied_whole(issuer: User, email: str) -> None:
    User.objects.filter(pk=issuer.pk).update(email=email, username=email)
    issuer.refresh_from_db()
    notice = PrivacyNotice.objects.create(version="1.0", text="Aviso.", published_at=timezone.now())
    assert issuer.company is not None
    NoticeAcceptance.objects.create(
        notice=notice,
        company=issuer.company,
        user=issuer,
        sha256=notice.sha256,
        address="2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff",
        browser="Mozilla/5.0 (X11; Linux x86_64) " + "Algo/" + "9" * 60,
    )

    text = reading.copied(typesetting.pdf("record.typ", record_of(Progress.of(issuer))))

    for copied in (email, notice.sha256, "2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"):
        assert copied in text, copied
    assert "Algo/" + "9" * 60 in text.replace("\n", "")
    assert invisible(text) == []


@pytest.mark.parametrize("kind", ["invoice", "waybill", "payment", "payroll", "donation", "lease"])
def test_a_sample_holds_nothing_invisible(sample: Callable[..., SampleInvoice], kind: str) -> None:
    invoice = sample(kind=kind)

    text = reading.copied(sample_invoice_pdf(invoice))

    assert invisible(text) == []
    whole = text.replace("\n", "")
    assert [seal.text for seal in invoice.fine_print if seal.text not in whole] == []


@hypothesis_settings(deadline=None, max_examples=40)
@given(st.from_regex(r"[a-zñA-Z0-9./_]{1,300}", fullmatch=True))
@example("W" * 300)
@example("x" * 25)
def test_a_word_of_any_length_is_copied_letter_for_letter(word: str) -> None:
    """On several lines where it must be."""
    company = Company(name=word, rfc="PNA190312AB1")

    text = reading.copied(manifest_manual_pdf(manual_for(company)))

    assert word in text.replace("\n", "")
    assert invisible(text) == []

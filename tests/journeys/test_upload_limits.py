"""Each file that costs work of ours is limited for a company: beyond, its form says so and does nothing."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.models import Csd, CsdValidation
from certificates.testing import Pair
from companies.limits import CSD_UPLOADS, CSF_UPLOADS, LETTER_UPLOADS, LOGO_UPLOADS, TOO_MANY_FILES, Limit
from companies.models import Logo, ManifestLetter, User
from tests.onboarding.answers import csd_files, logo
from tests.onboarding.browser import Tab

type Send = Callable[[Tab, Pair], str]


def send_csd(tab: Tab, pair: Pair) -> str:
    return str(tab.submit("sellos", csd_files(pair)).content.decode())


def send_logo(tab: Tab, pair: Pair) -> str:
    return str(tab.submit("logotipo", {"image": logo()}).content.decode())


def send_letter(tab: Tab, pair: Pair) -> str:
    acknowledgement = SimpleUploadedFile("acuse.pdf", b"%PDF-1.7 " + b"x" * 99)
    answers = {"signed_on": "2026-11-02", "acknowledgement": acknowledgement}
    return str(tab.submit("carta-manifiesto", answers).content.decode())


def send_csf(tab: Tab, pair: Pair) -> str:
    file = SimpleUploadedFile("constancia.pdf", b"%PDF-1.7 " + b"x" * 99)
    return str(tab.client.post("/configuracion/constancia/", {"file": file}).content.decode())


ALL = [
    pytest.param(CSD_UPLOADS, send_csd, id="csd"),
    pytest.param(LOGO_UPLOADS, send_logo, id="logo"),
    pytest.param(LETTER_UPLOADS, send_letter, id="letter"),
    pytest.param(CSF_UPLOADS, send_csf, id="csf"),
]


@pytest.mark.parametrize(("limit", "send"), ALL)
def test_the_last_one_passes_and_one_more_does_not(
    tab: Tab, pair: Pair, issuer: User, limit: Limit, send: Send
) -> None:
    for _ in range(limit.most - 1):
        limit.take(issuer.company_id)
    assert TOO_MANY_FILES not in send(tab, pair)
    CsdValidation.objects.all().delete()
    Csd.objects.all().delete()
    Logo.objects.all().delete()
    ManifestLetter.objects.all().delete()

    assert TOO_MANY_FILES in send(tab, pair)

    assert not Csd.objects.exists()
    assert not CsdValidation.objects.exists()
    assert not Logo.objects.exists()
    assert not ManifestLetter.objects.exclude(acknowledgement="").exists()


@pytest.mark.parametrize(("limit", "send"), ALL)
def test_another_company_s_are_its_own(
    tab: Tab, pair: Pair, other_issuer: User, limit: Limit, send: Send
) -> None:
    for _ in range(limit.most):
        limit.take(other_issuer.company_id)

    assert TOO_MANY_FILES not in send(tab, pair)

"""Step 9: what the request refuses, what the task finds, and what the page says meanwhile."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from certificates.lookalike import CA, Pair
from certificates.models import Csd, CsdValidation
from companies.models import Company, User
from facturamos import jobs
from tests.onboarding.answers import seals
from tests.onboarding.browser import Tab

SLUG = "sellos"
PAGE = "/configuracion/sellos/"


def work() -> None:
    """What the worker does with all that waits."""
    for job in CsdValidation.objects.filter(state="queued"):
        jobs.run("certificates.csdvalidation", str(job.pk))


def test_a_valid_pair_is_validated_by_the_task(tab: Tab, issuer: User, pair: Pair) -> None:
    response = tab.submit(SLUG, seals(pair))
    assert response.headers["Location"] == PAGE
    assert "Actualizar estado" in tab.client.get(PAGE).content.decode()
    assert "En revisión" in tab.client.get("/configuracion/").content.decode()

    work()

    text = tab.client.get(PAGE).content.decode()
    csd = Csd.objects.get()
    assert csd.state == "active"
    assert csd.number in text
    assert "PNA190312AB1" in text
    assert "Continuar" in text


def test_a_fiel_is_refused_in_the_request_and_nothing_is_kept(tab: Tab, issuer: User, authority: CA) -> None:
    fiel = authority.issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA", kind="FIEL")

    text = tab.submit(SLUG, seals(fiel)).content.decode()

    assert "FIEL" in text
    assert "CSD-" in text
    assert not CsdValidation.objects.exists()
    assert not Csd.objects.exclude(key=None).exists()


def test_swapped_files_are_told_as_such(tab: Tab, pair: Pair) -> None:
    answers = seals(pair)
    answers["certificate"], answers["key"] = answers["key"], answers["certificate"]

    text = tab.submit(SLUG, answers).content.decode()

    assert "cambiados" in text or "al revés" in text or "intercambi" in text
    assert not CsdValidation.objects.exists()


def test_after_a_wrong_password_only_the_password_is_asked_for(tab: Tab, issuer: User, pair: Pair) -> None:
    tab.submit(SLUG, seals(pair) | {"password": "no-es-esta"})
    work()
    text = tab.client.get(PAGE).content.decode()
    assert "La contraseña no corresponde a esta llave" in text
    assert "Con un problema" in tab.client.get("/configuracion/").content.decode()

    tab.submit(SLUG, {"password": pair.password.decode()})
    work()

    assert Csd.objects.filter(state="active").count() == 1


def test_another_companys_pair_is_refused_by_the_task(tab: Tab, authority: CA) -> None:
    other = authority.issue(rfc="NUPJ800101AB2", name="JOSÉ NÚÑEZ PEÑA")

    tab.submit(SLUG, seals(other))
    work()

    text = tab.client.get(PAGE).content.decode()
    assert "NUPJ800101AB2" in text
    assert not Csd.objects.filter(state="active").exists()
    assert not Csd.objects.exclude(key=None).exists()


def test_a_double_click_makes_one_csd_and_one_job(tab: Tab, pair: Pair) -> None:
    page = tab.open(SLUG)

    for _ in range(2):
        assert tab.submit(SLUG, seals(pair), page).status_code == 302

    assert (Csd.objects.count(), CsdValidation.objects.count()) == (1, 1)


def test_a_changed_rfc_makes_the_seal_a_problem_and_deletes_nothing(
    tab: Tab, issuer: User, pair: Pair
) -> None:
    tab.submit(SLUG, seals(pair))
    work()
    assert "Con un problema" not in tab.client.get("/configuracion/").content.decode()

    Company.objects.filter(users=issuer).update(rfc="OTR190312AB1")

    assert "Con un problema" in tab.client.get("/configuracion/").content.decode()
    assert Csd.objects.filter(state="active").exists()


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"certificate": SimpleUploadedFile("a.cer", b""), "key": SimpleUploadedFile("a.key", b"")},
        {"certificate": SimpleUploadedFile("a.cer", b"\x30\x82" * 9000), "password": "x"},
        {
            "certificate": SimpleUploadedFile("a.cer", b"\x00"),
            "key": SimpleUploadedFile("Ñ.key", b"\xff" * 99),
        },
    ],
)
def test_odd_files_get_a_sentence(tab: Tab, answers: dict[str, Any]) -> None:
    for upload in answers.values():
        if isinstance(upload, SimpleUploadedFile):
            upload.seek(0)

    response = tab.submit(SLUG, answers)

    assert response.status_code == 200
    assert 'aria-invalid="true"' in response.content.decode() or "CSD-" in response.content.decode()

"""What the request refuses, what the task finds, and what the page says meanwhile."""

import re
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from certificates.models import Csd, CsdValidation
from certificates.testing import CA, Pair
from companies.models import Company, User
from facturamos.jobs import tasks
from onboarding.models import Onboarding
from tests.onboarding.answers import csd_files
from tests.onboarding.browser import Tab

SLUG = "sellos"
PAGE = "/configuracion/sellos/"


def work() -> None:
    """What the worker does with all that waits."""
    for job in CsdValidation.objects.filter(state="queued"):
        tasks.run("certificates.csdvalidation", str(job.pk))


def test_a_valid_pair_is_validated_by_the_task(tab: Tab, issuer: User, pair: Pair) -> None:
    response = tab.submit(SLUG, csd_files(pair))
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
    # A new pair is announced before it takes the place of this one.
    assert "tomará el lugar de los sellos y la contraseña guardados" in text


@pytest.mark.parametrize(
    ("query", "finished", "leads_to"),
    [
        ("", False, "/configuracion/correo/"),
        ("?de=terminar", False, "/configuracion/terminar/"),
        ("?de=panel", True, "/panel/"),
        ("", True, "/panel/"),
        ("?de=//malo.example", False, "/configuracion/correo/"),
    ],
)
def test_continuar_leads_back_to_where_the_page_was_opened_from(
    tab: Tab, issuer: User, pair: Pair, query: str, finished: bool, leads_to: str
) -> None:
    tab.submit(SLUG, csd_files(pair))
    if finished:
        Onboarding.objects.update(finished_at=timezone.now(), finished_by=issuer)
    waiting = tab.client.get(f"{PAGE}{query}").text
    work()

    page = tab.client.get(f"{PAGE}{query}").text
    # Where the page cannot be drawn anew, its script puts the news there alone.
    [polled] = re.findall('data-poll="([^"]*)"', waiting)
    fragment = tab.client.get(polled).text

    for shown in (page, fragment):
        assert f'href="{leads_to}">Continuar</a>' in shown
    carried = re.findall('name="de" value="([^"]*)"', waiting)
    assert carried == ([] if "correo" in leads_to else [leads_to.strip("/").split("/")[-1]])


def test_it_leads_to_where_one_gets_a_csd(tab: Tab) -> None:
    text = tab.client.get(PAGE).content.decode()

    assert 'href="https://portalsat.plataforma.sat.gob.mx/certifica/"' in text
    assert 'href="https://aplicacionesc.mat.sat.gob.mx/certisat/"' in text


@pytest.mark.parametrize("worker", [True, False])
def test_who_is_refused_reads_whom_to_call_and_what_to_dictate(
    tab: Tab, authority: CA, pair: Pair, worker: bool, settings: Any
) -> None:
    settings.SUPPORT = settings.SUPPORT | {"whatsapp": "477 123 4567"}
    refused = csd_files(pair) | {"password": "no-es-esta"} if worker else csd_files(fiel(authority))
    response = tab.submit(SLUG, refused)
    work()

    text = tab.client.get(PAGE).content.decode() if worker else response.content.decode()

    (said,) = re.findall(r'(?s)<p class="help">.*?</p>', text)
    assert 'href="tel:5500000000"' in said
    assert 'href="https://wa.me/524771234567"' in said
    assert re.search("CSD-[0-9A-Z]{4}", said)


def fiel(authority: CA) -> Pair:
    """The pair that people take for their CSD."""
    return authority.issue(kind="FIEL", rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA")


def test_what_we_gave_up_validating_may_be_sent_again(tab: Tab, pair: Pair) -> None:
    tab.submit(SLUG, csd_files(pair))
    CsdValidation.objects.update(state="dead")
    assert "<title>Error: " in tab.client.get(PAGE).content.decode()

    tab.submit(SLUG, csd_files(pair))
    work()

    assert "Sus sellos están listos" in tab.client.get(PAGE).content.decode()


def test_words_of_the_trade_are_folded_away(tab: Tab, pair: Pair) -> None:
    tab.submit(SLUG, csd_files(pair))
    work()

    text = tab.client.get(PAGE).content.decode()

    shown = re.sub(
        r"<details>\s*<summary>Detalles técnicos</summary>.*?</details>", "", text, flags=re.DOTALL
    )
    assert "3DES" in text
    assert "3DES" not in shown


def test_a_password_that_a_browser_filled_in_changes_nothing_that_is_stored(tab: Tab, pair: Pair) -> None:
    tab.submit(SLUG, csd_files(pair))
    work()
    before = Csd.objects.get()

    text = tab.submit(SLUG, {"password": "la-del-sitio"}).content.decode()

    assert "Falta «Archivo certificado (.cer)»" in text
    assert Csd.objects.get().secret_changed_at == before.secret_changed_at


def test_a_fiel_is_refused_in_the_request_and_nothing_is_kept(tab: Tab, issuer: User, authority: CA) -> None:
    fiel = authority.issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA", kind="FIEL")

    text = tab.submit(SLUG, csd_files(fiel)).content.decode()

    assert "Son de la FIEL (e.firma), no del CSD" in text
    assert "aunque abra el portal del SAT" in text
    assert "CSD-" in text
    assert not CsdValidation.objects.exists()
    assert not Csd.objects.exclude(key=None).exists()


def test_the_hub_says_that_a_try_was_refused_and_why(tab: Tab, authority: CA) -> None:
    """Nothing of it is stored but the report, and yet it is no step that nobody has begun."""
    fiel = authority.issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA", kind="FIEL")
    tab.submit(SLUG, csd_files(fiel))

    hub = " ".join(tab.client.get("/configuracion/").text.split())
    last = " ".join(tab.client.get("/configuracion/terminar/").text.split())
    assert "Con un problema" in hub.split("Sellos (CSD)")[1][:400]
    for page in (hub, last):
        assert "no se pueden usar: «Son de la FIEL (e.firma), no del CSD»." in page
    assert "Subir otros sellos</a>" in hub


def test_swapped_files_are_simply_taken(tab: Tab, pair: Pair) -> None:
    answers = csd_files(pair)
    answers["certificate"], answers["key"] = answers["key"], answers["certificate"]

    tab.submit(SLUG, answers)
    work()

    assert Csd.objects.get().state == "active"


def test_both_files_go_into_one_picker(tab: Tab, pair: Pair) -> None:
    given = csd_files(pair)

    tab.submit(SLUG, {"files_together": [given["key"], given["certificate"]], "password": given["password"]})
    work()

    assert Csd.objects.get().state == "active"


def test_after_a_wrong_password_only_the_password_is_asked_for(tab: Tab, issuer: User, pair: Pair) -> None:
    tab.submit(SLUG, csd_files(pair) | {"password": "no-es-esta"})
    work()
    text = tab.client.get(PAGE).content.decode()
    assert "La contraseña no corresponde a esta llave" in text
    assert "Con un problema" in tab.client.get("/configuracion/").content.decode()

    tab.submit(SLUG, {"password": pair.password.decode()})
    work()

    assert Csd.objects.filter(state="active").count() == 1


def test_another_companys_pair_is_refused_by_the_task(tab: Tab, authority: CA) -> None:
    other = authority.issue(rfc="NUPJ800101AB2", name="JOSÉ NÚÑEZ PEÑA")

    tab.submit(SLUG, csd_files(other))
    work()

    text = tab.client.get(PAGE).content.decode()
    assert "NUPJ800101AB2" in text
    assert not Csd.objects.filter(state="active").exists()
    assert not Csd.objects.exclude(key=None).exists()


def test_a_double_click_makes_one_csd_and_one_job(tab: Tab, pair: Pair) -> None:
    page = tab.open(SLUG)

    for _ in range(2):
        assert tab.submit(SLUG, csd_files(pair), page).status_code == 302

    assert (Csd.objects.count(), CsdValidation.objects.count()) == (1, 1)


def test_a_changed_rfc_makes_the_csd_a_problem_and_deletes_nothing(
    tab: Tab, issuer: User, pair: Pair
) -> None:
    tab.submit(SLUG, csd_files(pair))
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


def test_a_zip_of_last_year_s_certificate_too_is_taken_with_the_password(
    tab: Tab, issuer: User, pair: Pair, authority: CA
) -> None:
    assert issuer.company is not None
    old = authority.issue(rfc=issuer.company.rfc, name=issuer.company.name)
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in (("viejo.cer", old.certificate), ("b.cer", pair.certificate), ("b.key", pair.key)):
            archive.writestr(name, data)
    sent = {"files_together": SimpleUploadedFile("sellos.zip", out.getvalue())}

    refused = tab.submit(SLUG, sent | {"password": "mal-clave"})
    sent["files_together"].seek(0)
    tab.submit(SLUG, sent | {"password": pair.password.decode()})
    work()

    assert "Hay 2 certificados" in refused.content.decode()
    assert bytes(Csd.objects.get().certificate) == pair.certificate

"""Support adds an authority of the SAT's, seeing what it says first; withdraws it; all with a reason."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from certificates.authorities import shipped
from certificates.models import CsdValidation, Diagnosis, SatAuthority
from certificates.testing import CA, make_ca
from certificates.x509 import certificate
from companies.models import Company, User
from tests.certificates.conftest import NOW, Issue, line_of, receive, rsa_key, work
from tests.certificates.sat_names import UTF8, ac6_like, ac7_like, name

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LIST, ADD = "/admin/certificates/satauthority/", "/admin/certificates/satauthority/add/"
REASON = "La publicó el SAT el 3 de marzo; la huella es la del DOF."


def choose(client: Client, data: bytes) -> str:
    """The page that follows the choice of a file."""
    response = client.post(ADD, {"file": SimpleUploadedFile("AC8 ñ.cer", data)})
    assert response.status_code == 200
    return response.text


def hidden(page: str) -> str:
    found = re.search(r'name="certificate" value="([^"]+)"', page)
    assert found
    return found[1]


def confirm(client: Client, page: str, reason: str = REASON) -> object:
    return client.post(ADD, {"certificate": hidden(page), "reason": reason}, follow=True)


@pytest.fixture
def ac8() -> CA:
    """An authority that nobody knows yet, called like AC6."""
    return ac6_like(9)


@pytest.fixture
def added(ac8: CA, support: User, sign_in: SignIn) -> SatAuthority:
    """It, added by support."""
    client = sign_in(support)
    confirm(client, choose(client, ac8.certificate))
    return SatAuthority.objects.get()


def test_what_it_says_is_shown_before_anything_is_kept(ac8: CA, support: User, sign_in: SignIn) -> None:
    page = choose(sign_in(support), ac8.certificate)

    fingerprint = hashlib.sha256(ac8.certificate).digest().hex(":").upper()
    for told in (
        fingerprint,
        "CN=A.C. del Servicio de Administración Tributaria",
        "SAT970701NN3",
        "Ella misma; ninguna raíz responde por ella.",
        "Producción",
        "9 de septiembre de 2020",
    ):
        assert told in page
    assert not SatAuthority.objects.exists()


def test_it_counts_once_somebody_has_said_why(ac8: CA, support: User, sign_in: SignIn, issue: Issue) -> None:
    client = sign_in(support)
    page = choose(client, ac8.certificate)

    again = client.post(ADD, {"certificate": hidden(page), "reason": "  "})
    assert "Falta «Motivo»" in again.text
    assert hidden(again.text) == hidden(page)
    assert not SatAuthority.objects.exists()
    response = client.post(ADD, {"certificate": hidden(page), "reason": REASON}, follow=True)

    row = SatAuthority.objects.get()
    assert "cuenta desde ahora, en todo el sitio" in response.text
    assert (row.name, row.reason, row.added_by) == (
        "A.C. del Servicio de Administración Tributaria",
        REASON,
        support,
    )
    assert bytes(row.certificate) == ac8.certificate


def test_who_and_why_are_in_the_history(added: SatAuthority, support: User) -> None:
    event = SatAuthority.pgh_event_model.objects.get()  # type: ignore[attr-defined]

    assert event.reason == REASON
    assert event.pgh_context.metadata["user"] == support.pk
    assert LogEntry.objects.get().change_message == f"Agregada. {REASON}"


def test_workers_and_web_know_it_without_a_restart(
    ac8: CA, company: Company, support: User, sign_in: SignIn
) -> None:
    """The same processes, before and after."""
    pair = ac8.issue(
        rfc=company.rfc, name=company.name, valid_from=timezone.now() - timedelta(days=9), key=rsa_key()
    )

    def verdict() -> str:
        assert work(receive(company, pair)).state == CsdValidation.State.DONE
        return line_of(Diagnosis.objects.latest("created_at"), "issuer").message

    assert "una autoridad que aún no conocemos" in verdict()
    client = sign_in(support)
    confirm(client, choose(client, ac8.certificate))
    assert verdict() == "La firma de su autoridad certificadora es correcta."
    client.post(f"{LIST}{SatAuthority.objects.get().pk}/retirar/", {"reason": "Fue un error."})
    assert "una autoridad que aún no conocemos" in verdict()


# --- refused


def test_what_is_known_already_is_refused(
    added: SatAuthority, ac8: CA, support: User, sign_in: SignIn
) -> None:
    client = sign_in(support)

    for data in (ac8.certificate, shipped.load()["AC7"], shipped.load()["ARC6"]):
        assert "Ya conocemos esta autoridad" in choose(client, data)
    assert SatAuthority.objects.count() == 1


def test_a_withdrawn_one_is_taken_back_and_not_added_again(
    added: SatAuthority, ac8: CA, support: User, sign_in: SignIn
) -> None:
    added.withdraw(support, "Fue un error.", timezone.now())

    assert "elija «Volver a aceptar»" in choose(sign_in(support), ac8.certificate)


@pytest.mark.parametrize("data", [b"", b"hola", b"%PDF-1.7", b"\x30\x82" * 20_000])
def test_what_is_no_certificate_is_refused_with_a_sentence(
    data: bytes, support: User, sign_in: SignIn
) -> None:
    page = choose(sign_in(support), data)

    assert "Elija el certificado (.cer) de la autoridad" in page
    assert "Revisar el certificado" in page


def test_a_csd_is_refused_by_its_name(issue: Issue, support: User, sign_in: SignIn) -> None:
    assert "Es el CSD de PNA190312AB1, no una autoridad" in choose(sign_in(support), issue().certificate)


def test_without_a_file_it_asks_for_one(support: User, sign_in: SignIn) -> None:
    assert "Elija el certificado de la autoridad." in sign_in(support).post(ADD).text


def test_an_impostor_of_ac7s_root_is_refused(support: User, sign_in: SignIn) -> None:
    root = make_ca("", key=rsa_key(6), subject=shipped_name("ARC6"))

    assert "está alterado" in choose(sign_in(support), ac7_like(9, root=root).certificate)
    assert "está alterado" in choose(sign_in(support), root.certificate)


def shipped_name(code: str) -> bytes:
    return certificate.load(shipped.load()[code]).subject


def test_doubts_are_told(support: User, sign_in: SignIn) -> None:
    stranger = make_ca("AC DE PAPEL", key=rsa_key(9), valid_from=NOW, valid_to=NOW + timedelta(days=1))
    namesake = make_ca("", key=rsa_key(9), subject=shipped_name("AC7"))
    uat = make_ca("", key=rsa_key(9), subject=name(("2.5.4.3", UTF8, "AC UAT 2030")))

    with time_machine.travel(NOW + timedelta(days=2)):
        page = choose(sign_in(support), stranger.certificate)
    client = sign_in(support)
    assert "No dice ser del SAT." in page
    assert "Ya terminó" in page
    assert "Ya conocemos a otra con el mismo nombre" in choose(client, namesake.certificate)
    assert "en producción se rechaza lo que emite" in choose(client, uat.certificate)


@pytest.mark.parametrize("sent", ["", "no es base64", base64.b64encode(b"hola").decode(), "\x00", "ñ"])
def test_a_confirmation_that_was_tampered_with_adds_nothing(
    sent: str, support: User, sign_in: SignIn
) -> None:
    response = sign_in(support).post(ADD, {"certificate": sent, "reason": REASON}, follow=True)

    assert response.status_code == 200
    assert "Revisar el certificado" in response.text
    assert not SatAuthority.objects.exists()


def test_a_double_click_adds_one(ac8: CA, support: User, sign_in: SignIn) -> None:
    client = sign_in(support)
    page = choose(client, ac8.certificate)
    confirm(client, page)

    second = client.post(ADD, {"certificate": hidden(page), "reason": REASON}, follow=True)

    assert "Ya conocemos esta autoridad" in second.text
    assert SatAuthority.objects.count() == 1


# --- withdrawn, never deleted


def test_it_is_withdrawn_with_a_reason_and_taken_back(
    added: SatAuthority, support: User, sign_in: SignIn
) -> None:
    client = sign_in(support)
    page = f"{LIST}{added.pk}"

    assert "Retirar…" in client.get(f"{page}/change/").text
    client.post(f"{page}/retirar/", {"reason": ""})
    added.refresh_from_db()
    assert not added.is_withdrawn
    client.post(f"{page}/retirar/", {"reason": "Fue un error."})
    added.refresh_from_db()
    assert (added.is_withdrawn, added.withdrawn_by) == (True, support)
    assert added.withdrawal_reason == "Fue un error."
    assert "Volver a aceptar…" in client.get(f"{page}/change/").text
    client.post(f"{page}/volver-a-aceptar/", {"reason": "No lo fue."})
    added.refresh_from_db()
    assert (added.is_withdrawn, added.reason) == (False, "No lo fue.")


def test_nobody_deletes_or_changes_one(added: SatAuthority, support: User, sign_in: SignIn) -> None:
    client = sign_in(support)

    assert client.post(f"{LIST}{added.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"{LIST}{added.pk}/change/", {"name": "X"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [added.pk], "post": "yes"})
    assert SatAuthority.objects.filter(name=added.name).exists()


def test_only_support_sees_or_adds_them(
    added: SatAuthority, ac8: CA, issuer: User, distributor: User, sign_in: SignIn
) -> None:
    other = ac7_like(8).certificate
    pages = [LIST, ADD, *(f"{LIST}{added.pk}/{verb}/" for verb in ("change", "retirar", "volver-a-aceptar"))]
    for user in (issuer, distributor):
        client = sign_in(user)
        for page in pages:
            sent = {"reason": REASON, "certificate": base64.b64encode(other).decode()}
            assert client.get(page).status_code in (302, 403, 404)
            assert client.post(page, sent).status_code in (302, 403, 404)
            assert "Tributaria" not in client.get(page, follow=True).text
    added.refresh_from_db()
    assert not added.is_withdrawn
    assert SatAuthority.objects.count() == 1


# --- the list


def test_the_list_shows_what_we_ship_and_until_when(
    added: SatAuthority, support: User, sign_in: SignIn
) -> None:
    page = sign_in(support).get(LIST).text

    assert shipped.ISSUERS[7].sha256 in page
    assert "AC7" in page
    assert "Conocemos autoridades del SAT hasta el" in page
    assert added.name in page


@pytest.mark.parametrize(("year", "warned"), [(2029, False), (2030, True), (2032, True)])
def test_support_is_warned_a_year_before_the_last_one_ends(
    year: int, warned: bool, support: User, distributor: User, sign_in: SignIn
) -> None:
    with time_machine.travel(f"{year}-06-15"):
        for page in ("/admin/", LIST):
            assert ("La última autoridad del SAT que conocemos" in sign_in(support).get(page).text) is warned
        assert "La última autoridad" not in sign_in(distributor).get("/admin/").text

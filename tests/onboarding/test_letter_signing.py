"""The Carta Manifiesto signed on its page, as the page's script asks for it."""

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from certificates.models import LetterDraft, LetterSignature, LetterSubmission
from certificates.testing import CA, Pair, make_ca
from companies.models import Company, FormerLetter, ManifestLetter, PrivacyNotice, User
from tests.certificates.conftest import rsa_key
from tests.letters import PREPARE, SIGN, known, prepare, send, sign, signed
from tests.onboarding.browser import Tab


@pytest.fixture
def fiel(authority: CA, issuer: User, settings: Any, tmp_path: Path) -> Pair:
    """The company's e.firma, which a representative asked for."""
    known(settings, authority, tmp_path)
    return issue(authority, issuer)


def issue(authority: CA, issuer: User, **options: object) -> Pair:
    company = company_of(issuer)
    options = {
        "rfc": company.rfc,
        "name": company.name,
        "kind": "FIEL",
        "representative": "NUPJ800101AB2",
        "key": rsa_key(1),
    } | options
    return authority.issue(**options)  # type: ignore[arg-type]


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


def test_what_was_prepared_is_signed_and_kept(tab: Tab, fiel: Pair, issuer: User) -> None:
    prepared = prepare(tab.client, fiel.certificate).json()

    answer = send(tab.client, signed(prepared, fiel.private_key))

    assert (answer.status_code, answer.json()["state"]) == (200, "signed")
    kept = LetterSignature.objects.get()
    assert (kept.rfc, kept.representative, kept.user) == ("PNA190312AB1", "NUPJ800101AB2", issuer)
    assert kept.documents[0]["signed"] == prepared["documents"][0]["signed"]
    letter = ManifestLetter.objects.get()
    assert (letter.state, letter.signature) == (ManifestLetter.State.SIGNED, kept.pk)
    assert letter.signed_on == timezone.localdate()
    assert not LetterSubmission.objects.exists()


def test_the_digest_in_what_is_signed_is_of_what_is_read(tab: Tab, fiel: Pair) -> None:
    prepared = prepare(tab.client, fiel.certificate).json()

    (document,) = prepared["documents"]
    read = base64.b64decode(document["digest_of"])
    assert prepared["algorithm"] == "SHA-256"
    assert read.decode() == document["text"]
    assert base64.b64encode(hashlib.sha256(read).digest()) in base64.b64decode(document["signed"])
    for told in ("PANADERÍA LA ÑAPA", "PNA190312AB1", "NUPJ800101AB2", "PAC de Pruebas", prepared["token"]):
        assert told in document["text"]
    assert "$" not in document["text"]


def test_a_certificate_may_come_as_a_file(tab: Tab, fiel: Pair) -> None:
    upload = SimpleUploadedFile("ñ.cer", fiel.certificate)

    answer = tab.client.post(PREPARE, {"certificate": upload})

    assert answer.status_code == 200


def expected(code: str) -> tuple[int, str]:
    return (409 if code in ("already", "changed", "used", "unknown", "expired_draft") else 400), code


def said(answer: object) -> tuple[int, str]:
    status: int = answer.status_code  # type: ignore[attr-defined]
    body = answer.json()  # type: ignore[attr-defined]
    assert body["message"].endswith(".")
    return status, body["code"]


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"kind": "CSD"}, "csd"),
        ({"rfc": "NUPJ800101AB2", "representative": ""}, "representative"),
        ({"rfc": "OTR190312AB1"}, "other_rfc"),
        (
            {"valid_to": datetime(2024, 1, 1, tzinfo=UTC), "valid_from": datetime(2020, 1, 1, tzinfo=UTC)},
            "expired",
        ),
        ({"valid_from": datetime(2030, 1, 1, tzinfo=UTC)}, "early"),
        ({"usage": b"\x07\x80"}, "not_fiel"),
    ],
)
def test_it_refuses_what_may_not_sign(
    tab: Tab, fiel: Pair, authority: CA, issuer: User, options: dict[str, object], code: str
) -> None:
    if code == "not_fiel":
        options = {**options, "kind": "CSD"}
    other = issue(authority, issuer, **options)

    assert said(prepare(tab.client, other.certificate)) == (400, code)
    assert not LetterDraft.objects.exists()


def test_it_refuses_an_unknown_authority(tab: Tab, fiel: Pair, issuer: User) -> None:
    stranger = make_ca("AC DE NADIE", key=rsa_key(5))

    assert said(prepare(tab.client, issue(stranger, issuer).certificate)) == (400, "unknown_issuer")


def test_it_refuses_an_altered_certificate(tab: Tab, fiel: Pair) -> None:
    altered = fiel.certificate.replace(b"PANADER", b"PANADEX")

    assert said(prepare(tab.client, altered)) == (400, "altered")


def test_it_refuses_certificates_of_tests_in_production(tab: Tab, fiel: Pair, settings: Any) -> None:
    settings.PRODUCTION = True

    assert said(prepare(tab.client, fiel.certificate)) == (400, "test")


def test_it_refuses_a_key(tab: Tab, fiel: Pair) -> None:
    assert said(prepare(tab.client, fiel.key)) == (400, "key")
    assert said(prepare(tab.client, b"%PDF-1.7")) == (400, "unreadable")


def test_a_signature_counts_once(tab: Tab, fiel: Pair) -> None:
    sent = signed(prepare(tab.client, fiel.certificate).json(), fiel.private_key)
    send(tab.client, sent)

    assert said(send(tab.client, sent)) == (409, "used")
    assert LetterSignature.objects.count() == 1


def test_after_a_wrong_signature_it_begins_anew(tab: Tab, fiel: Pair) -> None:
    prepared = prepare(tab.client, fiel.certificate).json()

    assert said(send(tab.client, signed(prepared, rsa_key(2)))) == (400, "bad_signature")
    assert said(send(tab.client, signed(prepared, fiel.private_key))) == (409, "used")
    assert not LetterSignature.objects.exists()


def test_it_refuses_the_other_algorithm(tab: Tab, fiel: Pair) -> None:
    prepared = prepare(tab.client, fiel.certificate).json()

    assert said(send(tab.client, signed(prepared, fiel.private_key, "SHA-1"))) == (400, "wrong_hash")


def test_it_refuses_the_signature_of_another_letter(tab: Tab, fiel: Pair) -> None:
    first, second = (prepare(tab.client, fiel.certificate).json() for _ in range(2))
    sent = signed(first, fiel.private_key) | {"token": second["token"]}

    assert said(send(tab.client, sent)) == (400, "bad_signature")


def test_it_waits_fifteen_minutes(tab: Tab, fiel: Pair) -> None:
    prepared = prepare(tab.client, fiel.certificate).json()
    assert datetime.fromisoformat(prepared["expires"]) - timezone.now() <= timedelta(minutes=15)

    with time_machine.travel(timezone.now() + timedelta(minutes=15, seconds=1)):
        answer = send(tab.client, signed(prepared, fiel.private_key))

    assert said(answer) == (409, "expired_draft")


def test_another_company_gets_nowhere_with_it(
    tab: Tab, fiel: Pair, other_issuer: User, notice: PrivacyNotice
) -> None:
    sent = signed(prepare(tab.client, fiel.certificate).json(), fiel.private_key)
    notice.accept(company_of(other_issuer), other_issuer, "192.0.2.1", "")
    stranger = Client()
    stranger.force_login(other_issuer, backend="companies.accounts.auth.Backend")

    assert said(send(stranger, sent)) == (409, "unknown")
    assert send(tab.client, sent).status_code == 200


def test_nor_does_another_user_of_the_company(tab: Tab, fiel: Pair, issuer: User) -> None:
    sent = signed(prepare(tab.client, fiel.certificate).json(), fiel.private_key)
    LetterDraft.objects.update(holder="user:0")

    assert said(send(tab.client, sent)) == (409, "unknown")


def test_a_changed_text_is_read_again(tab: Tab, fiel: Pair, settings: Any) -> None:
    prepared = prepare(tab.client, fiel.certificate).json()
    settings.LETTER_VERSION = "2"

    assert said(send(tab.client, signed(prepared, fiel.private_key))) == (409, "changed")


def test_a_signed_letter_is_not_signed_again(tab: Tab, fiel: Pair) -> None:
    late = prepare(tab.client, fiel.certificate).json()
    sign(tab.client, fiel)

    assert said(prepare(tab.client, fiel.certificate)) == (409, "already")
    assert said(send(tab.client, signed(late, fiel.private_key))) == (409, "already")


def test_another_pac_asks_for_a_new_letter_and_keeps_the_old_evidence(
    tab: Tab, fiel: Pair, settings: Any
) -> None:
    sign(tab.client, fiel)
    before = ManifestLetter.objects.get()
    settings.PAC = settings.PAC | {"rfc": "OTR010101AA1", "name": "Otro PAC"}

    assert sign(tab.client, fiel).status_code == 200

    after, former = ManifestLetter.objects.get(), FormerLetter.objects.get()
    assert (after.pk, after.signature == before.signature) == (before.pk, False)
    assert (former.signature, former.terms) == (before.signature, before.terms)
    assert LetterSignature.objects.count() == 2


def test_there_are_twenty_an_hour(tab: Tab, fiel: Pair) -> None:
    for _ in range(20):
        assert prepare(tab.client, fiel.certificate).status_code == 200

    assert said(prepare(tab.client, fiel.certificate)) == (429, "too_many")
    with time_machine.travel(timezone.now() + timedelta(hours=1, seconds=1)):
        assert prepare(tab.client, fiel.certificate).status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        "[]",
        "{}",
        "{",
        "[" * 100_000,
        '{"token": 1, "signatures": []}',
        '{"token": "x", "signatures": [1]}',
        '{"token": "x", "signatures": ["ñ"]}',
        " " * 70_000,
    ],
)
def test_what_is_no_answer_is_refused(tab: Tab, sent: str) -> None:
    for url in (PREPARE, SIGN):
        answer = tab.client.post(url, sent, content_type="application/json")
        assert said(answer) == (400, "malformed")


def test_without_a_pac_there_is_no_letter(tab: Tab, fiel: Pair, settings: Any) -> None:
    settings.PAC = dict.fromkeys(settings.PAC, "")

    assert said(prepare(tab.client, fiel.certificate)) == (409, "pac_unset")


def test_who_is_not_signed_in_is_told_in_json(client: Client, db: None) -> None:
    for url in (PREPARE, SIGN):
        assert said(client.post(url, {}, content_type="application/json")) == (401, "session")


def test_so_is_whose_page_is_of_another_session(issuer: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(issuer, backend="companies.accounts.auth.Backend")

    assert said(strict.post(SIGN, {}, content_type="application/json")) == (401, "session")


def test_the_notice_comes_first(issuer: User, sign_in: Callable[[User], Client]) -> None:
    assert said(prepare(sign_in(issuer), b"")) == (409, "notice")


def test_staff_signs_no_letters(support: User, sign_in: Callable[[User], Client]) -> None:
    assert said(prepare(sign_in(support), b"")) == (403, "closed")


def test_the_issuer_takes_constancia_and_evidence_away(tab: Tab, fiel: Pair) -> None:
    urls = [f"/configuracion/carta-manifiesto/{name}" for name in ("constancia.pdf", "evidencia.zip")]
    assert [tab.client.get(url).status_code for url in urls] == [404, 404]
    sign(tab.client, fiel)

    pdf, package = (tab.client.get(url) for url in urls)

    assert pdf.content.startswith(b"%PDF-")
    assert "constancia-de-firma.pdf" in zipfile.ZipFile(io.BytesIO(package.content)).namelist()
    assert "attachment" in package.headers["Content-Disposition"]


def test_nobody_takes_anothers(tab: Tab, fiel: Pair, other_issuer: User) -> None:
    sign(tab.client, fiel)
    stranger = Client()
    stranger.force_login(other_issuer, backend="companies.accounts.auth.Backend")

    for name in ("constancia.pdf", "evidencia.zip"):
        assert stranger.get(f"/configuracion/carta-manifiesto/{name}").status_code == 404

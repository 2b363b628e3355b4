"""Timbox' interface, against its stand-in: what is signed, and what each of its codes means."""

from datetime import datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from certificates.letter.documents import LetterDocument, SignedDocument
from certificates.letter.pacs.interface import Accepted, LetterTaxpayer, Pac, Parcel, Rejected, Standing
from certificates.letter.pacs.soap import PacEndpoint
from certificates.letter.pacs.timbox import REASONS, Timbox
from certificates.testing import CA, Pair
from certificates.x509 import certificate
from facturamos.devserver.pac_contracts import SECRET, USER
from facturamos.devserver.pacs import PacServer
from facturamos.vault import Secret
from tests.certificates.conftest import rsa_key

NOW = datetime(2026, 11, 29, 5, 0, 1)  # noqa: DTZ001  (a moment as the cadena writes it)
WHO = LetterTaxpayer("PNA190312AB1", "PANADERÍA | LA ÑAPA", "ventas@example.com")


@pytest.fixture
def timbox(endpoint: PacEndpoint) -> Timbox:
    pac = Pac("PAC", "PPR010101AA1", "00000")
    return Timbox(endpoint, USER, Secret(SECRET), pac, "$name, $rfc, $pac, $number")


def fiel(ca: CA, **options: str) -> Pair:
    return ca.issue(rfc=WHO.rfc, name="PANADERÍA", key=rsa_key(1), **{"kind": "FIEL", **options})  # type: ignore[arg-type]


def parcel(timbox: Timbox, pair: Pair, cadena: bytes = b"", seal: bytes = b"") -> Parcel:
    """A letter signed as it should be, but for what is given."""
    read = certificate.load(pair.certificate)
    (document,) = timbox.prepare(WHO, read, "folio", NOW).documents
    if cadena:
        document = LetterDocument(document.title, document.text, cadena)
    made = pair.private_key.sign(document.signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    return Parcel(WHO, pair.certificate, read.number, (SignedDocument(document, seal or made),))


def test_the_cadena_has_six_fields_and_no_pipe_inside(timbox: Timbox, ca: CA) -> None:
    read = certificate.load(fiel(ca, number="30001000000500000077").certificate)

    letter = timbox.prepare(WHO, read, "folio", NOW)

    (document,) = letter.documents
    cadena = (
        "||PANADERÍA   LA ÑAPA|PNA190312AB1|30001000000500000077|2026-11-29T05:00:01|PPR010101AA1|00000||"
    )
    assert (letter.algorithm, document.signed.decode(), document.digest_of) == ("SHA-1", cadena, b"")
    assert document.text.startswith("PANADERÍA | LA ÑAPA, PNA190312AB1, PAC, 30001000000500000077")
    assert document.text.endswith(f"\n{cadena}\n")


def test_a_good_letter_is_taken(timbox: Timbox, pac: PacServer, ca: CA) -> None:
    answer = timbox.submit(parcel(timbox, fiel(ca)))

    assert answer == Accepted(True, "200", "Manifiesto firmado y enviado exitosamente")
    assert f"<password>{SECRET}</password>".encode() in pac.bodies[-1]
    assert timbox.standing(parcel(timbox, fiel(ca))) is Standing.UNKNOWN


def code_of(answer: Accepted | Rejected) -> str:
    assert isinstance(answer, Rejected)
    assert answer.reason.endswith(".")
    assert answer.action.endswith(".")
    return answer.code


def test_a_csd_is_refused(timbox: Timbox, pac: PacServer, ca: CA) -> None:
    assert code_of(timbox.submit(parcel(timbox, fiel(ca, kind="CSD")))) == "MAN015"


def test_another_number_is_refused(timbox: Timbox, pac: PacServer, ca: CA) -> None:
    cadena = b"||P|PNA190312AB1|30001000000500009999|2026-11-29T05:00:01|PPR010101AA1|00000||"

    assert code_of(timbox.submit(parcel(timbox, fiel(ca), cadena))) == "MAN014"


def test_another_signature_is_refused(timbox: Timbox, pac: PacServer, ca: CA) -> None:
    assert code_of(timbox.submit(parcel(timbox, fiel(ca), seal=b"x" * 256))) == "MAN016"


def test_a_cadena_of_another_form_is_refused(timbox: Timbox, pac: PacServer, ca: CA) -> None:
    assert code_of(timbox.submit(parcel(timbox, fiel(ca), b"||P|PNA190312AB1||"))) == "MAN007"


def test_another_account_is_refused(endpoint: PacEndpoint, pac: PacServer, ca: CA) -> None:
    stranger = Timbox(endpoint, USER, Secret("otra"), Pac("PAC", "PPR010101AA1", "00000"), "")

    assert code_of(stranger.submit(parcel(stranger, fiel(ca)))) == "MAN001"


def test_each_of_their_codes_has_our_words() -> None:
    assert set(REASONS) == {f"MAN{number:03}" for number in range(1, 17)}


def test_the_password_prints_nowhere(timbox: Timbox) -> None:
    assert SECRET not in repr(timbox)

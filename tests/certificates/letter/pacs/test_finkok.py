"""Finkok's interface, against its stand-in: two contracts, taken, given back, and what a refusal means."""

from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from certificates.letter.documents import SignedDocument
from certificates.letter.pacs.finkok import Finkok
from certificates.letter.pacs.interface import (
    Accepted,
    LetterTaxpayer,
    PacUnreachable,
    Parcel,
    Rejected,
    Standing,
)
from certificates.letter.pacs.soap import PacEndpoint
from certificates.testing import CA, Pair
from certificates.x509 import certificate
from facturamos.devserver import pacs
from facturamos.devserver.pac_contracts import SECRET
from facturamos.devserver.pacs import PacServer
from facturamos.vault import Secret
from tests.certificates.conftest import rsa_key

NOW = datetime(2026, 11, 29, 5, 0, 1)  # noqa: DTZ001  (a moment as the contract writes it)
WHO = LetterTaxpayer("X&Ñ010101AA1", "Ñandú & <Hijos>", "ventas@example.com", "Calle 1, Centro")


@pytest.fixture
def finkok(endpoint: PacEndpoint) -> Finkok:
    return Finkok(endpoint, Secret(SECRET))


@pytest.fixture
def pair(ca: CA) -> Pair:
    return ca.issue(rfc=WHO.rfc, name="ÑANDÚ", kind="FIEL", key=rsa_key(1))


def parcel(finkok: Finkok, pair: Pair) -> Parcel:
    read = certificate.load(pair.certificate)
    documents = tuple(
        SignedDocument(each, pair.private_key.sign(each.signed, padding.PKCS1v15(), hashes.SHA1()))  # noqa: S303
        for each in finkok.prepare(WHO, read, "folio", NOW).documents
    )
    return Parcel(WHO, pair.certificate, read.number, documents)


def test_both_texts_are_made_for_the_taxpayer(finkok: Finkok, pair: Pair) -> None:
    letter = finkok.prepare(WHO, certificate.load(pair.certificate), "folio", NOW)

    assert (letter.algorithm, [each.title for each in letter.documents]) == (
        "SHA-1",
        ["Contrato de servicio", "Aviso de privacidad"],
    )
    assert "Ñandú & <Hijos> (RFC X&Ñ010101AA1)" in letter.documents[0].text
    assert b'fecha="2026-11-29T05:00:01"' in letter.documents[0].digest_of


def test_what_was_sent_is_given_back(finkok: Finkok, pac: PacServer, pair: Pair) -> None:
    sent = parcel(finkok, pair)
    assert finkok.standing(sent) is Standing.ABSENT

    answer = finkok.submit(sent)

    assert answer == Accepted(confirmed=False, message="Contrato firmado correctamente")
    assert finkok.standing(sent) is Standing.THERE


def test_contracts_of_another_signature_confirm_nothing(finkok: Finkok, pac: PacServer, pair: Pair) -> None:
    sent = parcel(finkok, pair)
    finkok.submit(sent)
    first, second = sent.documents
    other = replace(sent, documents=(replace(first, signature=b"x" * 256), second))

    assert finkok.standing(other) is Standing.UNKNOWN


def test_a_wrong_signature_is_refused_in_our_words(finkok: Finkok, pac: PacServer, pair: Pair) -> None:
    first, second = (sent := parcel(finkok, pair)).documents

    answer = finkok.submit(replace(sent, documents=(replace(first, signature=b"x" * 256), second)))

    assert isinstance(answer, Rejected)
    assert (answer.reason, answer.action) == (
        "El PAC no aceptó la firma.",
        "Firme otra vez con su e.firma.",
    )


def says(words: str) -> pacs.Mode:
    """What they answer with `false`: free words, in either element."""

    def answer(to: pacs.PacAnswer, usual: str) -> None:
        inner = f"<success>false</success><message>{words}</message><error>{words}</error>"
        to.page(f"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>{inner}</Envelope>")

    return answer


@pytest.mark.parametrize(
    "words",
    ["El contrato ya fue firmado anteriormente", "El RFC ya tiene un contrato registrado", "Already signed"],
)
def test_what_they_have_already_is_no_refusal(finkok: Finkok, pac: PacServer, pair: Pair, words: str) -> None:
    sent = parcel(finkok, pair)
    pac.modes["sign_contract"] = says(words)

    assert finkok.submit(sent) == Accepted(confirmed=False, code="already", message=words)


@pytest.mark.parametrize(
    "words",
    ["Servicio no disponible", "Error interno", "Internal Server Error", "Intente más tarde", "Timeout"],
)
def test_out_of_order_is_neither_a_refusal_nor_says_that_they_have_nothing(
    finkok: Finkok, pac: PacServer, pair: Pair, words: str
) -> None:
    sent = parcel(finkok, pair)
    pac.modes = {"sign_contract": says(words), "get_documents": says(words)}

    with pytest.raises(PacUnreachable, match="out_of_order"):
        finkok.submit(sent)
    assert finkok.standing(sent) is Standing.UNKNOWN


@pytest.mark.parametrize("words", ["No se encontraron documentos", "El RFC no tiene contratos", "Not found"])
def test_that_they_have_nothing_they_say_in_words(
    finkok: Finkok, pac: PacServer, pair: Pair, words: str
) -> None:
    sent = parcel(finkok, pair)
    pac.modes["get_documents"] = says(words)

    assert finkok.standing(sent) is Standing.ABSENT


@pytest.mark.parametrize("words", ["El certificado está vencido", "Certificado revocado", "SNID invalido"])
def test_other_words_are_a_refusal(finkok: Finkok, pac: PacServer, pair: Pair, words: str) -> None:
    sent = parcel(finkok, pair)
    pac.modes["sign_contract"] = says(words)

    assert isinstance(finkok.submit(sent), Rejected)


def test_another_account_gets_no_texts(endpoint: PacEndpoint, pac: PacServer, pair: Pair) -> None:
    with pytest.raises(PacUnreachable, match="refused"):
        Finkok(endpoint, Secret("otro")).prepare(WHO, certificate.load(pair.certificate), "folio", NOW)


@pytest.mark.parametrize("text", ["", "ICAg", "no es base64", "AAAA", "/////w=="])
def test_texts_that_nobody_can_read_are_none(finkok: Finkok, pac: PacServer, pair: Pair, text: str) -> None:
    def odd(answer: pacs.PacAnswer, usual: str) -> None:
        inner = f"<success>true</success><contract>{text}</contract><privacy>{text}</privacy>"
        answer.page(f"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>{inner}</Envelope>")

    pac.modes["get_contracts_snid"] = odd

    with pytest.raises(PacUnreachable, match="not_understood"):
        finkok.prepare(WHO, certificate.load(pair.certificate), "folio", NOW)

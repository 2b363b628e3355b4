"""What a certificate says, whatever letters it says it in."""

from datetime import UTC, datetime

import pytest
from cryptography import x509

from certificates.testing import oid, seq, tlv
from certificates.x509 import certificate, der
from certificates.x509.certificate import CertificateKind
from certificates.x509.der import Unreadable
from tests.certificates.conftest import NOW, Issue


def test_enye_and_accents_in_name_and_branch(issue: Issue) -> None:
    read = certificate.load(issue(name="ÑANDÚ Y MUÑOZ, S.A. DE C.V.", branch="Peñón Ávila").certificate)

    assert (read.name, read.branch) == ("ÑANDÚ Y MUÑOZ, S.A. DE C.V.", "Peñón Ávila")


def test_rfc_representative_and_curp(issue: Issue) -> None:
    pair = issue(rfc="OÑO120726RX3", representative="MISC491214B86", curp="MISC491214MCCRNC01")

    read = certificate.load(pair.certificate)

    assert (read.rfc, read.representative, read.curp) == (
        "OÑO120726RX3",
        "MISC491214B86",
        "MISC491214MCCRNC01",
    )


def test_the_number_is_in_the_serials_bytes(issue: Issue) -> None:
    assert certificate.load(issue(number="00001000000512345678").certificate).number == "00001000000512345678"
    assert certificate.load(issue(number="x").certificate).number == ""


def test_kind_follows_from_key_usage_alone(issue: Issue) -> None:
    kinds = [
        certificate.load(issue(**options).certificate).kind
        for options in ({}, {"branch": ""}, {"kind": "FIEL"}, {"usage": b"\x07\x80"}, {"usage": b"\x03\xd8"})
    ]

    assert kinds == [
        CertificateKind.CSD,
        CertificateKind.CSD,
        CertificateKind.FIEL,
        CertificateKind.UNKNOWN,
        CertificateKind.FIEL,
    ]


def test_dates_are_in_utc(issue: Issue) -> None:
    read = certificate.load(issue(valid_from=NOW, valid_to=datetime(2030, 1, 2, tzinfo=UTC)).certificate)

    assert (read.valid_from, read.valid_to) == (NOW, datetime(2030, 1, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("tag", "raw", "text"),
    [
        (0x0C, "Ñandú".encode(), "Ñandú"),
        (0x14, "Ñandú".encode("latin-1"), "Ñandú"),
        (0x1E, "Ñandú".encode("utf-16-be"), "Ñandú"),
        (0x1C, "Ñandú".encode("utf-32-be"), "Ñandú"),
        (0x0C, "Ñandú".encode("latin-1"), "Ñandú"),
        (0x13, "Ñandú".encode("latin-1"), "Ñandú"),
        (0x0C, b"con\x00nulo\r\ny\ttab", "con nulo y tab"),
    ],
)
def test_every_kind_of_string_reads(issue: Issue, tag: int, raw: bytes, text: str) -> None:
    pair = issue(branch="MARCA")

    replaced = _with_branch(pair.certificate, tlv(tag, raw))

    assert certificate.load(replaced).branch == text


def _with_branch(data: bytes, value: bytes) -> bytes:
    """The same certificate with another string in its branch; the lengths around it are kept right."""
    return _with_last(data, 5, "2.5.4.11", value)


def _with_last(data: bytes, field: int, kind: str, value: bytes) -> bytes:
    """The same certificate with another last attribute in one of its names."""
    outer = der.children(der.read(data))
    body = der.children(outer[0])
    parts = [part.encoded for part in der.children(body[field])[:-1]]
    parts.append(tlv(0x31, seq(oid(kind), value)))
    changed = [node.encoded for node in body]
    changed[field] = seq(*parts)
    return seq(seq(*changed), outer[1].encoded, outer[2].encoded)


def test_it_reads_what_bears_ac6s_name_where_cryptography_reads_nothing(issue: Issue) -> None:
    """UTF-8 inside a PrintableString of the issuer's name: the case that decided docs/adr/0020."""
    unstructured_name = tlv(0x13, "responsable: Administración Central".encode())

    named = _with_last(issue(branch="Matriz").certificate, 3, "1.2.840.113549.1.9.2", unstructured_name)

    assert certificate.load(named).branch == "Matriz"
    with pytest.raises(ValueError, match="PrintableString"):
        x509.load_der_x509_certificate(named)


@pytest.mark.parametrize("data", [b"", b"\x30", b"\x30\x00", b"\x30\x84\x00\x00\x00\x01", b"x" * 100])
def test_what_is_no_certificate_raises_our_own(data: bytes) -> None:
    with pytest.raises(Unreadable) as problem:
        certificate.load(data)

    assert problem.value.code == "certificate"

"""What users bring instead of a .cer and a .key."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import serialization

from certificates.file_types import FileType, recognise
from certificates.testing import CA, Pair
from tests.certificates import keys
from tests.certificates.conftest import Issue, rsa_key
from tests.certificates.odd_files import PLAIN, converted_key, pem, public_key, request, structured


@pytest.mark.parametrize(("data", "file_type"), PLAIN.values(), ids=PLAIN.keys())
def test_each_stranger_has_its_name(data: bytes, file_type: FileType) -> None:
    assert recognise(data)[0] is file_type


def test_each_structure_has_its_name(ca: CA) -> None:
    expected = {name: file_type for name, (_, file_type) in structured(ca).items()}

    assert {name: recognise(data)[0] for name, (data, _) in structured(ca).items()} == expected


def test_keys_are_told_apart() -> None:
    assert recognise(keys.pkcs8(rsa_key()))[0] is FileType.PLAIN_KEY
    traditional = rsa_key().private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    assert recognise(traditional)[0] is FileType.PLAIN_KEY
    assert recognise(keys.scrypt(2))[0] is FileType.ENCRYPTED_KEY


# --- good files in other dress


def test_text_forms_of_a_certificate_are_taken_apart(issue: Issue) -> None:
    der = issue().certificate
    lines = base64.encodebytes(der)
    block = pem(der, "CERTIFICATE")
    texts = (
        block,
        b"\xef\xbb\xbfBag Attributes\r\n" + block.replace(b"\n", b"\r\n"),
        block.replace(b"\n", b"\r"),
        block.replace(b"\n", b" "),
        b"subject=CN = X\n" + block + "firma: ñ\n".encode(),
        block.decode().encode("utf-16"),
        block.decode().encode("utf-16-le"),
        block.decode().encode("utf-16-be"),
        b"".join(b"> " + row for row in block.splitlines(keepends=True)),
        json.dumps(block.decode()).encode(),
        pem(der, "X509 CERTIFICATE"),
        pem(der + b"\x30\x00", "TRUSTED CERTIFICATE"),
        pem(der, "ALGO MAS"),
        lines,
        lines.decode().encode("utf-16"),
    )

    assert [recognise(text) for text in texts] == [(FileType.CERTIFICATE, der)] * len(texts)
    assert recognise(der) == (FileType.CERTIFICATE, der)


@pytest.mark.parametrize("behind", [b"\n", b"\r\n", b"  \r\n", b"\0", b"\0" * 20_000, b"\x1a"])
def test_what_a_copy_leaves_behind_a_good_file_does_not_matter(issue: Issue, behind: bytes) -> None:
    pair = issue()

    assert recognise(pair.certificate + behind) == (FileType.CERTIFICATE, pair.certificate)
    assert recognise(pair.key + behind) == (FileType.ENCRYPTED_KEY, pair.key)


@pytest.mark.parametrize("before", [b"\n", b"\r\n", b"\xef\xbb\xbf"])
def test_nor_does_a_line_end_before_it(issue: Issue, before: bytes) -> None:
    der = issue().certificate

    assert recognise(before + der) == (FileType.CERTIFICATE, der)


def test_anything_else_behind_a_file_does_matter(issue: Issue) -> None:
    assert recognise(issue().certificate + b"\x01")[0] is FileType.OTHER


# --- several blocks in one file


def both(pair: Pair) -> tuple[bytes, bytes]:
    return pem(pair.certificate, "CERTIFICATE"), pem(pair.key, "ENCRYPTED PRIVATE KEY")


def test_of_several_blocks_the_one_that_the_field_wants_is_taken_in_any_order(issue: Issue, ca: CA) -> None:
    pair = issue()
    certificate, key = both(pair)
    public, asked, authority = (
        pem(public_key(), "PUBLIC KEY"),
        pem(request(), "CERTIFICATE REQUEST"),
        pem(ca.certificate, "CERTIFICATE"),
    )
    fiel = pem(issue(kind="FIEL").certificate, "CERTIFICATE")
    files = (
        certificate + key,
        key + certificate,
        public + certificate + key,
        b"Bag Attributes\n" + key + asked + public + certificate,
        authority + certificate + key,
        key + authority + authority + certificate,
        fiel + authority + key + certificate,
        (key + certificate).decode().encode("utf-16"),
    )

    for data in files:
        assert recognise(data, FileType.CERTIFICATE) == (FileType.CERTIFICATE, pair.certificate)
        assert recognise(data, FileType.ENCRYPTED_KEY) == (FileType.ENCRYPTED_KEY, pair.key)


def test_where_none_is_what_the_field_wants_the_most_telling_is_taken(issue: Issue) -> None:
    certificate, key = both(issue())
    plain = pem(keys.pkcs8(rsa_key()), "PRIVATE KEY")

    assert recognise(pem(public_key(), "PUBLIC KEY") + key, FileType.CERTIFICATE)[0] is FileType.ENCRYPTED_KEY
    assert recognise(certificate + plain, FileType.ENCRYPTED_KEY)[0] is FileType.PLAIN_KEY
    assert recognise(certificate + converted_key(), FileType.ENCRYPTED_KEY)[0] is FileType.CONVERTED_KEY
    assert recognise(pem(request(), "CERTIFICATE REQUEST"), FileType.CERTIFICATE)[0] is FileType.REQUEST


# --- damaged


def test_a_file_whose_end_is_missing_is_told_so(issue: Issue) -> None:
    pair = issue()

    for data in (pair.certificate, pair.key):
        assert recognise(data[: len(data) // 2])[0] is FileType.CUT
        assert recognise(data[:300])[0] is FileType.CUT
    assert recognise(pem(pair.certificate, "CERTIFICATE")[:900])[0] is FileType.CUT


def test_a_file_that_was_taken_for_text_is_told_so(issue: Issue) -> None:
    assert recognise(issue().key.replace(b"\x02", b"\r\n"))[0] is FileType.DAMAGED_AS_TEXT

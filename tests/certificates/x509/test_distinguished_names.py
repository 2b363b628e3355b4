"""Names of authorities: as a whole, and compared by what they say."""

import pytest

from certificates.testing import oid, seq, tlv
from certificates.x509 import der
from certificates.x509.distinguished_names import comparable, short, whole
from tests.certificates.sat_names import (
    PRINTABLE,
    T61,
    UTF8,
    Write,
    ac6_name,
    name,
    once,
    thrice,
    twice,
    twice_by_windows,
)


@pytest.mark.parametrize("write", [once, twice, thrice, twice_by_windows])
@pytest.mark.parametrize("tag", [UTF8, PRINTABLE, T61])
def test_every_attribute_is_shown_as_it_was_meant(write: Write, tag: int) -> None:
    assert whole(ac6_name(write, tag)) == (
        "CN=A.C. del Servicio de Administración Tributaria, O=Servicio de Administración Tributaria, "
        "L=Cuauhtémoc, x500UniqueIdentifier=SAT970701NN3, "
        "unstructuredName=responsable: Administración Central"
    )


@pytest.mark.parametrize("write", [once, twice, thrice, twice_by_windows])
@pytest.mark.parametrize("tag", [UTF8, PRINTABLE, T61])
@pytest.mark.parametrize("upper", [False, True])
def test_names_that_say_the_same_are_equal(write: Write, tag: int, upper: bool) -> None:
    assert comparable(ac6_name(write, tag, upper=upper)) == comparable(ac6_name(once))


def test_names_that_say_something_else_differ() -> None:
    other = name(("2.5.4.3", UTF8, "A.C. del Servicio de Administración Tributaria"))

    assert comparable(other) != comparable(ac6_name())


def test_an_unknown_attribute_and_a_bit_string_are_no_hindrance() -> None:
    odd = seq(
        tlv(0x31, seq(oid("2.5.4.45"), tlv(0x03, b"\x00\xff"))),
        tlv(0x31, seq(oid("1.2.3.4"), tlv(UTF8, b"algo"))),
    )

    assert whole(odd) == "1.2.3.4=algo"


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [
        ({"2.5.4.10": "SAT", "2.5.4.3": "AC7"}, "AC7"),
        ({"2.5.4.10": "SAT", "2.5.4.11": "IES"}, "SAT"),
        ({"2.5.4.3": "", "2.5.4.11": "IES"}, "IES"),
        ({"2.5.4.6": "MX"}, "MX"),
        ({}, ""),
    ],
)
def test_a_sentence_calls_it_by_the_best_that_it_has(attributes: dict[str, str], shown: str) -> None:
    assert short(attributes) == shown


@pytest.mark.parametrize("raw", [b"", b"\x30\x02\x31\x00\x00", seq(tlv(0x31, seq(oid("2.5.4.3"))))])
def test_what_is_no_name_is_unreadable(raw: bytes) -> None:
    with pytest.raises(der.Unreadable):
        whole(raw)

"""An RFC that an OCR layer has read without its Ñ or &."""

import pytest

from companies.csf.misread import as_of, is_of
from companies.csf.result import CsfResult, CsfSource


def csf(rfc: str, *, is_unsure: bool = True) -> CsfResult:
    return CsfResult(
        ok=True,
        code="read",
        message=f"Leímos la constancia del RFC {rfc}.",
        source=CsfSource.CONSTANCIA,
        rfc=rfc,
        rfc_is_unsure=is_unsure,
    )


@pytest.mark.parametrize(
    ("read", "own"),
    [("NUPB8502141R4", "ÑUPB8502141R4"), ("PYC120815KL4", "P&C120815KL4"), ("P8C120815KL4", "P&C120815KL4")],
)
def test_it_may_be_of_the_company_all_the_same(read: str, own: str) -> None:
    found = csf(read)

    assert is_of(found, own)
    assert as_of(found, own).rfc == own
    assert read in as_of(found, own).remarks[0]
    assert "Compruebe" in as_of(found, own).remarks[0]


@pytest.mark.parametrize(
    ("read", "own"),
    [
        ("NUPB8502141R4", "ÑUPB8502141R5"),
        ("ÑUPB8502141R4", "NUPB8502141R4"),
        ("XYZ120815KL4", "P&C120815KL4"),
        ("NUP120815KL4", "ÑUPB8502141R4"),
    ],
)
def test_what_differs_elsewhere_is_somebody_elses(read: str, own: str) -> None:
    assert not is_of(csf(read), own)


def test_a_text_that_has_its_letters_is_taken_at_its_word() -> None:
    assert not is_of(csf("NUPB8502141R4", is_unsure=False), "ÑUPB8502141R4")


def test_its_own_needs_no_remark() -> None:
    found = csf("ÑUPB8502141R4")

    assert as_of(found, "ÑUPB8502141R4") is found

"""The documents look as they did when somebody last looked at them.

After a change that is meant, look at the new pictures and keep them:
KEEP_PICTURES=1 pytest tests/companies/documents/test_typesetting_looks.py
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from PIL import Image, ImageChops
from pytest_django.fixtures import Settings

from companies.documents import SampleInvoice, manifest_manual_pdf, manual_for, sample_invoice_pdf
from companies.models import Company
from tests.companies.documents import reading

KEPT = Path(__file__).parent / "looks"
# The mean difference, of 255, that a square of BLOCK × BLOCK pixels may have.
TOLERANCE = 24
BLOCK = 9


@pytest.fixture(autouse=True)
def _a_fixed_moment(settings: Settings) -> object:
    settings.SITE_URL = "https://facturamos.example.com"
    with time_machine.travel(datetime(2026, 11, 22, 18, 30, tzinfo=UTC), tick=False):
        yield


def assert_looks_like_the_kept(name: str, picture: Image.Image) -> None:
    path = KEPT / f"{name}.png"
    if os.environ.get("KEEP_PICTURES"):
        picture.quantize(16).save(path, optimize=True)
    kept = Image.open(path).convert("L")
    assert kept.size == picture.size
    worst = ImageChops.difference(kept, picture).reduce(BLOCK).getextrema()[1]
    assert isinstance(worst, int)
    assert worst <= TOLERANCE


@pytest.mark.parametrize("kind", ["invoice", "credit_note", "payment", "payroll"])
@pytest.mark.parametrize("position", ["left", "center", "right"])
def test_a_sample_looks_as_it_did(sample: Callable[..., SampleInvoice], position: str, kind: str) -> None:
    (page,) = reading.drawn(sample_invoice_pdf(sample(position, kind)))

    assert_looks_like_the_kept(f"{kind}-{position}", page)


def test_the_manual_looks_as_it_did() -> None:
    company = Company(name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1")

    for number, page in enumerate(reading.drawn(manifest_manual_pdf(manual_for(company))), 1):
        assert_looks_like_the_kept(f"manual-{number}", page)

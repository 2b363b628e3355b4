"""Valid answers to every step: what the tests that walk all the steps submit."""

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from certificates.testing import Pair
from onboarding.steps import STEPS
from onboarding.steps.direccion_fiscal import FiscalAddressStep
from onboarding.steps.usuario import UserStep
from onboarding.wizard.step import Answer

ADDRESS: dict[str, Any] = dict(FiscalAddressStep.sample_answer)
NEW_PASSWORD = str(UserStep.sample_answer["password"])


def jpeg(color: str = "teal", size: tuple[int, int] = (300, 120)) -> bytes:
    """A small logo."""
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, "JPEG")
    return buffer.getvalue()


def logo(name: str = "logo de mi Ñapa.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    """A logo as a browser sends it."""
    return SimpleUploadedFile(name, content or jpeg(), "image/jpeg")


def csd_files(pair: Pair) -> dict[str, Any]:
    """A CSD pair as a browser sends it."""
    return {
        "certificate": SimpleUploadedFile("CSD_PANADERÍA.cer", pair.certificate),
        "key": SimpleUploadedFile("CSD_PANADERÍA.key", pair.key),
        "password": pair.password.decode(),
    }


def _answer(slug: str, sample: Answer) -> dict[str, Any]:
    return dict(sample) | ({"image": logo()} if slug == "logotipo" else {})


# By slug, made anew for each use: a file is read once. The CSD is not here: a pair belongs to a company,
# see `csd_files`.
ANSWERS: dict[str, Callable[[], dict[str, Any]]] = {
    step.slug: partial(_answer, step.slug, step.sample_answer) for step in STEPS if step.slug != "sellos"
}

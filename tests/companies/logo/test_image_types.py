"""What is said of a picture that is no JPG, and what to do with it; on a telephone, too."""

import pytest

from companies.logo.image_types import MESSAGES

PICTURES = [
    "png",
    "webp",
    "heic",
    "avif",
    "jpeg2000",
    "jpegxl",
    "jpegxr",
    "gif",
    "bmp",
    "tiff",
    "ico",
    "raw",
    "pdf",
]


@pytest.mark.parametrize("kind", PICTURES)
def test_what_a_telephone_makes_comes_with_what_to_do_on_it(kind: str) -> None:
    assert "WhatsApp" in MESSAGES[kind]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("tga", "TGA"),
        ("pnm", "PPM"),
        ("emf", "EMF"),
        ("wmf", "WMF"),
        ("jpegls", "JPEG-LS"),
        ("jpeg2000", "JPEG 2000"),
        ("jpegxl", "JPEG XL"),
        ("psd", "Photoshop"),
        ("ai", "Illustrator"),
        ("eps", "EPS"),
        ("corel", "CorelDRAW"),
        ("xcf", "GIMP"),
        ("pcx", "PCX"),
    ],
)
def test_each_is_called_by_the_name_that_its_maker_uses(kind: str, name: str) -> None:
    assert name in MESSAGES[kind]

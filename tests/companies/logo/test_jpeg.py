"""A JPEG is taken apart by its segments, and whether all of it is there shows before anybody keeps it."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from companies.logo import jpeg
from companies.logo.preparing import examine, reencode
from facturamos import sandbox
from tests.companies import pictures

CASES = Path(__file__).resolve().parents[4] / "shared" / "cases" / "images"
# How a JPEG may be coded.
CODINGS: dict[str, dict[str, object]] = {
    "baseline": {},
    "444": {"subsampling": 0},
    "progressive": {"progressive": True},
    "restarts": {"restart_marker_rows": 1},
    "many restarts": {"restart_marker_blocks": 3},
    "progressive with restarts": {"progressive": True, "restart_marker_rows": 1},
}
PARTS = [0.02, 0.25, 0.5, 0.9, 0.99]


def logo(size: tuple[int, int], ground: str) -> Image.Image:
    """A disc and a bar on one colour."""
    width, height = size
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    draw.ellipse((width * 0.1, height * 0.1, width * 0.4, height * 0.9), fill="firebrick")
    draw.rectangle((width * 0.5, height * 0.3, width * 0.9, height * 0.6), fill="navy")
    return image


def photograph(size: tuple[int, int]) -> Image.Image:
    """Texture everywhere."""
    return Image.merge("RGB", [Image.effect_noise(size, 50) for _ in range(3)])


# «grey» is what libjpeg paints where data are missing.
PICTURES = {
    "white": logo((300, 120), "white"),
    "grey": logo((640, 400), "#808080"),
    "large": logo((2600, 1400), "white"),
    "photograph": photograph((500, 300)),
}


def coded(picture: str, mode: str, coding: str) -> bytes:
    out = BytesIO()
    PICTURES[picture].convert(mode).save(out, "JPEG", quality=80, **CODINGS[coding])
    return out.getvalue()


def verdict(data: bytes) -> str:
    """As the child judges, without starting one each time."""
    try:
        reencode(data)
    except sandbox.Refused as refused:
        return refused.code
    return "taken"


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("picture", PICTURES)
def test_a_whole_picture_is_taken_and_one_that_was_cut_is_noticed(
    picture: str, mode: str, coding: str
) -> None:
    data = coded(picture, mode, coding)

    assert verdict(data) == "taken"
    assert verdict(data[:-2]) == "taken"  # without its end, which browsers do not miss either
    cuts = {
        (part, ended): verdict(pictures.cut(data, part, ended=ended))
        for part in PARTS
        for ended in (True, False)
    }
    assert set(cuts.values()) == {"incomplete"}, cuts


def test_a_pass_that_was_cut_is_noticed_behind_the_later_ones() -> None:
    taken = jpeg.take_apart(coded("photograph", "RGB", "progressive"))

    for place, piece in enumerate(taken.pieces):
        if isinstance(piece, jpeg.Scan):
            shorter = jpeg.Scan(piece.header, piece.data[: len(piece.data) // 2].rstrip(b"\xff"), 0)
            pieces = (*taken.pieces[:place], shorter, *taken.pieces[place + 1 :])
            assert verdict(jpeg.Jpeg(taken.frame, pieces).whole()) == "incomplete"


def test_a_pass_that_is_not_there_is_noticed() -> None:
    taken = jpeg.take_apart(coded("photograph", "RGB", "progressive"))

    for place, piece in enumerate(taken.pieces):
        if isinstance(piece, jpeg.Scan):
            pieces = (*taken.pieces[:place], *taken.pieces[place + 1 :])
            assert verdict(jpeg.Jpeg(taken.frame, pieces).whole()) == "incomplete"


def test_restarts_that_are_not_there_are_noticed() -> None:
    data = coded("photograph", "RGB", "restarts")
    third = data.index(b"\xff\xd2")

    assert verdict(data[:third] + b"\xff\xd9") == "incomplete"
    assert verdict(data[:third] + data[data.index(b"\xff\xd4") :]) == "incomplete"


def test_what_stands_behind_the_end_does_not_matter() -> None:
    data, second = coded("white", "RGB", "baseline"), coded("grey", "RGB", "progressive")

    for trailing in (
        b"\0" * 5000,
        b"\xff\xd9",
        second,
        b"\0\0\0\x18ftypmp42" + bytes(3000),
        b"trailing text",
    ):
        assert reencode(data + trailing) == reencode(data)


def test_the_marker_of_a_scan_inside_metadata_is_none() -> None:
    data = coded("white", "RGB", "baseline")
    noise = b"\xff\xda" * 3000
    metadata = [
        pictures.segment(0xED, noise),
        pictures.segment(0xFE, noise),
        pictures.segment(0xE2, b"MPF\0" + noise),
    ]
    thumbnail = pictures.segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0" + coded("white", "RGB", "progressive"))

    assert reencode(pictures.with_segments(data, *metadata, thumbnail)) == reencode(data)


def test_an_index_of_further_pictures_and_a_gain_map_do_no_harm() -> None:
    """«Ultra HDR»: XMP and an index in the first picture, the gain map as a second one behind it."""
    data = coded("white", "RGB", "baseline")
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta hdrgm:Version='1.0'/>"
    index = b"MPF\0II*\0\x08\0\0\0\1\0\1\xb0\4\0\2\0\0\0\x63\0\0\0"
    marked = pictures.with_segments(data, pictures.segment(0xE1, xmp), pictures.segment(0xE2, index))

    assert reencode(marked + coded("grey", "L", "baseline")) == reencode(data)


def test_bytes_between_the_segments_are_skipped_as_decoders_do() -> None:
    data = coded("white", "RGB", "baseline")

    assert reencode(data[:2] + b"\xff\xff\xff" + data[2:]) == reencode(data)
    # A segment that ends in FF does not hide the next.
    assert reencode(pictures.with_segments(data, pictures.segment(0xFE, b"\xff\xff\xff"))) == reencode(data)


@pytest.mark.parametrize("name", ["phone_4032x3024.jpg", "no_end_marker.jpg"])
@pytest.mark.skipif(not CASES.exists(), reason="the shared cases are not here")
def test_the_shared_cases_are_taken(name: str) -> None:
    data = (CASES / name).read_bytes()

    assert examine(data).ok
    if name.startswith("phone"):
        assert examine(pictures.cut(data, 0.5, ended=True)).code == "incomplete"

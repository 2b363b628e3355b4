"""The logo pipeline: what customers send becomes a small clean JPEG, or a sentence."""

import time
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from companies.logo.jpeg import take_apart
from companies.logo.limits import LIMITS, MAX_BYTES, MAX_RATIO
from companies.logo.preparing import MESSAGES, SIZE, ImageRefused, LogoPicture, examine, prepare_logo
from facturamos import sandbox
from tests.companies import pictures
from tests.facturamos import sandbox_work as work

RED, BLUE = (200, 30, 40), (20, 40, 200)
# What a bare JPEG consists of: JFIF header, tables, frame, scan.
BARE = {0xE0, 0xDB, 0xC0, 0xC4, 0xDA}


def opened(prepared: LogoPicture) -> Image.Image:
    return Image.open(BytesIO(prepared.jpeg))


def near(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int]) -> bool:
    pixel = image.getpixel(place)
    assert isinstance(pixel, tuple)
    return all(abs(got - wanted) < 40 for got, wanted in zip(pixel, colour, strict=True))


def segments(jpeg: bytes) -> list[tuple[int, int]]:
    """Marker and length of each segment up to the scan."""
    found: list[tuple[int, int]] = []
    place = 2
    while not found or found[-1][0] != 0xDA:
        length = int.from_bytes(jpeg[place + 2 : place + 4])
        found.append((jpeg[place + 1], length))
        place += 2 + length
    return found


def refusal(data: bytes) -> str:
    with pytest.raises(ImageRefused) as raised:
        prepare_logo(data)
    assert raised.value.message == MESSAGES[raised.value.code]
    return raised.value.code


def test_a_small_logo_keeps_its_size() -> None:
    prepared = prepare_logo(pictures.jpeg((320, 100)))

    assert (prepared.width, prepared.height) == (320, 100)
    assert opened(prepared).size == (320, 100)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ((4000, 3000), (800, 600)),
        ((4032, 3024), (800, 600)),
        ((4160, 3120), (800, 600)),
        ((900, 1800), (400, 800)),
        ((100 * MAX_RATIO, 100), (800, 800 // MAX_RATIO)),
        ((1, 1), (1, 1)),
    ],
)
def test_a_large_logo_is_fitted_and_none_enlarged(sent: tuple[int, int], kept: tuple[int, int]) -> None:
    prepared = prepare_logo(pictures.jpeg(sent))

    assert (prepared.width, prepared.height) == kept == opened(prepared).size


@pytest.mark.parametrize(
    ("orientation", "size", "red", "blue"),
    [
        (1, (400, 100), (10, 50), (390, 50)),
        (2, (400, 100), (390, 50), (10, 50)),
        (3, (400, 100), (390, 50), (10, 50)),
        (4, (400, 100), (10, 50), (390, 50)),
        (5, (100, 400), (50, 10), (50, 390)),
        (6, (100, 400), (50, 10), (50, 390)),
        (7, (100, 400), (50, 390), (50, 10)),
        (8, (100, 400), (50, 390), (50, 10)),
    ],
)
def test_the_turn_in_exif_is_applied(
    orientation: int, size: tuple[int, int], red: tuple[int, int], blue: tuple[int, int]
) -> None:
    prepared = prepare_logo(pictures.jpeg((400, 100), exif=pictures.exif(orientation)))

    image = opened(prepared)
    assert image.size == size
    assert near(image, red, RED)
    assert near(image, blue, BLUE)


@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
@pytest.mark.parametrize("profile", [None, pictures.srgb(), b"not a profile"])
def test_colours_come_out_as_rgb(mode: str, profile: bytes | None) -> None:
    image = opened(prepare_logo(pictures.jpeg(mode=mode, icc_profile=profile)))

    assert image.mode == "RGB"
    assert near(image, (10, 100), RED)
    assert near(image, (630, 100), BLUE)


def test_grey_comes_out_as_rgb() -> None:
    assert opened(prepare_logo(pictures.jpeg(mode="L"))).mode == "RGB"


def test_colours_are_converted_by_the_pictures_own_profile() -> None:
    """By a profile in which red and green have changed places, the red half is green."""
    swapped = pictures.srgb().replace(b"rXYZ", b"_XYZ").replace(b"gXYZ", b"rXYZ").replace(b"_XYZ", b"gXYZ")

    image = opened(prepare_logo(pictures.jpeg(icc_profile=swapped)))

    assert near(image, (10, 100), (RED[1], RED[0], RED[2]))


def test_a_picture_full_of_texture_is_kept() -> None:
    out = BytesIO()
    Image.effect_noise((1600, 1200), 120).convert("RGB").save(out, "JPEG", quality=60)

    assert prepare_logo(out.getvalue()).width == 800


def test_a_telephones_multi_picture_jpeg_is_read() -> None:
    out = BytesIO()
    second = pictures.picture((64, 64))
    pictures.picture((640, 200)).save(out, "MPO", save_all=True, append_images=[second])

    assert prepare_logo(out.getvalue()).width == 640


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (lambda: b"", "empty"),
        (lambda: pictures.jpeg() + bytes(MAX_BYTES), "too_big"),
        (lambda: pictures.jpeg((4500, 3001)), "too_many_pixels"),
        (lambda: pictures.jpeg((12_000, 8)), "too_narrow"),
        (lambda: pictures.jpeg((8, 3000)), "too_narrow"),
        (lambda: pictures.with_size(pictures.jpeg(), 65535, 65535), "too_many_pixels"),
        (lambda: pictures.many_scans(200), "too_complex"),
        (lambda: pictures.jpeg()[:700], "incomplete"),
        (lambda: pictures.jpeg()[:400], "broken"),
        (lambda: b"\xff\xd8\xff", "broken"),
        (lambda: b"\xff\xd8" + b"\xff\xfe\0\2" * 400_000, "broken"),
        (lambda: b"\xff\xd8" + b"\xff" * 400_000, "broken"),
        (lambda: pictures.jpeg().replace(b"\xff\xc0\0\x11\x08", b"\xff\xc0\0\x11\x0c"), "unusual"),
        (lambda: pictures.jpeg().replace(b"\xff\xc0", b"\xff\xc3"), "unusual"),
        (lambda: pictures.other("PNG") + bytes(MAX_BYTES), "png"),
        (lambda: b"Hola", "not_jpeg"),
    ],
)
def test_what_is_not_a_usable_jpeg_is_refused_with_its_own_sentence(
    made: Callable[[], bytes], code: str
) -> None:
    assert refusal(made()) == code


def test_every_sentence_says_what_to_do() -> None:
    for message in MESSAGES.values():
        assert message.endswith(".")
        assert len(message.split(". ")) >= 2


def test_a_file_is_judged_with_one_sentence_and_one_doubt() -> None:
    good, small, bad = examine(pictures.jpeg()), examine(pictures.jpeg((90, 40))), examine(b"Hola")

    assert (good.ok, good.code, good.doubt) == (True, "", "")
    assert good.prepared is not None
    assert (small.ok, small.message) == (True, good.message)
    assert "90 × 40 píxeles" in small.doubt
    assert "tira muy angosta" in examine(pictures.jpeg((2100, 100))).doubt
    assert (bad.ok, bad.code, bad.message, bad.prepared) == (False, "not_jpeg", MESSAGES["not_jpeg"], None)


def test_the_corpus_costs_little_and_leaves_no_metadata() -> None:
    """Measured in the child; its limits are doubled, so that a dear one shows instead of being ended."""
    limits = sandbox.Limits(cpu_seconds=2 * LIMITS.cpu_seconds, memory_mb=2 * LIMITS.memory_mb, seconds=10)
    corpus = pictures.corpus()
    seconds, kilobytes, prepared, refused = [0.0], [0], 0, 0

    for data in corpus:
        cost, _, answer = sandbox.run(work.logo_with_its_cost, data, limits).partition(b"\n")
        seconds.append(float(cost.split()[0]))
        kilobytes.append(int(cost.split()[1]))
        if not answer:
            refused += 1
            continue
        prepared += 1
        jpeg = answer[SIZE.size :]
        assert max(SIZE.unpack_from(answer)) <= 800
        assert {marker for marker, _ in segments(jpeg)} <= BARE
        assert (0xE0, 16) in segments(jpeg)
        assert b"canary" not in jpeg

    assert prepared + refused == len(corpus) >= 200
    assert prepared >= 56  # every sound one
    assert refused >= 50
    assert max(seconds) <= 1
    assert max(kilobytes) <= 200 * 1024


@pytest.mark.parametrize(
    "made",
    [
        lambda: pictures.jpeg((4000, 3000), "CMYK", quality=10, progressive=True),
        lambda: pictures.jpeg((4000, 3000), "RGB", progressive=True, subsampling=0),
        lambda: pictures.many_scans(80),
        lambda: pictures.with_size(pictures.jpeg(progressive=True), 4000, 3000),
        lambda: pictures.jpeg((4240, 3180), "CMYK", quality=10, progressive=True),
        lambda: pictures.jpeg((4240, 3180), "RGB", progressive=True, subsampling=0),
        lambda: pictures.jpeg((4240, 3180), restart_marker_blocks=1, quality=10),
        lambda: pictures.many_scans(3000, (64, 64)),
    ],
)
def test_the_dearest_pictures_stay_within_a_second_and_200_mb(
    made: Callable[[], bytes],
) -> None:
    data = made()
    started = time.monotonic()

    try:
        seconds, kilobytes = map(
            float, sandbox.run(work.logo_with_its_cost, data, LIMITS).partition(b"\n")[0].split()
        )
    except sandbox.Refused as refused:  # ended by the kernel at those very limits
        seconds, kilobytes = {sandbox.TOO_SLOW: (1, 0)}[refused.code]

    assert seconds <= 1
    assert kilobytes <= 200 * 1024
    assert time.monotonic() - started < LIMITS.seconds


def test_a_picture_that_was_sent_as_text_is_refused() -> None:
    """Also where it still decodes, because only its data hold line ends."""
    out = BytesIO()
    Image.effect_noise((320, 240), 60).save(out, "JPEG", quality=70)
    whole = out.getvalue()
    start = whole.index(b"\xff\xda")
    damaged = whole[:start] + whole[start:].replace(b"\n", b"\r\n")

    assert examine(whole).ok
    assert refusal(damaged) == "as_text"


def test_no_honest_picture_is_taken_for_one_sent_as_text() -> None:
    refused = 0
    for number in range(120):
        side = 40 + 7 * number
        picture = Image.effect_noise((side, side), number) if number % 2 else Image.radial_gradient("L")
        out = BytesIO()
        picture.resize((side, side)).save(
            out, "JPEG", quality=30 + number % 60, optimize=number % 3 == 0, progressive=number % 5 == 0
        )
        refused += take_apart(out.getvalue()).sent_as_text

    assert refused == 0

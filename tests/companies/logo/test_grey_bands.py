"""A picture that was cut off and saved anew is doubted; an honest one with grey in it is not."""

import random
from collections.abc import Iterator
from io import BytesIO
from itertools import count, islice

import pytest
from PIL import Image, ImageDraw, ImageFile

from companies.logo.grey_bands import looks_cut
from companies.logo.preparing import CUT, examine
from tests.companies import pictures

SIZES = [(640, 200), (800, 800), (300, 120), (1200, 700), (500, 500), (257, 143)]
GREYS = [(128, 128, 128), (127, 127, 127), (120, 120, 120)]


def drawn(chance: random.Random, size: tuple[int, int], ground: object = "white") -> Image.Image:
    """A drawing of a few shapes."""
    image = Image.new("RGB", size, ground)  # type: ignore[arg-type]
    draw = ImageDraw.Draw(image)
    for _ in range(chance.randint(3, 8)):
        x, y, side = chance.randrange(size[0]), chance.randrange(size[1]), chance.randint(10, min(size) // 2)
        shape = chance.choice([draw.ellipse, draw.rectangle])
        shape(
            (x - side, y - side, x + side, y + side),
            fill=f"#{chance.choice('02468ace')}{chance.choice('9b')}5af3",
        )
    draw.text((size[0] // 8, size[1] // 3), "PANADERIA", fill="black")
    return image


def saved(image: Image.Image, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", **options)
    return out.getvalue()


def half(data: bytes, part: float, monkeypatch: pytest.MonkeyPatch) -> Image.Image:
    """What a program shows of a file that is cut off: grey where data are missing."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    image = Image.open(BytesIO(pictures.cut(data, part, ended=False)))
    image.load()
    return image.convert("RGB")


def shown(data: bytes) -> bool:
    return looks_cut(Image.open(BytesIO(data)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("part", [0.3, 0.5, 0.7])
@pytest.mark.parametrize("subsampling", [0, 2])
def test_a_cut_photograph_that_was_saved_anew_is_doubted(
    size: tuple[int, int], part: float, subsampling: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    photograph = Image.effect_noise(size, 90).convert("RGB")

    cut = half(saved(photograph, subsampling=subsampling), part, monkeypatch)

    assert shown(saved(cut))
    assert shown(saved(cut, quality=40, progressive=True))


@pytest.mark.parametrize("turn", [2, 3, 4])
def test_it_is_doubted_after_it_was_turned(turn: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cut = half(saved(Image.effect_noise((320, 240), 90).convert("RGB")), 0.5, monkeypatch)

    assert shown(saved(cut.transpose(Image.Transpose(turn)), quality=90))


def test_nine_of_ten_cut_drawings_are_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20261128)  # noqa: S311
    found = [
        shown(saved(half(saved(drawn(chance, size)), chance.uniform(0.2, 0.8), monkeypatch)))
        for size in SIZES * 10
    ]

    assert sum(found) >= 0.9 * len(found)


def test_it_is_asked_about_and_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole it is not asked about; cut and large it is, at the scale at which it is decoded, too."""
    for size in ((640, 400), (2600, 1900)):
        photograph = Image.effect_noise(size, 90).convert("RGB")
        cut = examine(saved(half(saved(photograph, quality=40), 0.5, monkeypatch), quality=40))

        assert examine(saved(photograph, quality=40)).doubt == ""
        assert (cut.ok, cut.doubt) == (True, CUT)


def test_a_half_that_is_painted_grey_across_a_picture_is_doubted() -> None:
    image = pictures.picture((640, 400))
    image.paste((128, 128, 128), (0, 208, 640, 400))

    assert shown(saved(image))


# --- honest ones


def honest(chance: random.Random) -> Iterator[Image.Image]:
    """Logos with much grey, one after the other."""
    for number in count():
        size, grey = SIZES[number % len(SIZES)], GREYS[number % len(GREYS)]
        width, height = size
        image = drawn(chance, size)
        draw = ImageDraw.Draw(image)
        match number % 6:
            case 0:  # on a grey ground
                image = Image.new("RGB", size, grey)
                ImageDraw.Draw(image).ellipse((width // 3, height // 3, width // 2, height // 2), fill="red")
            case 1:  # with a grey foot below a white line
                foot = chance.randint(height // 2, height * 9 // 10)
                draw.rectangle((0, foot - 6, width, foot), fill="white")
                draw.rectangle((0, foot, width, height), fill=grey)
            case 2:  # half white, half grey
                image = Image.new("RGB", size, "white")
                image.paste(grey, (0, height // 2, width, height))
            case 3:  # framed in grey
                draw.rectangle((0, 0, width - 1, height - 1), outline=grey, width=max(height // 8, 9))
            case 4:  # half a circle that comes out of the ground
                image = Image.new("RGB", size, grey)
                ImageDraw.Draw(image).ellipse((0, -height, width, height // 2), fill="navy")
            case _:  # grey shapes on white
                draw.rectangle((width // 2, height // 2, width, height), fill=grey)
        yield image


def test_no_honest_logo_is_doubted() -> None:
    chance = random.Random(20261129)  # noqa: S311

    doubted = [number for number, image in enumerate(islice(honest(chance), 180)) if shown(saved(image))]

    assert doubted == []
    assert not any(map(shown, islice(pictures.sound(chance), 56)))
    assert not shown(saved(Image.new("RGB", (300, 300), GREYS[0])))

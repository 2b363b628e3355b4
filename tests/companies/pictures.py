"""Makes the pictures that customers send, and those that they should not."""

import random
from collections.abc import Iterator
from io import BytesIO

from PIL import Image, ImageCms

SOS = b"\xff\xda"
SIZES = [(1, 1), (40, 30), (640, 200), (200, 640), (1600, 900), (3000, 150), (150, 3000)]


def picture(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue, so that a turn or a wrong colour shows."""
    image = Image.new("RGB", size, (200, 30, 40))
    image.paste((20, 40, 200), (size[0] // 2, 0, size[0], size[1]))
    return image.convert(mode)


def jpeg(size: tuple[int, int] = (640, 200), mode: str = "RGB", **options: object) -> bytes:
    """A JPEG of `picture`; the options are those of Pillow's save."""
    out = BytesIO()
    picture(size, mode).save(out, "JPEG", **options)
    return out.getvalue()


def exif(orientation: int) -> Image.Exif:
    """EXIF with a turn, and with things that must not be kept."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    tags[0x010E] = "canary: private description"
    return tags


def srgb() -> bytes:
    """A sound colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def other(kind: str) -> bytes:
    """The picture in another format: PNG, GIF, WEBP, BMP, TIFF, PDF, AVIF."""
    out = BytesIO()
    picture((64, 64)).save(out, kind)
    return out.getvalue()


def segment(marker: int, content: bytes) -> bytes:
    """A segment of a JPEG."""
    return bytes([0xFF, marker]) + (2 + len(content)).to_bytes(2) + content


def with_segments(data: bytes, *segments: bytes) -> bytes:
    """The same JPEG with further segments behind its start."""
    return data[:2] + b"".join(segments) + data[2:]


def cut(data: bytes, part: float, *, ended: bool) -> bytes:
    """The same JPEG up to a part of its coded data; `ended` with the mark of the end, as if it were whole."""
    start = data.index(SOS) + 14
    place = start + int((len(data) - 2 - start) * part)
    return data[:place] + (data[-2:] if ended else b"")


def many_scans(count: int, size: tuple[int, int] = (3000, 3000)) -> bytes:
    """A progressive JPEG whose last scan is repeated: each costs the decoder a pass over the picture."""
    whole = jpeg(size, progressive=True)
    last = whole.rindex(SOS)
    return whole[:last] + whole[last:-2] * count + whole[-2:]


def with_size(data: bytes, width: int, height: int) -> bytes:
    """The same JPEG with another size in its header."""
    start = next(data.find(marker) for marker in (b"\xff\xc0", b"\xff\xc2") if marker in data)
    return data[: start + 5] + height.to_bytes(2) + width.to_bytes(2) + data[start + 9 :]


def sound(chance: random.Random) -> Iterator[bytes]:
    """Good logos of every kind."""
    for size in SIZES:
        for mode in ("RGB", "L", "CMYK", "1"):
            for progressive in (False, True):
                yield jpeg(
                    size,
                    mode,
                    progressive=progressive,
                    quality=chance.randint(20, 95),
                    exif=exif(chance.randint(1, 8)),
                    comment=b"canary: private comment",
                    icc_profile=chance.choice([None, srgb(), b"canary: not a profile" * 9]),
                    xmp=b"<x:xmpmeta>canary</x:xmpmeta>",
                    dpi=(chance.randint(1, 600),) * 2,
                )


def broken(chance: random.Random, count: int) -> Iterator[bytes]:
    """Good logos, cut, overwritten, or with a lie in the header."""
    good = list(sound(chance))
    for _ in range(count):
        data = bytearray(chance.choice(good))
        match chance.randrange(3):
            case 0:
                del data[chance.randrange(2, len(data)) :]
            case 1:
                for _ in range(chance.randint(1, 40)):
                    data[chance.randrange(2, len(data))] = chance.randrange(256)
            case _:
                data = bytearray(with_size(bytes(data), chance.randrange(65536), chance.randrange(65536)))
        yield bytes(data)


def corpus() -> list[bytes]:
    """All of it, the same each time: sound ones, broken ones, bombs, and hostile orders of the scans."""
    chance = random.Random(20261122)  # noqa: S311
    bombs = [
        with_size(jpeg(progressive=progressive), *size)
        for size in ((65535, 65535), (4000, 3000), (65535, 183), (1, 65535))
        for progressive in (False, True)
    ]
    return [*sound(chance), *broken(chance, 200), *bombs, many_scans(80), many_scans(3000, (64, 64))]

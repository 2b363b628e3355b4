"""A picture that was cut off and then saved anew by a program that painted the missing part grey. Pure.

Where data are missing, every decoder shows the middle of the scale, which is grey 128, from the unit of the
cut to the end: the rest of that row of units, and all rows below. Saved anew the file is whole, and only the
picture tells. Honest logos have grey grounds and grey bands, too; but those surround something, or end in one
straight line below something plain.
"""

from itertools import pairwise
from statistics import median

from PIL import Image, ImageChops

GREY = 128
# How far from it a shade may be, inside of the band, and beside its edge: what is coded coarsely runs over.
TOLERANCE, AT_EDGES = 1, 12
# Each side of the picture put at the bottom: it may have been turned since it was cut.
TURNS = (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_180, Image.Transpose.ROTATE_270)
BLOCK = 8
# How much of the picture is missing, at least: less is a line, or nobody misses it.
LEAST = 0.06
# The share of the strips that may be off their level, for a picture has grey of its own; more where the
# levels are edges of blocks, as in a picture of the size that it had when it was cut.
STRAY, STRAY_ON_EDGES = 0.1, 0.34
# How high a row of units is, in pixels; the picture may have been made smaller since.
LOWEST_STEP, HIGHEST_STEP = 3, 34
# A line whose shades are nearer to each other than this is plain: the edge of a drawing, and of no cut.
PLAIN = 40


def looks_cut(image: Image.Image, scale: int = 1) -> bool:
    """Whether a part is missing, as far as can be seen; `scale` is by how much it was decoded smaller."""
    if image.mode not in ("RGB", "L"):
        return False
    content = _content(image, AT_EDGES)
    if content.getbbox() in (None, (0, 0, *image.size)):
        return False
    strict = _content(image, TOLERANCE)
    return any(_is_cut_below(image, content, strict, turn, max(BLOCK // scale, 1)) for turn in TURNS)


def _content(image: Image.Image, tolerance: int) -> Image.Image:
    """White where it is anything but grey 128."""
    table = [0 if abs(shade - GREY) <= tolerance else 255 for shade in range(256)]
    shades, *colours = (image if image.mode == "L" else image.convert("YCbCr")).split()
    content = shades.point(table)
    for colour in colours:
        content = ImageChops.lighter(content, colour.point(table))
    return content


def _is_cut_below(
    image: Image.Image, content: Image.Image, strict: Image.Image, turn: Image.Transpose | None, block: int
) -> bool:
    """Whether everything ends in a grey band, with the step of a cut in it, or on the edge of a block."""
    if turn is not None:
        content, strict = content.transpose(turn), strict.transpose(turn)
    ends = _ends(content, block)
    band = content.height - max(ends)
    if min(ends) == 0 or band < max(LEAST * content.height, 3 * block):
        return False
    # The colours of a block of two by two may run over.
    if strict.crop((0, max(ends) + 2 * block, content.width, content.height)).getbbox():
        return False
    if _has_step(ends, block):
        return True
    level = round(median(ends))
    straight = _share_off(ends, level) <= STRAY and _is_edge(level, block)
    return turn is None and straight and not _is_plain(image, level - TOLERANCE)


def _is_edge(level: int, block: int) -> bool:
    """Whether a line lies between two blocks; in a picture that was decoded much smaller all do, or none."""
    return block > 2 * TOLERANCE and level % block <= TOLERANCE


def _ends(content: Image.Image, width: int) -> list[int]:
    """For each strip of so many pixels, from left to right, where what is not grey ends."""
    strips = (
        content.crop((left, 0, min(left + width, content.width), content.height)).getbbox()
        for left in range(0, content.width, width)
    )
    return [box[3] if box else 0 for box in strips]


def _has_step(ends: list[int], block: int) -> bool:
    """Whether there are two levels, the one begins where the other ends, and a row of units lies between."""
    steps = (at for at, (before, after) in enumerate(pairwise(ends), 1) if abs(before - after) >= LOWEST_STEP)
    return any(_is_step(ends[:at], ends[at:], block) for at in steps)


def _is_step(left: list[int], right: list[int], block: int) -> bool:
    first, second = round(median(left)), round(median(right))
    on_edges = _is_edge(first, block) and _is_edge(second, block)
    stray = max(_share_off(left, first), _share_off(right, second))
    high = LOWEST_STEP <= abs(first - second) <= HIGHEST_STEP
    return high and min(len(left), len(right)) > 1 and stray <= (STRAY_ON_EDGES if on_edges else STRAY)


def _share_off(ends: list[int], level: int) -> float:
    return sum(abs(end - level) > TOLERANCE for end in ends) / len(ends)


def _is_plain(image: Image.Image, level: int) -> bool:
    """Whether the line above the band is of one shade: nothing is cut through there."""
    line = image.crop((0, level - 1, image.width, level))
    shades = ([shade for shade, count in enumerate(band.histogram()) if count] for band in line.split())
    return all(found[-1] - found[0] < PLAIN for found in shades)

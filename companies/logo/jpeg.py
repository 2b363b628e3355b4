"""The structure of a JPEG (ITU-T T.81, annex B): its segments, and whether its scans are whole. Pure.

Markers are found by walking from segment to segment, as a decoder does: the bytes of a marker may stand in
metadata by chance, and a thumbnail inside EXIF has its own. What comes out is a JPEG with what a decoder
needs and nothing else: no multi-picture index, no XMP, nothing behind the end.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

SOI, EOI, SOS, DQT, DHT, DAC, DRI, DNL = 0xD8, 0xD9, 0xDA, 0xDB, 0xC4, 0xCC, 0xDD, 0xDC
APP0, APP1, APP2, APP14 = 0xE0, 0xE1, 0xE2, 0xEE
# Start of frame: the kinds of coding.
# JPEG-LS (ITU-T T.87) is another thing in the same clothes: its data are coded in a way of their own.
JPEG_LS = 0xF7
FRAMES = frozenset({*range(0xC0, 0xD0), JPEG_LS}) - {DHT, 0xC8, DAC}
PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
# Huffman, sequential or progressive: all that cameras, telephones and programs write.
USUAL = frozenset({0xC0, 0xC1, 0xC2})
# Decoded, too; but this coder may leave out the last bytes, so that nobody can tell whether some are missing.
ARITHMETIC = frozenset({0xC9, 0xCA})
_START, _END = b"\xff\xd8", b"\xff\xd9"
# Without a length and a content.
_LONE = frozenset({0x01, *range(0xD0, 0xD8)})
_KEPT = frozenset({DQT, DHT, DAC, DRI, DNL, APP0, APP14}) | FRAMES
# As libjpeg's next_marker: of a run of FFs the last one counts, and none before a stuffed zero.
_MARKER = re.compile(rb"\xff[^\x00\xff]")
# The end of a scan's data: a marker that is no restart.
_AFTER_DATA = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
# With all its FFs. (Possessive, or a long run of them would cost its square.)
_RESTART = re.compile(rb"(?<!\xff)\xff++[\xd0-\xd7]")
# A line end in coded data with what stands around it, and how many different ones are no chance.
_LINE_END = re.compile(rb".\r\n.?", re.DOTALL)
_LINE_ENDS = 3
# Coefficients of a block.
BLOCK = 64
# A file of comments alone would take longer to walk through than any picture to decode.
MAX_SEGMENTS = 10_000


class Malformed(Exception):
    """No JPEG that can be read: no frame, no scan, or a segment that ends outside."""


@dataclass(frozen=True)
class Component:
    """One colour of the frame: its number and its sampling factors."""

    number: int
    horizontal: int
    vertical: int


@dataclass(frozen=True)
class Frame:
    """What is coded, and how."""

    kind: int
    precision: int
    height: int
    width: int
    components: tuple[Component, ...]

    @property
    def pixels(self) -> int:
        return self.width * self.height

    @property
    def progressive(self) -> bool:
        """Whether the picture comes in passes of which each makes it finer."""
        return self.kind in PROGRESSIVE

    @property
    def unit(self) -> tuple[int, int]:
        """Width and height, in pixels, of what an interleaved scan codes at once (an MCU)."""
        return 8 * self._most("horizontal"), 8 * self._most("vertical")

    def _most(self, direction: str) -> int:
        return max((getattr(each, direction) for each in self.components), default=1)

    def units_of(self, numbers: tuple[int, ...]) -> int:
        """How many units a scan of these components has (T.81, A.2)."""
        across, down = self.unit
        if len(numbers) != 1:
            return _parts(self.width, across) * _parts(self.height, down)
        named = (each for each in self.components if each.number == numbers[0])
        alone = next(named, Component(0, 1, 1))
        width = _parts(self.width * alone.horizontal * 8, across)
        height = _parts(self.height * alone.vertical * 8, down)
        return _parts(width, 8) * _parts(height, 8)


def _parts(length: int, part: int) -> int:
    return -(-length // part)


@dataclass(frozen=True)
class Scan:
    """A pass over the picture: which components, which coefficients, down to which bit; and its data."""

    header: bytes
    data: bytes
    restart_interval: int

    @property
    def components(self) -> tuple[int, ...]:
        """The numbers of its colours."""
        return tuple(self.header[5 : 5 + 2 * self.header[4] : 2])

    @property
    def band(self) -> tuple[int, int]:
        """Its first and last coefficient."""
        first, last, _ = self.header[-3:]
        return first, min(last, BLOCK - 1)

    @property
    def bits(self) -> tuple[int, int]:
        """The bit that it goes on from, 0 where it begins; the one that it comes down to, 0 the last."""
        return self.header[-1] >> 4, self.header[-1] & 0x0F


@dataclass(frozen=True)
class Jpeg:
    """A JPEG taken apart: what it shows, and its pieces in their order, of which the scans are some."""

    frame: Frame
    pieces: tuple[bytes | Scan, ...]

    @property
    def scans(self) -> list[Scan]:
        """The passes over the picture."""
        return [piece for piece in self.pieces if isinstance(piece, Scan)]

    @property
    def restarts(self) -> int:
        """How many restart markers there are in the data."""
        return sum(len(_RESTART.findall(scan.data)) for scan in self.scans)

    @property
    def sent_as_text(self) -> bool:
        """Whether something made 0D 0A of every 0A: of 256 in coded data one stands behind a 0D.

        Different ones, for a plain ground repeats the same few bytes.
        """
        data = [scan.data for scan in self.scans]
        if any(each.count(b"\n") != each.count(b"\r\n") for each in data):
            return False
        return len({found for each in data for found in _LINE_END.findall(each)}) >= _LINE_ENDS

    def whole(self, filling: bytes = b"") -> bytes:
        """The file anew, with its end; `filling` is put behind every run of coded data.

        A decoder skips what follows the data that it needs: the filling shows in the picture only where
        data are missing.
        """
        return _START + b"".join(self._filled(filling)) + _END

    def _filled(self, filling: bytes) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            yield piece.header
            yield _RESTART.sub(lambda restart: filling + restart[0], piece.data) if filling else piece.data
            yield filling


def take_apart(data: bytes) -> Jpeg:
    """The first picture in `data`, which may be cut off. Raises Malformed."""
    pieces: list[bytes | Scan] = []
    frame, interval = None, 0
    for marker, segment, coded in _walk(data):
        if marker == SOS:
            pieces.append(_scan(segment, coded, interval))
        elif marker in _KEPT or _is_kept_app(marker, segment):
            pieces.append(segment)
        if marker == DRI:
            interval = int.from_bytes(segment[4:6])
        elif marker in FRAMES:
            frame = _frame(segment)
        if frame and frame.kind == JPEG_LS:
            return Jpeg(frame, tuple(pieces))
    if frame is None or not any(isinstance(piece, Scan) for piece in pieces):
        raise Malformed
    return Jpeg(frame, tuple(pieces))


def _walk(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Each segment as its marker, its bytes, and the coded data behind it; up to the end or the cut."""
    place = len(_START)
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(data, place)
        marker = data[found.end() - 1] if found else EOI
        if found is None or marker in (EOI, SOI):  # SOI: another picture, the first was cut off
            return
        start = end = found.end()
        if marker not in _LONE:
            end += max(int.from_bytes(data[start : start + 2]), 2)
        if end > len(data):
            return
        place = _end_of_data(data, end) if marker == SOS else end
        yield marker, b"\xff" + data[start - 1 : end], data[end:place]
    raise Malformed


def _end_of_data(data: bytes, place: int) -> int:
    found = _AFTER_DATA.search(data, place)
    return found.start() if found else len(data)


def _is_kept_app(marker: int, segment: bytes) -> bool:
    """EXIF, for its turn, and the colour profile."""
    kept = {APP1: b"Exif\0", APP2: b"ICC_PROFILE\0"}.get(marker)
    return kept is not None and segment.startswith(kept, 4)


def _scan(header: bytes, coded: bytes, interval: int) -> Scan:
    if len(header) < 8 or len(header) != 8 + 2 * header[4]:
        raise Malformed
    # A lone FF at the cut would make a marker of whatever is put behind it.
    return Scan(header, coded.rstrip(b"\xff"), interval)


def _frame(segment: bytes) -> Frame:
    if len(segment) < 10 or len(segment) < 10 + 3 * segment[9]:
        raise Malformed
    components = tuple(
        Component(number, max(factors >> 4, 1), max(factors & 0x0F, 1))
        for number, factors in zip(segment[10::3], segment[11::3], strict=False)
    )
    height, width = int.from_bytes(segment[5:7]), int.from_bytes(segment[7:9])
    return Frame(segment[1], segment[4], height, width, components[: segment[9]])


# --- is all of it there


def scans_are_missing(jpeg: Jpeg) -> bool:
    """Whether coefficients of some colour come in no scan, or restarts and what stands between them."""
    restarts = (_restarts_are_missing(jpeg.frame, scan) for scan in jpeg.scans)
    return _bits_are_missing(jpeg.frame, jpeg.scans) or any(restarts)


def _bits_are_missing(frame: Frame, scans: list[Scan]) -> bool:
    """A sequential picture needs each colour once, a progressive one each coefficient to its last bit."""
    wanted = range(BLOCK) if frame.progressive else range(1)
    reached = {(each.number, k): BLOCK for each in frame.components for k in wanted}
    for scan in scans:
        first, last = scan.band if frame.progressive else (0, 0)
        before, after = scan.bits if frame.progressive else (0, 0)
        for coefficient in ((number, k) for number in scan.components for k in range(first, last + 1)):
            if before and before < reached.get(coefficient, BLOCK):
                return True  # the pass that this one goes on from is not there
            reached[coefficient] = after
    return any(reached.values())


def _restarts_are_missing(frame: Frame, scan: Scan) -> bool:
    if not scan.restart_interval:
        return False
    numbers = [found[0][-1] & 7 for found in _RESTART.finditer(scan.data)]
    expected = _parts(frame.units_of(scan.components), scan.restart_interval) - 1
    return len(numbers) < expected or any(
        number != place % 8 for place, number in enumerate(numbers[:expected])
    )

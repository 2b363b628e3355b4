"""The sample's picture on its way to a telephone."""

import re
from typing import NamedTuple

import pytest
from lxml import etree

from companies.documents.light_svg import lightened

NAMES = [b"g67C76A7772D9DAE314B0DD06123F6D11", b"g837116DADD891A6E41BA80F8F0103C14"]
LINE = (
    b'<g transform="matrix(1 0 0 -1 7 10.5272)">'
    + b"".join(
        b'<use xlink:href="#%b" x="7.5516" y="0" fill="#b3261e" fill-rule="nonzero"/>' % name
        for name in NAMES
    )
    + b"</g>"
)
SYMBOL = b'<symbol id="%b" overflow="visible"><path d="M 0 0m 0.123456 -0.5v 7.5Z "/></symbol>'
DRAWING = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    + LINE
    + b'<image xlink:href="data:image/png;base64,QUJD0.123456789=="/>'
    + b"".join(SYMBOL % name for name in NAMES)
    + b"</svg>"
)


def test_every_outline_is_still_found() -> None:
    light = etree.fromstring(lightened(DRAWING))

    used = {use.get("href") for use in light.iter("{*}use")}
    assert used == {f"#{symbol.get('id')}" for symbol in light.iter("{*}symbol")}
    assert len(used) == 2


def test_letters_may_still_reach_below_their_line() -> None:
    """What a symbol draws outside of its box is cut off, unless it says that it is not."""
    light = etree.fromstring(lightened(DRAWING))

    assert {symbol.get("overflow") for symbol in light.iter("{*}symbol")} == {"visible"}


def test_a_line_of_one_color_says_it_once() -> None:
    (group,) = etree.fromstring(lightened(DRAWING)).iter("{*}g")

    assert group.get("fill") == "#b3261e"
    assert [use.get("fill") for use in group] == [None, None]


def test_a_line_of_two_colors_keeps_both() -> None:
    two = DRAWING.replace(b"#b3261e", b"#000000", 1)

    colors = [use.get("fill") for use in etree.fromstring(lightened(two)).iter("{*}use")]
    assert colors == ["#000000", "#b3261e"]


def test_coordinates_lose_what_nobody_sees() -> None:
    (path, *_) = etree.fromstring(lightened(DRAWING)).iter("{*}path")

    numbers = [float(number) for number in re.findall(r"-?\d*\.?\d+", path.get("d") or "")]
    assert numbers == [0, 0, 0.12, -0.5, 7.5]


def test_pictures_inside_stay_as_they_are() -> None:
    assert b'"data:image/png;base64,QUJD0.123456789=="' in lightened(DRAWING)


def test_a_name_that_began_with_zeros_is_shortened_like_the_others() -> None:
    short = DRAWING.replace(NAMES[0], b"gE2A76275B393452F35F415DC9000AEC")

    light = etree.fromstring(lightened(short))

    assert sorted(str(symbol.get("id")) for symbol in light.iter("{*}symbol")) == ["g0", "g1"]


GRADIENT = b"gBC3AACDD2684F94229F96DC4FB2AEEB8"
LETTERS = {name: b'<use xlink:href="#%b" x="7.5216" y="0" %%b/>' % name for name in NAMES}
RED, BLACK = (b'fill="#%b" fill-rule="nonzero"' % color for color in (b"b3261e", b"000000"))
GRADED = b'fill="url(#%b)" fill-rule="nonzero"' % GRADIENT
FIRST, SECOND = (letter % RED for letter in LETTERS.values())
FRAMED = b'<g transform="matrix(1 0 0 -1 7 10.5272)">%b</g>'


def document(drawn: bytes) -> bytes:
    """With two letters' outlines and a gradient."""
    head, _, tail = DRAWING.partition(LINE)
    gradient = b'<linearGradient id="%b" x1="0.5"/></svg>' % GRADIENT
    return head + drawn + tail.replace(b"</svg>", gradient)


class Letter(NamedTuple):
    outline: int
    x: float
    y: float
    color: str | None
    stroke: str | None


def seen(svg: bytes) -> list[Letter]:
    """The letters as they are drawn, whatever says so."""
    root = etree.fromstring(svg)
    outlines = [symbol.get("id") for symbol in root.iter("{*}symbol")]
    found = []
    for use in root.iter("{*}use"):
        (link,) = (value for name, value in use.items() if name.endswith("href"))
        fills = [element.get("fill") for element in (use, *use.iterancestors())]
        x, y = (round(float(use.get(name, "0")), 1) for name in "xy")
        color = next(filter(None, fills), None)
        found.append(Letter(outlines.index(str(link)[1:]), x, y, color, use.get("stroke")))
    return found


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param(FRAMED % (FIRST + SECOND), id="a line"),
        pytest.param(FRAMED % FIRST + FRAMED % (SECOND + LETTERS[NAMES[0]] % BLACK), id="lines"),
        pytest.param(FRAMED % (FIRST + LETTERS[NAMES[1]] % b""), id="one says no color"),
        pytest.param(FRAMED % (LETTERS[NAMES[1]] % b"" + FIRST), id="the first says no color"),
        pytest.param(FRAMED % (FIRST + LETTERS[NAMES[1]] % b'fill="none" stroke="#b3261e"'), id="a stroke"),
        pytest.param(FRAMED % (FIRST + b'<path fill="none"/>' + LETTERS[NAMES[1]] % b""), id="a line under"),
        pytest.param(FRAMED % (FRAMED % b"" + FIRST) + SECOND, id="after a group"),
        pytest.param(FRAMED % (FIRST + FRAMED % (LETTERS[NAMES[1]] % b"")), id="a group within"),
        pytest.param(b'<g fill="#000000">%b</g>' % (FIRST + SECOND), id="a group with a color"),
        pytest.param(b'<g fill="#000000" transform="scale(2)">%b</g>' % FIRST, id="both"),
        pytest.param(b"<g>%b</g>" % (FIRST + SECOND), id="a group that says nothing"),
        pytest.param(b"<a>%b</a>" % FIRST, id="a link"),
        pytest.param(FIRST + SECOND, id="no group"),
        pytest.param(FRAMED % (FIRST.replace(b"7.5216", b"-7.5216") + SECOND), id="left of its line"),
        pytest.param(FRAMED % (FIRST.replace(b"7.5216", b"12") + SECOND), id="no decimals"),
        pytest.param(FRAMED % (FIRST.replace(b' y="0"', b' y="0.5"') + SECOND), id="above its line"),
        pytest.param(FRAMED % FIRST.replace(b"/>", b' stroke="#000000"/>'), id="more attributes"),
        pytest.param(FRAMED % FIRST.replace(b"/>", b"></use>"), id="a tag of its own at the end"),
    ],
)
def test_each_letter_is_where_it_was_in_its_color(drawn: bytes) -> None:
    before = seen(document(drawn))

    assert seen(lightened(document(drawn))) == before


def test_a_letter_s_place_is_told_to_a_tenth() -> None:
    root = etree.fromstring(lightened(document(FRAMED % (FIRST + SECOND))))

    assert [use.get("x") for use in root.iter("{*}use")] == ["7.5", "7.5"]


def test_what_a_letter_is_filled_with_is_still_found() -> None:
    drawn = FRAMED % (FIRST + LETTERS[NAMES[1]] % GRADED)

    root = etree.fromstring(lightened(document(drawn)))

    (gradient,) = root.iter("{*}linearGradient")
    assert [use.get("fill") for use in root.iter("{*}use")] == ["#b3261e", f"url(#{gradient.get('id')})"]
    names = [element.get("id") for element in root.iter("{*}symbol", "{*}linearGradient")]
    assert len(set(names)) == 3


def test_what_is_told_in_another_way_is_shortened_too() -> None:
    drawn = FRAMED % (FIRST + LETTERS[NAMES[1]] % GRADED)

    light = lightened(document(drawn))

    assert all(long not in light for long in (*NAMES, GRADIENT, b"xlink:href", b"nonzero", b"7.5216"))


def test_names_that_are_no_hashes_stay() -> None:
    named = document(FRAMED % (FIRST + SECOND)).replace(NAMES[1], b"group")

    assert [letter.outline for letter in seen(lightened(named))] == [0, 1]
    assert b'"#group"' in lightened(named)
    assert b'id="group"' in lightened(named)


def test_other_names_with_a_hash_stay() -> None:
    clip = b"c68A6D245D2811034E3060BEA7BDFFF9F"
    address = b"https://ejemplo.mx/log%b" % NAMES[0][1:]
    drawn = b'<g clip-path="url(#%b)"><a href="%b"/></g><clipPath id="%b"/>' % (clip, address, clip)

    light = lightened(document(drawn))

    assert light.count(clip) == 2
    assert address in light


def test_a_link_says_once_where_it_leads() -> None:
    link = b'<a href="https://ejemplo.mx/" xlink:href="https://ejemplo.mx/"><rect/></a>'

    (light,) = etree.fromstring(lightened(document(link))).iter("{*}a")

    assert dict(light.attrib) == {"href": "https://ejemplo.mx/"}


def test_nothing_of_a_picture_is_a_name_or_a_place() -> None:
    data = b'"data:image/svg+xml,+%b+ d=0.123456 fill=0.123456"' % NAMES[0]
    picture = b"<image xlink:href=%b/>" % data

    light = lightened(document(FRAMED % (FIRST + picture + SECOND) + picture))

    assert light.count(data) == 2


def test_a_drawing_without_letters() -> None:
    drawing = b'<svg><path d="M 0.1234 -1 "/></svg>'

    assert lightened(drawing) == b'<svg><path d="M.12-1 "/></svg>'


def test_names_begin_anew_in_each_document() -> None:
    assert lightened(DRAWING) == lightened(DRAWING)

"""The sample's picture on its way to a telephone."""

import re

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

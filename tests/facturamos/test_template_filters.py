"""The filters that every template has."""

import pytest

from facturamos.template_filters import breaking_after_at, with_headings


def test_a_line_of_its_own_is_a_heading() -> None:
    text = "1. Quién\nLa empresa.\n\nSolo esto. Y esto.\r\n\r\nAVISO"

    assert with_headings(text) == (
        "<h2>1. Quién</h2><p>La empresa.</p>\n<p>Solo esto. Y esto.</p>\n<h2>AVISO</h2>"
    )


def test_lines_stay_lines() -> None:
    assert with_headings("Uno.\nDos.\nTres.") == "<p>Uno.<br>Dos.<br>Tres.</p>"


@pytest.mark.parametrize("line", ["Lo siguiente:", "x" * 81, "Termina en punto."])
def test_what_reads_like_a_sentence_is_none(line: str) -> None:
    assert with_headings(line) == f"<p>{line}</p>"


def test_nothing_in_it_is_markup() -> None:
    assert with_headings("<b>Ñ\n<script>.") == "<h2>&lt;b&gt;Ñ</h2><p>&lt;script&gt;.</p>"


def test_an_address_breaks_behind_its_at_sign() -> None:
    assert breaking_after_at("a@b.mx") == "a@<wbr>b.mx"
    assert breaking_after_at("<nada>") == "&lt;nada&gt;"

"""Filters that every template has (settings.TEMPLATES)."""

import re
from collections.abc import Iterable, Iterator, Mapping

from django import template
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()


@register.filter(is_safe=True)
def one_line(text: str) -> str:
    """A paragraph of a mail's text, which is written over several lines: a reader's screen breaks it."""
    return " ".join(text.split())


@register.filter
def breaking_after_at(address: str) -> SafeString:
    """A mail address that a narrow place breaks where people would, and that copies as it is."""
    user, at, domain = address.rpartition("@")
    return format_html("{}{}<wbr>{}", user, at, domain) if at else format_html("{}", address)


# Longer than this, or ending like a sentence, a line is no heading.
_LONGEST_HEADING = 80


@register.filter
def with_headings(text: str) -> SafeString:
    """Plain text in paragraphs whose headings stand on a line of their own, as HTML."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return format_html_join("\n", "{}", ((_block(block.strip().split("\n")),) for block in blocks))


def _block(lines: list[str]) -> SafeString:
    first, *rest = lines
    if len(first) <= _LONGEST_HEADING and not first.rstrip().endswith((".", ",", ";", ":")):
        return format_html("<h2>{}</h2>{}", first, _paragraph(rest) if rest else "")
    return _paragraph(lines)


def _paragraph(lines: list[str]) -> SafeString:
    return format_html("<p>{}</p>", format_html_join("", "{}{}", _broken(lines)))


def _broken(lines: list[str]) -> list[tuple[SafeString, SafeString]]:
    last = len(lines) - 1
    return [
        (conditional_escape(line), SafeString("<br>" if number < last else ""))
        for number, line in enumerate(lines)
    ]


@register.filter
def labelled(cells: Iterable[str], headers: Iterable[Mapping[str, str]]) -> Iterator[SafeString]:
    """The cells of a row of admin's lists, each with its column's name: a telephone shows no columns."""
    for cell, header in zip(cells, headers, strict=False):
        label = format_html('<td data-label="{}" ', capfirst(header["text"]))
        yield SafeString(cell.replace("<td ", label, 1) if "action-checkbox" not in cell else cell)

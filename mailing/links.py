"""Links that nobody meant: what somebody typed as a name must not become one in a mail. Pure.

Mail programs make links of whatever looks like an address of the web. In a mail of ours only those stay whole
that its builder gave; any other loses what makes it one.
"""

import html
import re
import unicodedata
from collections.abc import Collection

# Control and format characters (bidi, zero width, tags), ends of lines and of paragraphs, halves of pairs,
# and what has no shape of its own (private, unassigned).
_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}
_LINK = re.compile(
    r"([a-z][a-z0-9+-]*)\s?:\s?[/\\]+"  # https://
    r"|\b(mailto|javascript|data|https?|ftp|file|sms|tel):(?=\S)"
    r"|(www)\."
    r"|[/\\]{2,}"
    # ejemplo.mx/pagar; names may have the full stops of East Asia (IDNA).
    r"|(?<=[^\W_])[.\uff0e\u3002\uff61](?=[^\W\d_][\w-]+(?::\d+)?[/\\?#\uff0f])",
    re.IGNORECASE,
)
_AROUND = "«»“”\"'()[]{}<>.,;:…"


def seen(text: str, *, lines: bool = False) -> str:
    """A text in which nothing is hidden; `lines`: that may have several."""
    kept = "\n" if lines else ""
    return "".join(
        " " if unicodedata.category(char) in _UNSEEN and char not in kept else char for char in text
    )


def unlinked(text: str) -> str:
    """A text in which nothing becomes a link, and no encoded word (RFC 2047) begins or ends."""
    return _LINK.sub(_without_its_sign, text.replace("=?", "= ?").replace("?=", "? ="))


def _without_its_sign(found: re.Match[str]) -> str:
    return f"{found[1] or found[2] or found[3] or ''} "


def only_links_of(text: str, site: str, links: Collection[str]) -> str:
    """A text of several lines in which nothing is hidden, and no link but to the site and those named."""
    words = re.split(r"(\s+)", seen(text, lines=True))
    return "".join(word if _is_meant(word, site, links) else unlinked(word) for word in words)


def only_links_of_html(markup: str, site: str, links: Collection[str]) -> str:
    """The same of HTML whose tags are all a template's: between them, what is shown."""
    parts = re.split(r"(<[^>]*>)", markup)
    return "".join(
        part if part.startswith("<") else only_links_of(part, html.escape(site), [*map(html.escape, links)])
        for part in parts
    )


def _is_meant(word: str, site: str, links: Collection[str]) -> bool:
    bare = word.strip(_AROUND)
    return bare in links or bare == site or bare.startswith(f"{site}/")

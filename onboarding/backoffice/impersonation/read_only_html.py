"""An issuer's page made into a picture of itself: nothing on it can be pressed, sent or asked for.

It works on the finished page, so that the wizard's templates need not know of it, and by what is allowed:
a link, a picture or an attribute that is not named here loses its power, whoever adds it later.
"""

from collections.abc import Callable

from django.conf import settings
from lxml import html

# To an address of the same page for support, or None where there is none.
Translate = Callable[[str], str | None]

CONTROLS = ("button", "input", "select", "textarea")
# What makes an element act by itself, or says where something is sent.
ACTING = ("action", "autofocus", "enctype", "form", "formaction", "method", "ping", "srcset", "target")
DROPPED = ("script", "iframe", "object", "embed", "base")


def read_only(page: str, translate: Translate, banner: str) -> str:
    """The page without forms and scripts, its links translated or dead, with `banner` on top."""
    document = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    for element in list(document.iter("*")):
        _calm(element)
        _redirect(element, translate)
    # After the link that skips to the content, which must come first.
    document.body.insert(1, html.fragment_fromstring(banner))
    calm: str = html.tostring(document, encoding="unicode", doctype="<!doctype html>")
    return calm


def _calm(element: html.HtmlElement) -> None:
    if element.tag in DROPPED or (element.tag == "input" and element.get("type") == "hidden"):
        element.drop_tree()
        return
    if element.tag == "form":
        element.tag = "div"  # what is not a form cannot be sent
    if element.tag in CONTROLS:
        element.set("disabled", "")
    for name in list(element.attrib):
        if name in ACTING or name.startswith(("data-", "on")):
            del element.attrib[name]


def _redirect(element: html.HtmlElement, translate: Translate) -> None:
    for name in ("href", "src"):
        address = element.get(name)
        if address is None or address.startswith("#") or address.startswith(settings.STATIC_URL):
            continue
        if address := translate(address):
            element.set(name, address)
        else:
            del element.attrib[name]

"""A page of admin as a browser sends it back: everything that it carries, with what somebody changed."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class _Filled(HTMLParser):
    """Collects what each control of the page's form would send, by its name."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select: str | None = None
        self._text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        name = values.get("name") or ""
        if tag == "select":
            self._select = None if "disabled" in values else name
        elif tag == "option" and self._select and "selected" in values:
            self.sent.setdefault(self._select, []).append(values.get("value") or "")
        elif tag == "textarea" and "disabled" not in values:
            self._text = name
            self.sent[name] = [""]
        elif tag == "input" and name and "disabled" not in values:
            self._input(name, values)

    def _input(self, name: str, values: dict[str, str | None]) -> None:
        kind = values.get("type", "text")
        if kind in ("submit", "file", "button"):
            return
        if kind in ("checkbox", "radio") and "checked" not in values:
            return
        self.sent.setdefault(name, []).append(values.get("value") or ("on" if kind == "checkbox" else ""))

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self.sent[self._text][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None
        elif tag == "textarea" and self._text is not None:
            self.sent[self._text][0] = self.sent[self._text][0].removeprefix("\n")
            self._text = None


def sent_by(response: Any) -> dict[str, Any]:
    """What the form of a page sends when nobody touches it."""
    parser = _Filled()
    parser.feed(response.content.decode())
    for name in ("csrfmiddlewaretoken", "_save", "_continue", "_addanother", "q"):
        parser.sent.pop(name, None)
    return {name: values[0] if len(values) == 1 else values for name, values in parser.sent.items()}


def filled(client: Client, url: str, **changes: Any) -> dict[str, Any]:
    """Opens a page; returns what its form sends with these changes. None takes a control away."""
    data = sent_by(client.get(url)) | changes
    return {name: value for name, value in data.items() if value is not None}

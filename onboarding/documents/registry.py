"""The documents that an issuer can download, each a function with `@document`.

Each is about the issuer's own company and made for every request; nobody else is let in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from companies.signed_in import IssuerRequest, issuer_required


@dataclass(frozen=True)
class Pdf:
    """A finished document, and what the file is called on the issuer's machine."""

    filename: str
    content: bytes

    def response(self) -> HttpResponse:
        """The file as a download."""
        response = HttpResponse(self.content, content_type="application/pdf")
        response.headers["Content-Disposition"] = (
            content_disposition_header(True, self.filename) or "attachment"
        )
        return response


Maker = Callable[[IssuerRequest], Pdf]
_urls: dict[str, URLPattern] = {}
_views: dict[Maker, Callable[..., HttpResponseBase]] = {}


def document(name: str, *, at: str) -> Callable[[Maker], Maker]:
    """Gives a document its address: `{% url name %}` leads to `at`, which ends in `.pdf`."""

    def register(make: Maker) -> Maker:
        @require_safe
        @issuer_required
        def view(request: IssuerRequest) -> HttpResponse:
            return make(request).response()

        _urls[name], _views[make] = path(at, view, name=name), view
        return make

    return register


def urls() -> list[URLPattern]:
    """The addresses of all documents."""
    return list(_urls.values())


def view_of(make: Maker) -> Callable[..., HttpResponseBase]:
    """The view of a document, for whoever gives it another address."""
    return _views[make]

"""The site's own error pages: in Spanish, styled, saying what to do.

Those that something of ours has failed for (500, 503) read nothing from the database; the others know who is
signed in.
"""

import sys

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from facturamos import buttons, unsaved
from facturamos.context import support
from facturamos.outages import outage_of

RETRY_AFTER_SECONDS = 30
# Where the middleware that counts finds what was at fault (facturamos/middleware.py).
OUTAGE = "outage"
SCRIPT_REFUSED = "Su sesión cambió o terminó. Vuelva a cargar la página y empiece otra vez."


def _page(status: int) -> HttpResponse:
    # Without the request: its context processors would ask for the user, and so for the database.
    return HttpResponse(render_to_string(f"errors/{status}.html", {"support": support()}), status=status)


def _known_page(request: HttpRequest, status: int, again_url: str = "") -> HttpResponse:
    return render(request, f"errors/{status}.html", {"again_url": again_url}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 for what exceeds our upload limits."""
    if isinstance(exception, RequestDataTooBig):
        return _known_page(request, 413, buttons.page_of(request))
    return _known_page(request, 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page that exists, and is not for this user (403)."""
    return _known_page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 with the usual cause: who sent it has signed in anew since, or cookies are off.

    What was typed waits for who typed it: on the page that it came from, or behind the sign-in page.
    """
    if buttons.speaks_json(request):
        return JsonResponse({"message": SCRIPT_REFUSED, "code": "session"}, status=401)
    if not request.user.is_authenticated and buttons.is_private(request):
        return buttons.to_sign_in(request)
    again_url = buttons.page_of(request)
    context = {
        "kept": unsaved.keep(request),
        "again_url": again_url,
        "pressed": again_url != request.get_full_path(),
    }
    return render(request, "errors/csrf.html", context, status=403)


def method_not_allowed(request: HttpRequest) -> HttpResponse:
    """405: an address of a button that was opened like a page, or the other way round."""
    again_url = buttons.page_of(request)
    opens = request.method not in ("GET", "HEAD") or again_url != request.get_full_path()
    return _known_page(request, 405, again_url if opens else "")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """No such page, or a row of somebody else's (404)."""
    return _known_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when what is at fault passes: database, files, key ring."""
    if outage := outage_of(sys.exception()):
        setattr(request, OUTAGE, outage)
        return service_unavailable(request)
    return _page(500)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    """Something of ours does not answer: 503, with Retry-After for programs."""
    response = _page(503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response

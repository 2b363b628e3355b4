"""The site's own error pages: in Spanish, styled, saying what to do. They read nothing from the database."""

import sys

from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

RETRY_AFTER_SECONDS = 30


def _page(status: int) -> HttpResponse:
    # Without the request: its context processors would ask for the user, and so for the database.
    return HttpResponse(render_to_string(f"errors/{status}.html"), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, and 413 for what exceeds our upload limits."""
    return _page(413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return _page(403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 with the usual cause: the page was open too long, or cookies are off."""
    return HttpResponse(render_to_string("errors/csrf.html"), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return _page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 when it is the database that does not answer."""
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        return service_unavailable(request)
    return _page(500)


def service_unavailable(request: HttpRequest) -> HttpResponse:
    """503 with Retry-After."""
    response = _page(503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response

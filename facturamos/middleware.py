"""Headers that every response carries, a page where there would be none, and a number for each request."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from facturamos import error_pages, metrics
from facturamos.csp import REPORTS, REPORTS_PATH
from facturamos.log_settings import short_path
from facturamos.logs import request_now
from facturamos.outages import UNWRITABLE, Outage
from facturamos.status.models import ErrorCount

GetResponse = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger("facturamos.requests")
REQUEST_ID = "X-Request-ID"
# What no page of ours needs: a browser may then not give it to what was smuggled into one, either.
# Chromium knows «bluetooth» on Windows, macOS and Android; on Linux, where it has none, it complains of it.
_WITHOUT = (
    *(
        "accelerometer",
        "autoplay",
        "bluetooth",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
    ),
    *(
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
    ),
    *("payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
STRICT = {
    # Django's SecurityMiddleware says these three, too, but not of a request that it refuses itself.
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in _WITHOUT),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
    "Reporting-Endpoints": f'{REPORTS}="{REPORTS_PATH}"',
}
# Where it makes no sense to ask the database for anything more.
WITHOUT_DATABASE = {Outage.DATABASE, *UNWRITABLE}


class NumberedRequest(HttpRequest):
    """A request that the log knows by its number."""

    id: str


def observed(get_response: GetResponse) -> Callable[[NumberedRequest], HttpResponse]:
    """Numbers each request, for the log; counts and times it, and writes a line about it."""

    def middleware(request: NumberedRequest) -> HttpResponse:
        request.id = _number(request)
        begun = time.monotonic()
        token = request_now.set(request)
        try:
            response = get_response(request)
            took = time.monotonic() - begun
            metrics.note(request, response.status_code, took)
            _count_error(request, response.status_code)
            _write_line(request, response.status_code, took)
        finally:
            request_now.reset(token)
        response.headers[REQUEST_ID] = request.id
        return response

    return middleware


def _number(request: HttpRequest) -> str:
    """The proxy's number, where there is a proxy of ours; else a new one."""
    theirs = request.headers.get(REQUEST_ID, "") if settings.TRUSTED_PROXIES else ""
    return theirs if re.fullmatch(r"[\w-]{8,64}", theirs, re.ASCII) else uuid.uuid4().hex


def _count_error(request: HttpRequest, status: int) -> None:
    if status >= 500 and getattr(request, error_pages.OUTAGE, None) not in WITHOUT_DATABASE:
        with suppress(DatabaseError):
            ErrorCount.objects.count_one(status)


def _write_line(request: HttpRequest, status: int, took: float) -> None:
    if logger.isEnabledFor(logging.INFO):
        path = short_path(request.path)
        facts = {"method": request.method, "path": path, "status": status, "seconds": round(took, 3)}
        logger.info("%s", "request", extra=facts)


def strict_headers(get_response: GetResponse) -> GetResponse:
    """What every answer says: pages, files, errors and the way to HTTPS alike."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in STRICT.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def method_not_allowed(get_response: GetResponse) -> GetResponse:
    """Django has no handler for a 405; what its decorators and views answer is an empty page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        page = error_pages.method_not_allowed(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware

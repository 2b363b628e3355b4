"""Headers that every response carries, and a page where there would be none."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from facturamos import errors

GetResponse = Callable[[HttpRequest], HttpResponse]


def permissions_policy(get_response: GetResponse) -> GetResponse:
    """No page of ours needs a camera, a microphone or a position."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def method_not_allowed(get_response: GetResponse) -> GetResponse:
    """Django has no handler for a 405; what its decorators and views answer is an empty page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 405 or response.streaming or response.content:
            return response
        page = errors.method_not_allowed(request)
        page.headers["Allow"] = response.headers["Allow"]
        return page

    return middleware

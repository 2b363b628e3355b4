"""The way back to the list that led to a page: its filter, its search and its place stay."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

# In the address of the page that was led to.
BACK = "volver"


def leading_back(url: str, request: HttpRequest) -> str:
    """An address whose page leads back to the present one."""
    return f"{url}?{urlencode({BACK: request.get_full_path()})}"


def back_of(request: HttpRequest) -> str:
    """The page of ours that led here; "" where none is named."""
    back = request.GET.get(BACK, "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return back if ours else ""

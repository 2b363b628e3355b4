"""What programs ask any site for, at addresses that are the same everywhere."""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

# RFC 9116 wants an end, and less than a year away; whoever reads it later asks again.
SECURITY_TXT_LASTS = timedelta(days=180)
# Only what is there for everybody is for search engines.
ROBOTS = "User-agent: *\nAllow: /$\nAllow: /manuales/\nAllow: /static/\nDisallow: /\n"


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`: what search engines may read."""
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt` (RFC 9116): whom to tell of a hole; SUPPORT_EMAIL."""
    mail = settings.SUPPORT["email"]
    if not mail:
        raise Http404
    end = (timezone.now() + SECURITY_TXT_LASTS).strftime("%Y-%m-%dT00:00:00Z")
    where = settings.SITE_URL + reverse("security_txt")
    lines = (
        f"Contact: mailto:{mail}",
        f"Expires: {end}",
        "Preferred-Languages: es, en",
        f"Canonical: {where}",
    )
    return HttpResponse("".join(f"{line}\n" for line in lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`, for who asks without having read a page."""
    return HttpResponse(status=302, headers={"Location": static("img/favicon.svg")})


urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("favicon.ico", favicon, name="favicon"),
    path(".well-known/security.txt", security_txt, name="security_txt"),
    # Managers of passwords lead there (W3C, «A Well-Known URL for Changing Passwords»).
    path(
        ".well-known/change-password", RedirectView.as_view(pattern_name="recuperar"), name="change_password"
    ),
]

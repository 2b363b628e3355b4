"""What programs ask every site for: robots, icon, whom to tell of a hole, where a password is changed."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

# RFC 9116 asks for an end; the answer is made anew each time.
GOOD_FOR = timedelta(days=180)
# Nothing to find there for a search engine.
NOT_FOR_ROBOTS = ("/admin/", "/configuracion/", "/panel/", "/recuperar/", "/encargo/", "/recordatorios/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """`/robots.txt`."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_ROBOTS)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """`/.well-known/security.txt`: support's address, or the page that says how to reach it."""
    mail = settings.SUPPORT["email"]
    lines = [
        f"Contact: {f'mailto:{mail}' if mail else settings.SITE_URL + reverse('asistencia')}",
        f"Expires: {timezone.now() + GOOD_FOR:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: es, en",
        f"Canonical: {settings.SITE_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """`/.well-known/change-password`: where a password manager leads its person."""
    return redirect("recuperar")


@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """`/favicon.ico`, for what does not read the page."""
    return redirect(static("img/favicon.svg"))

"""`/salud/vivo/`, `/salud/listo/` and `/metrics`: for programs. People read `/admin/estado/`."""

import secrets

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from facturamos import metrics
from facturamos.status.health import site_health


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 while the process answers at all; who gets none starts it again. Asks nobody anything."""
    return JsonResponse({"estado": "vivo"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 while pages can be served, else 503; with `?todo` also 503 while work in the background waits."""
    try:
        found = site_health()
    except (DatabaseError, ImproperlyConfigured):
        return JsonResponse({"estado": "no está listo", "base": "mal"}, status=503)
    good = found.is_well if "todo" in request.GET else found.is_ready
    said = {name: "bien" if fine else "mal" for name, fine in (found.pages | found.work).items()}
    return JsonResponse({"estado": "listo" if good else "no está listo", **said}, status=200 if good else 503)


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """Prometheus' text, for who shows METRICS_TOKEN as a bearer; without one there is no such page."""
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    shown = request.headers.get("Authorization", "")
    if not settings.METRICS_TOKEN:
        raise Http404
    if not secrets.compare_digest(shown.encode(), wanted.encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"}, content_type="text/plain")
    return HttpResponse(metrics.exposition(), content_type=CONTENT_TYPE_LATEST)

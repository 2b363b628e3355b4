"""«Estado» in admin: the page, and the banner on the front page of admin when something is wrong."""

import time

from django.core.checks import ERROR
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from facturamos.admin.scoping import viewer
from facturamos.checks import start
from facturamos.marks import young
from facturamos.status.findings import SWEEP_IS_LATE
from facturamos.status.models import Alarm, SignOfLife
from facturamos.status.report import report, troubles, worst

# When this process began, in seconds of its own clock: beat may have begun with it, and takes longer.
BEGAN = time.monotonic()


def status_page(request: HttpRequest, frame: dict[str, object], *, checked: bool = False) -> TemplateResponse:
    """All that is known; `checked`, with what the checks of a start find now. Raises PermissionDenied."""
    if not viewer(request).is_support:
        raise PermissionDenied
    answers = report()
    found = troubles(answers)
    context = {
        **frame,
        "title": "Estado",
        "answers": answers,
        "troubles": found,
        "level": worst(found),
        "checked": checked,
        "checks": start.findings() if checked else [],
        "error": ERROR,
        "at": timezone.now(),
    }
    return TemplateResponse(request, "admin/status.html", context)


def trouble_warning(request: HttpRequest) -> str:
    """For support: what beat has found in the last minute, or that beat itself stands still."""
    if not viewer(request).is_support:
        return ""
    fresh = Q(name=SignOfLife.SWEEP, at__range=young(timezone.now(), SWEEP_IS_LATE))
    lasting = list(Alarm.objects.lasting()[:4])
    is_new = time.monotonic() - BEGAN < SWEEP_IS_LATE.total_seconds()
    if not lasting and (SignOfLife.objects.filter(fresh).exists() or is_new):
        return ""
    said = "; ".join(map(str, lasting)) or "beat o los trabajadores no dan señales de vida"
    return format_html('Algo no está bien: {}. <a href="{}">Ver el estado</a>', said, reverse("admin:estado"))

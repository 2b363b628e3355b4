"""Uploads of a CSD that were refused: who tried four times must not look like who never tried."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count, F, Window
from django.utils import timezone

from certificates.models import Diagnosis
from facturamos import prose
from onboarding.wizard.progress import Progress


def refused_uploads(progress: Mapping[int, Progress]) -> dict[int, str]:
    """Of each company whose latest upload was refused, when that was, its code and how often; one query."""
    refused = [pk for pk, one in progress.items() if one.facts.csd_refusal]
    rows = (
        Diagnosis.objects.filter(company__in=refused, ok=False)
        .annotate(tries=Window(Count("pk"), partition_by=F("company")))
        .order_by("company_id", "-created_at")
        .distinct("company_id")
        .values_list("company_id", "code", "created_at", "tries")
    )
    today = timezone.localdate()
    return {pk: _told(code, timezone.localdate(at), tries, today) for pk, code, at, tries in rows}


def _told(code: str, on: date, tries: int, today: date) -> str:
    when = "hoy" if on == today else f"el {prose.date(on)}"
    often = f"; {tries} intentos" if tries > 1 else ""
    return f"Sellos rechazados {when}, {code}{often}."

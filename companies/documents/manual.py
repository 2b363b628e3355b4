"""The manual that leads a company through signing its Carta Manifiesto at the PAC's site."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from companies.documents import typesetting
from companies.documents.sample import Entry
from companies.models import Company

TEMPLATE = "manual.typ"
SUPPORT_LABELS = {
    "email": "Correo electrónico",
    "phone": "Teléfono",
    "whatsapp": "WhatsApp",
    "hours": "Horario",
}


@dataclass(frozen=True)
class ManifestManual:
    """All that the manual says about this company, its PAC and how to reach support."""

    company: str
    rfc: str
    pac: tuple[Entry, ...]
    pac_name: str
    url: str
    rule: str
    site: str
    site_url: str
    step: str
    support: tuple[Entry, ...]
    date: str
    made_at: datetime


def manual_for(company: Company, *, step: str = "") -> ManifestManual:
    """The manual for one company; PAC, rule and support come from settings.

    `step` says where it was asked for, as the page does: «Paso 3 de 12».
    """
    pac = settings.PAC
    now = timezone.localtime()
    return ManifestManual(
        company=company.name,
        rfc=company.rfc,
        pac=tuple(
            Entry(label, pac[key] or "Se lo dirá Asistencia", given=bool(pac[key]))
            for label, key in (("PAC", "name"), ("RFC del PAC", "rfc"), ("Autorización SAT", "authorization"))
        ),
        pac_name=pac["name"] or "el PAC autorizado",
        url=pac["url"],
        rule=_rule(pac["rule"]),
        site=settings.SITE_NAME,
        site_url=settings.SITE_URL,
        step=step,
        support=tuple(
            Entry(label, settings.SUPPORT[key])
            for key, label in SUPPORT_LABELS.items()
            if settings.SUPPORT[key]
        ),
        # Django's Mexican Spanish begins months with a capital; people's does not.
        date=date_format(now, r"j \d\e F \d\e Y").lower(),
        made_at=now,
    )


def _rule(rule: str) -> str:
    """The setting may hold the bare number, or the text as it should be cited."""
    if rule[:1].isdigit():
        return f"la regla {rule} de la Resolución Miscelánea Fiscal vigente"
    return rule or "la Resolución Miscelánea Fiscal vigente"


def manifest_manual_pdf(manual: ManifestManual) -> bytes:
    """The manual as PDF, Letter size, tagged, fonts embedded."""
    return typesetting.pdf(TEMPLATE, manual, {}, manual.made_at)

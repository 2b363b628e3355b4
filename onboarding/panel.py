"""What is ready and what still waits, after the configuration is finished."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from certificates.overview import overview as csd_overview
from companies.models import ManifestLetter
from onboarding.progress import Progress
from onboarding.steps.carta_manifiesto import letter_of
from onboarding.steps.correo import mailbox_of


@dataclass(frozen=True)
class Item:
    """One line of the panel: `state` is done, waiting or problem."""

    title: str
    state: str
    text: str
    url: str
    when: datetime | None = None


def items(progress: Progress) -> list[Item]:
    """The panel's lines, what invoices depend on first."""
    return [_csd(progress), _letter(progress), _mailbox(progress)]


def _url(slug: str) -> str:
    return f"{reverse('paso', args=[slug])}?de=panel"


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), r"j \d\e F \d\e Y")


def _hour(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), r"j \d\e F, H:i")


def _csd(progress: Progress) -> Item:
    title, url = "Sellos (CSD)", _url("sellos")
    overview = csd_overview(progress.company)
    seal = overview.csd
    if seal is None:
        return Item(title, "problem", "No hay un CSD vigente: sin él no puede facturar.", url)
    if overview.rfc_differs:
        return Item(
            title, "problem", f"El CSD es de {seal.rfc}, y su empresa es {progress.company.rfc}.", url
        )
    if seal.valid_to <= timezone.now():
        return Item(title, "problem", f"Su CSD venció el {_day(seal.valid_to)}. Suba uno nuevo.", url)
    if seal.ended:
        return Item(title, "problem", f"{seal.ended.heading}. {seal.ended.text}", url)
    if not seal.is_usable:
        window = f"entre el {_hour(seal.usable_from)} y el {_hour(seal.usable_until)}"
        text = f"El SAT activa un CSD nuevo de 24 a 72 horas después de emitirlo: {window}."
        return Item(title, "waiting", text, url, seal.usable_until)
    text = f"{seal.activation}. Número {seal.number}, vigente hasta el {_day(seal.valid_to)}."
    return Item(title, "done", text, url)


def _letter(progress: Progress) -> Item:
    title, url = "Carta manifiesto", _url("carta-manifiesto")
    letter = letter_of(progress.company)
    state = letter.state
    if state == ManifestLetter.State.VERIFIED:
        return Item(title, "done", "Comprobada con el PAC.", url, letter.verified_at)
    if state == ManifestLetter.State.SIGNED and letter.signed_on:
        signed = date_format(letter.signed_on, r"j \d\e F \d\e Y")
        return Item(title, "waiting", f"La firmó el {signed}. Falta que la comprobemos con el PAC.", url)
    return Item(title, "waiting", "Falta firmarla en el sitio del PAC: sin ella no se timbran facturas.", url)


def _mailbox(progress: Progress) -> Item:
    title, url = "Correo electrónico", _url("correo")
    mailbox = mailbox_of(progress.company)
    if mailbox is None or progress.omitted("correo"):
        text = f"Sus facturas salen de {settings.DEFAULT_FROM_EMAIL}."
        return Item(title, "done", text, url)
    if mailbox.is_active:
        return Item(title, "done", f"Sus facturas salen de {mailbox.from_email}.", url, mailbox.tested_ok_at)
    text = (
        f"Falta una prueba correcta de {mailbox.from_email}; mientras tanto, sus facturas salen de "
        f"{settings.DEFAULT_FROM_EMAIL}."
    )
    return Item(title, "waiting", text, url)

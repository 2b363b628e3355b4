"""What the reminders say. Each function builds one mail, in the worker."""

from typing import Any, cast

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from certificates.models import Csd
from certificates.spanish import hour
from companies import renewal
from companies.models import Distributor, User
from mailing.outbox import Mail, Moot, render
from onboarding import csd_expiry as csd_expiry_due
from onboarding import due
from onboarding.models import Onboarding, Reminder
from onboarding.progress import Progress
from onboarding.reminders import links, register, stop_url
from onboarding.steps import STEPS

# How many clients of a sort the digest names; the rest are counted.
NAMED = 15


def unused_credentials(reminder: Reminder) -> Mail:
    """The account waits; how long the temporary password still opens, and the way to a new one."""
    user = _user(reminder)
    if not user.password_is_temporary or user.last_login:
        raise Moot("el usuario ya entró.")
    context = {
        "user": user,
        "expired": user.temporary_password_expired,
        "url": _url("entrar"),
        "renewal_url": _url("renovar_credenciales", renewal.token(user)),
    }
    return _render(reminder, context)


def idle(reminder: Reminder) -> Mail:
    """What is still missing, and the way back in."""
    progress = Progress.of(_user(reminder))
    if progress.finished:
        raise Moot("la configuración ya terminó.")
    context = {
        "user": progress.user,
        "company": progress.company,
        "missing": progress.missing(STEPS),
        "url": _url("configuracion"),
    }
    return _render(reminder, context)


def digest(reminder: Reminder) -> Mail:
    """The distributor's clients: who finished, who never came in, who is on the way."""
    distributor = cast("Distributor", reminder.distributor)
    rows = list(due.clients(distributor, timezone.now()))
    if not rows:
        raise Moot("ya no hay cuentas por terminar.")
    unfinished = [row for row in rows if row.finished_at is None]
    context = {
        "distributor": distributor,
        "unfinished": len(unfinished),
        "groups": [
            _group("Terminaron esta semana", "", [row for row in rows if row.finished_at]),
            _group(
                "Todavía no entran",
                "Desde la página de cada cuenta puede reenviarles sus credenciales.",
                [row for row in unfinished if row.entered_at is None],  # type: ignore[attr-defined]
            ),
            _group(
                "Ya entraron y les falta terminar",
                "",
                [row for row in unfinished if row.entered_at],  # type: ignore[attr-defined]
            ),
        ],
        "url": _url("admin:companies_company_changelist"),
    }
    return _render(reminder, context)


def csd_expiry(reminder: Reminder) -> Mail:
    """How long the issuer's CSD still lasts, and how to get the next one in time."""
    context = {"user": _user(reminder), "seals_url": _url("paso", "sellos")}
    return _render(reminder, context | _expiring(reminder))


def client_csd_expiry(reminder: Reminder) -> Mail:
    """The same, to the distributor of the CSD's company."""
    told = _expiring(reminder)
    url = _url("admin:companies_company_change", str(told["company"].pk))
    return _render(reminder, {"distributor": reminder.distributor, "url": url, **told})


def _expiring(reminder: Reminder) -> dict[str, Any]:
    """The active CSD that a reminder is about. Raises Moot when it is no longer active, or has expired."""
    number, now = csd_expiry_due.number_of(reminder.about), timezone.now()
    mine = (
        {"company": reminder.company} if reminder.company else {"company__distributor": reminder.distributor}
    )
    rows = Csd.objects.active().filter(number=number, valid_to__gt=now, company__deleted_at=None, **mine)
    csd = rows.without_files().select_related("company").first()
    if csd is None:
        raise Moot("ese CSD ya se reemplazó, o ya venció.")
    days = (timezone.localdate(csd.valid_to) - timezone.localdate(now)).days
    in_days = {0: "hoy", 1: "mañana"}.get(days, f"en {days} días")
    return {"company": csd.company, "csd": csd, "in_days": in_days, "until": hour(csd.valid_to)}


def _group(title: str, hint: str, rows: list[Onboarding]) -> dict[str, object]:
    named = [
        {"row": row, "url": _url("admin:companies_company_change", str(row.company_id))}
        for row in rows[:NAMED]
    ]
    return {"title": title, "hint": hint, "named": named, "count": len(rows), "more": len(rows) - len(named)}


def _user(reminder: Reminder) -> User:
    user = User.objects.filter(company=reminder.company_id, email=reminder.to, is_active=True).first()
    if user is None:
        raise Moot("la dirección ya no es la del usuario.")
    return user


def _render(reminder: Reminder, context: dict[str, object]) -> Mail:
    return render(reminder.kind, {**context, **links(reminder)}, unsubscribe=stop_url(reminder))


def _url(name: str, *args: str) -> str:
    return settings.SITE_URL + reverse(name, args=args)


def register_all() -> None:
    """Tells of every kind of reminder."""
    register(
        due.UNUSED_CREDENTIALS,
        label="Recordatorio de credenciales sin usar",
        due=due.unused_credentials,
        build=unused_credentials,
    )
    register(due.IDLE, label="Recordatorio de configuración sin terminar", due=due.idle, build=idle)
    register(
        csd_expiry_due.TO_ISSUER,
        label="Aviso de vencimiento del CSD",
        due=csd_expiry_due.of_issuers,
        build=csd_expiry,
    )
    register(
        csd_expiry_due.TO_DISTRIBUTOR,
        label="Aviso de vencimiento del CSD de un cliente",
        due=csd_expiry_due.of_distributors,
        build=client_csd_expiry,
    )
    register(due.DIGEST, label="Resumen semanal de sus clientes", due=due.digest, build=digest)

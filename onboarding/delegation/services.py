"""The life of a request: asked, opened by one person, accepted, done; or revoked, replaced, over.

All that changes a request first locks the company's way through the steps, as every save of a step does.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pghistory
from django.db import transaction
from django.utils import timezone

from companies.models import Company, User
from companies.signed_in import DELEGATE
from mailing import notices, outbox
from onboarding.delegation.links import Link
from onboarding.delegation.models import Delegation, DelegationAcceptance
from onboarding.delegation.scope import steps_of
from onboarding.models import Onboarding
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.step import AnyStep

# Kinds of mail: to who is asked, and to the company's people once it is done.
ASKED, DONE = "onboarding.delegation", "onboarding.delegation_done"
PER_DAY = 10
# How many links one request may send: who changes the browser asks for another.
MOST_LINKS = 5
# How long a page shows what is over.
SHOWN_FOR = timedelta(days=30)
# How long who did it may see what came of it.
OUTCOME_FOR = timedelta(hours=1)
BATCH = 200
# What who was asked accepts.
NOTICE = (
    "Hará un solo paso de la configuración de {company} (RFC {rfc}), porque se lo pidió {asker}: {errand}. "
    "No verá nada más de la empresa ni tendrá una cuenta. Lo que escriba o suba queda guardado en la "
    "configuración de la empresa, y las contraseñas y llaves, cifradas. Guardamos su nombre, su correo, "
    "cuándo aceptó y qué hizo, su dirección IP y su navegador, como constancia ante la empresa. Declara que "
    "la empresa le permite hacerlo."
)


class TooManyDelegations(Exception):
    """The company has asked for as much as a day permits; the text is the sentence to show."""


# --- the issuer


@transaction.atomic
def ask(user: User, step: AnyStep, *, name: str, email: str, message: str) -> Delegation:
    """Asks somebody, by mail; what was asked of another for the same step ends. Raises TooManyDelegations."""
    company = _lock(Company.objects.get(users=user))
    since = timezone.now() - timedelta(days=1)
    asked = Delegation.objects.filter(company=company)
    if asked.filter(created_at__gt=since).count() >= PER_DAY:
        raise TooManyDelegations(
            f"Ya lo pidió {PER_DAY} veces en las últimas 24 horas. Espere a mañana, o haga el paso usted."
        )
    asked.filter(slug=step.slug).end(Delegation.End.REPLACED)
    now = timezone.now()
    delegation = Delegation.objects.create(
        company=company,
        slug=step.slug,
        asked_by=user,
        name=name,
        email=email,
        message=message,
        rfc=company.rfc,
        distributor_id=company.distributor_id,
        asked_username=user.username,
        asked_email=user.email,
        created_at=now,
        expires_at=now + Delegation.LIFETIME,
    )
    outbox.post(ASKED, to=email, about=delegation)
    return delegation


@transaction.atomic
def revoke(company: Company, step: AnyStep) -> None:
    """Ends what is open of a step; a second time changes nothing."""
    _lock(company)
    Delegation.objects.filter(company=company, slug=step.slug).end(Delegation.End.REVOKED)


@dataclass(frozen=True)
class DelegationLine:
    """One request, as the hub shows it."""

    step: AnyStep
    delegation: Delegation


def overview(company: Company) -> list[DelegationLine]:
    """The latest request of each step in the steps' order, but those that were over long ago."""
    latest = Delegation.objects.filter(company=company, created_at__gt=timezone.now() - SHOWN_FOR)
    rows = latest.with_changes().select_related("acceptance").order_by("slug", "-created_at").distinct("slug")
    by_slug = {row.slug: row for row in rows}
    return [DelegationLine(step, by_slug[step.slug]) for step in STEPS if step.slug in by_slug]


def open_for(company: Company, step: AnyStep) -> Delegation | None:
    """What is asked of somebody at present."""
    rows = Delegation.objects.filter(company=company, slug=step.slug).open().with_changes()
    found = rows.select_related("acceptance").first()
    return found if found and found.is_live else None


# --- who was asked


def authored(delegation: Delegation) -> pghistory.context:
    """Makes who was asked the author of what changes, whoever else is signed in at that browser."""
    return pghistory.context(user=None, **{DELEGATE: delegation.signature})


def find(link: Link, *, lock: bool = False) -> Delegation | None:
    """What a link is for; None where there is no such request. With `lock`, inside a transaction."""
    if lock and (company := Company.objects.filter(delegations=link.pk).first()):
        _lock(company)
    rows = Delegation.objects.with_changes().select_related("company", "asked_by__company", "acceptance")
    return rows.filter(pk=link.pk).first()


@transaction.atomic
def open_link(link: Link) -> bool:
    """Lets the bearer of a link in, the first one only; returns whether it did."""
    delegation = find(link, lock=True)
    if delegation is None or not delegation.is_live or delegation.link != link.number:
        return False
    if delegation.opened_link == link.number:
        return False
    delegation.opened_link, delegation.opened_at = link.number, timezone.now()
    with authored(delegation):
        delegation.save(update_fields=["opened_link", "opened_at"])
    return True


@transaction.atomic
def send_another(link: Link) -> bool:
    """Another link, to the same address: for who was let in elsewhere. Returns whether it was sent."""
    delegation = find(link, lock=True)
    if delegation is None or not delegation.is_live or delegation.link != link.number:
        return False
    if delegation.opened_link != link.number or delegation.link >= MOST_LINKS:
        return False
    delegation.link += 1
    with authored(delegation):
        delegation.save(update_fields=["link"])
    outbox.post(ASKED, to=delegation.email, about=delegation)
    return True


def notice_of(delegation: Delegation) -> str:
    """What who was asked accepts, in its words."""
    return NOTICE.format(
        company=delegation.company.name,
        rfc=delegation.company.rfc,
        asker=delegation.asked_by.get_full_name(),
        errand=steps_of(delegation.slug)[0].errand,
    )


def accept(delegation: Delegation, *, address: str, browser: str) -> DelegationAcceptance:
    """Keeps the evidence that the notice was accepted, from where; a second time changes nothing."""
    text = notice_of(delegation)
    acceptance, _ = DelegationAcceptance.objects.get_or_create(
        delegation=delegation,
        defaults={
            "name": delegation.name,
            "email": delegation.email,
            "text": text,
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "address": address,
            "browser": browser,
        },
    )
    return acceptance


def steps_left(delegation: Delegation, progress: Progress) -> list[AnyStep]:
    """Those of its steps that still wait for who was asked."""
    since = delegation.accepted_at
    steps = steps_of(delegation.slug)
    return [step for step in steps if since is None or not step.is_done_since(progress, since)]


def is_news(delegation: Delegation) -> bool:
    """Whether who did it may still see what came of it."""
    since = delegation.done_at or timezone.now()
    return since > timezone.now() - OUTCOME_FOR and not getattr(delegation, "changed", False)


# --- the end


@transaction.atomic
def settle(pk: UUID) -> bool:
    """Notes that nothing is left to do; returns whether who was asked did it: then the company is told."""
    found = Delegation.objects.filter(pk=pk).select_related("company").first()
    if found is None:
        return False
    _lock(found.company)
    rows = Delegation.objects.with_changes().select_related("company", "asked_by__company", "acceptance")
    delegation = rows.get(pk=pk)
    if not delegation.is_live or steps_left(delegation, Progress.of(delegation.asked_by)):
        return delegation.done_at is not None
    if not _did_it(delegation):
        Delegation.objects.filter(pk=pk).end(Delegation.End.UNNEEDED)
        return False
    delegation.done_at = timezone.now()
    with authored(delegation):
        delegation.save(update_fields=["done_at"])
    notices.tell(DONE, delegation)
    return True


def _did_it(delegation: Delegation) -> bool:
    """Whether it was who was asked: the issuer may have done it meanwhile."""
    progress, since = Progress.of(delegation.asked_by), delegation.accepted_at or delegation.created_at
    steps = steps_of(delegation.slug)
    return any(step.was_done_by(progress, delegation.signature, since) for step in steps)


def settle_open() -> None:
    """Notes what is done although nobody came back to see it, and what ended by a change. Beat calls it."""
    rows = Delegation.objects.open().filter(expires_at__gt=timezone.now())
    ended = [row.pk for row in rows.with_changes() if not row.is_live]
    Delegation.objects.filter(pk__in=ended).end(Delegation.End.CHANGED)
    for delegation in rows.filter(acceptance__isnull=False)[:BATCH]:
        settle(delegation.pk)


def _lock(company: Company) -> Company:
    Onboarding.objects.select_for_update(no_key=True).only("pk").get(company=company)
    return company

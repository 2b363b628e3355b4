"""Connecting a mailbox without a password: the trip to the provider's page and back, and the daily probe."""

import hashlib
import secrets
from contextlib import suppress
from datetime import timedelta
from hmac import compare_digest
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from facturamos import vault
from facturamos.jobs.models import RetryLater
from facturamos.marks import young
from facturamos.vault import Secret
from mailing import mailbox_stopped
from mailing.addresses import comparable
from mailing.models import Mailbox
from mailing.oauth import grants
from mailing.oauth.answers import Tokens, read_error
from mailing.oauth.client import OAuthClient, OAuthFailed, Trip
from mailing.oauth.models import GrantProbe, MailboxConsent, MailboxGrant, MailboxKind, Revocation
from mailing.oauth.providers import PROVIDERS, OAuthProvider, same_mailbox
from mailing.oauth.sentences import Remedy, remedy_of

PROBE_EVERY = timedelta(days=1)
# How many permissions one call of beat has probed; it comes every ten minutes.
BATCH = 200
NEXT_TRY = timedelta(hours=1)


# --- to the page of consent


def start(
    provider: OAuthProvider,
    *,
    company_id: int,
    user: AbstractBaseUser,
    session_key: str,
    from_email: str,
    from_name: str,
) -> MailboxConsent:
    """Begins a trip; the company's former ones can come back no more."""
    MailboxConsent.objects.filter(company_id=company_id).delete()
    consent = MailboxConsent(
        company_id=company_id,
        user_id=user.pk,
        kind=provider.kind,
        from_email=from_email,
        from_name=from_name,
        session=_digest(session_key),
    )
    vault.put(consent, "verifier", Secret(secrets.token_urlsafe(48)))
    consent.save()
    return consent


def trip_under_way(kind: str, user: AbstractBaseUser, session_key: str) -> MailboxConsent | None:
    """The trip that this session has begun and may still make."""
    mine = MailboxConsent.objects.open().filter(kind=kind, user_id=user.pk, session=_digest(session_key))
    return mine.first()


def consent_url(consent: MailboxConsent) -> str:
    """The provider's page for a trip that has not been made."""
    return OAuthClient(PROVIDERS[consent.kind]).consent_url(_trip(consent), consent.from_email)


def _trip(consent: MailboxConsent) -> Trip:
    verifier = vault.take(consent, "verifier")
    if verifier is None:
        raise OAuthFailed("permit_stale")
    return Trip(consent.pk.hex, verifier)


def _digest(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()


# --- and back


def come_back(
    provider: OAuthProvider,
    *,
    company_id: int,
    user: AbstractBaseUser,
    session_key: str,
    answer: dict[str, str],
) -> Mailbox:
    """What the provider sent back with the person becomes a mailbox, connected and not yet tested.

    Nothing of it is believed: the state must be of a trip that this user began, for this company, in this
    session, a few minutes ago, and each trip ends once. Raises OAuthFailed.
    """
    consent = _found(answer.get("state", ""))
    if (consent.kind, consent.company_id, consent.user_id) != (provider.kind, company_id, user.pk):
        raise OAuthFailed("permit_foreign")
    if not compare_digest(consent.session, _digest(session_key)):
        raise OAuthFailed("permit_foreign")
    trip = _trip(consent)
    if not compare_digest(trip.state.encode(), answer.get("state", "").encode()):
        raise OAuthFailed("permit_foreign")
    # Of two who come back with the same, one ends the trip.
    ended = MailboxConsent.objects.open().filter(pk=consent.pk)
    if not ended.update(used_at=timezone.now(), verifier=None):
        raise OAuthFailed("permit_stale")
    if error := answer.get("error"):
        raise OAuthFailed(read_error(error, answer.get("error_description", "")))
    client = OAuthClient(provider)
    tokens = client.redeem(answer.get("code", ""), trip)
    return _connect(consent, provider, _account(client, tokens, trip, consent), tokens)


def _found(state: str) -> MailboxConsent:
    with suppress(ValueError):
        if found := MailboxConsent.objects.filter(pk=UUID(hex=state.partition(".")[0])).first():
            return found
    raise OAuthFailed("permit_stale")


def _account(client: OAuthClient, tokens: Tokens, trip: Trip, consent: MailboxConsent) -> str:
    """Whose permission it is: of the address that was typed, and to send; else it is given back."""
    accounts, provider = client.accounts(tokens, trip), client.provider
    if not tokens.refresh:
        raise OAuthFailed("oauth_unknown")
    mine = [name for name in accounts if same_mailbox(provider, name, consent.from_email)]
    granted = {scope.casefold() for scope in tokens.scopes}
    may_send = not granted or any(scope.casefold() in granted for scope in provider.sends)
    if mine and may_send:
        return mine[0]
    account = accounts[0] if accounts else ""
    grants.give_back(provider, account, tokens.refresh)
    raise (
        OAuthFailed("permit_partial")
        if mine
        else OAuthFailed("permit_address", said=account or "otra cuenta")
    )


@transaction.atomic
def _connect(consent: MailboxConsent, provider: OAuthProvider, account: str, tokens: Tokens) -> Mailbox:
    """The permission takes the place of a password, or of another permission."""
    mailbox = Mailbox.objects.select_for_update().filter(company_id=consent.company_id).first()
    mailbox = mailbox or Mailbox(company_id=consent.company_id)
    was_active = mailbox.is_active
    former = MailboxGrant.objects.filter(mailbox=mailbox).first()
    if former and (mailbox.kind != provider.kind or former.account.casefold() != account.casefold()):
        grants.forget(mailbox)
    mailbox.kind = MailboxKind(provider.kind)
    # A domain with an Ñ stays as it was typed; all else, as the provider has it.
    typed = consent.from_email
    is_typed = not typed.isascii() and comparable(account) == comparable(typed)
    mailbox.from_email = typed if is_typed else account
    mailbox.from_name = consent.from_name
    mailbox.permit_fault = ""
    mailbox.secret_changed_at = timezone.now()
    vault.put(mailbox, "password", None)
    mailbox.save()
    grants.keep(mailbox, account, tokens)
    if was_active:
        mailbox_stopped.settings_changed(mailbox)
    return mailbox


# --- once a day, and at the end


def queue_probes() -> int:
    """Queues a probe of every permission that was not proved for a day; returns how many."""
    MailboxConsent.objects.filter(created_at__lt=timezone.now() - PROBE_EVERY).delete()
    under_way = GrantProbe.objects.filter(state__in=[GrantProbe.State.QUEUED, GrantProbe.State.RUNNING])
    oldest, newest = young(timezone.now(), PROBE_EVERY)
    due = MailboxGrant.objects.filter(
        Q(proved_at__lt=oldest) | Q(proved_at__gt=newest),
        mailbox__permit_fault="",
        mailbox__company__deleted_at=None,
    ).exclude(mailbox__in=under_way.values("mailbox"))
    probes = [GrantProbe(mailbox_id=pk) for pk in due.values_list("mailbox_id", flat=True)[:BATCH]]
    with transaction.atomic():
        for probe in GrantProbe.objects.bulk_create(probes):
            probe.enqueue()
    return len(probes)


def probe(job: GrantProbe) -> None:
    """Asks for a new token; a permission that is dead takes the mailbox out of use, and the company is told.

    Raises RetryLater while the provider says neither yes nor no.
    """
    mailbox = job.mailbox
    digest, code = mailbox.digest(), "ok"
    if mailbox.is_permitted:
        try:
            grants.refreshed(mailbox, prove=True)
        except OAuthFailed as failed:
            code = failed.code
    is_sure = code == "ok" or remedy_of(code) is not Remedy.LATER
    if not is_sure and timezone.now() < job.created_at + PROBE_EVERY:
        raise RetryLater(NEXT_TRY)
    with job.settle():
        job.code = code
        job.save(update_fields=["code"])
        mailbox = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        if code != "ok" and is_sure and mailbox.digest() == digest:
            mailbox_stopped.permit_ended(mailbox, code)


def revoke(job: Revocation) -> None:
    """Gives a permission back. Raises RetryLater while the provider does not answer, for a day."""
    token = vault.take(job, "token")
    if token and not grants.is_held(job.kind, job.account):
        try:
            OAuthClient(PROVIDERS[job.kind]).revoke(token)
        except OAuthFailed:
            if timezone.now() < job.give_up_at:
                raise RetryLater(NEXT_TRY) from None
    with job.settle():
        job.token = None
        job.save(update_fields=["token"])

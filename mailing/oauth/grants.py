"""The permission of a mailbox: kept, used, refreshed once whoever asks, and given back."""

from datetime import timedelta

from django.db import OperationalError, transaction
from django.utils import timezone

from facturamos import vault
from facturamos.vault import Secret
from mailing.models import Mailbox
from mailing.oauth.answers import Tokens
from mailing.oauth.client import OAuthClient, OAuthFailed
from mailing.oauth.models import MailboxGrant, Revocation
from mailing.oauth.providers import PROVIDERS, OAuthProvider

# An access token is not begun with when it ends this soon.
LEEWAY = timedelta(seconds=60)
REVOKE_FOR = timedelta(days=1)


def provider_of(mailbox: Mailbox) -> OAuthProvider:
    """Who gives permission for a mailbox; KeyError for one that sends by a password."""
    return PROVIDERS[mailbox.kind]


def keep(mailbox: Mailbox, account: str, tokens: Tokens) -> None:
    """Stores what a consent gave, in the place of what there was; call it in a transaction."""
    grant = MailboxGrant.objects.select_for_update().filter(mailbox=mailbox).first()
    grant = grant or MailboxGrant(mailbox=mailbox)
    grant.account = account[:254]
    grant.secret_changed_at = timezone.now()
    _put(grant, tokens)
    grant.save()


def _put(grant: MailboxGrant, tokens: Tokens) -> None:
    now = timezone.now()
    vault.put(grant, "access_token", tokens.access)
    grant.access_until = now + timedelta(seconds=tokens.expires_in)
    grant.proved_at = now
    if tokens.refresh:
        vault.put(grant, "refresh_token", tokens.refresh)


def access_token(mailbox: Mailbox, *, refused: Secret | None = None) -> Secret:
    """A token to send with: the one there is, or a new one. Raises OAuthFailed.

    `refused` is one that the provider did not take, whatever its time. Many may ask at once: the first
    refreshes, and the others find what it got.
    """
    grant = MailboxGrant.objects.filter(mailbox=mailbox).first()
    if grant and (token := _usable(grant, refused)):
        return token
    return refreshed(mailbox, refused=refused)


def refreshed(mailbox: Mailbox, *, refused: Secret | None = None, prove: bool = False) -> Secret:
    """A token, by asking the provider unless somebody else just did; with `prove` in any case.

    The row is locked while the provider is asked: two refreshes at once would leave us with the older of two
    refresh tokens. Raises OAuthFailed.
    """
    try:
        with transaction.atomic():
            grant = MailboxGrant.objects.select_for_update().filter(mailbox=mailbox).first()
            known = vault.take(grant, "refresh_token") if grant else None
            if grant is None or known is None:
                raise OAuthFailed("permit_none")
            if not prove and (token := _usable(grant, refused)):
                return token
            tokens = OAuthClient(provider_of(mailbox)).refresh(known)
            _put(grant, tokens)
            grant.save(update_fields=["refresh_token", "access_token", "access_until", "proved_at"])
            return tokens.access
    except OperationalError:
        # Whoever holds the row is still asking.
        raise OAuthFailed("oauth_no_answer") from None


def _usable(grant: MailboxGrant, refused: Secret | None) -> Secret | None:
    if grant.access_until is None or grant.access_until < timezone.now() + LEEWAY:
        return None
    token = vault.take(grant, "access_token")
    if token is None or (refused is not None and token.reveal() == refused.reveal()):
        return None
    return token


def give_back(provider: OAuthProvider, account: str, token: Secret) -> None:
    """Queues that a permission is given back, where its provider takes it."""
    if provider.revoke is None:
        return
    revocation = Revocation(kind=provider.kind, account=account[:254], give_up_at=timezone.now() + REVOKE_FOR)
    vault.put(revocation, "token", token)
    revocation.save()
    revocation.enqueue()


def is_held(kind: str, account: str) -> bool:
    """Whether a mailbox has a permission of this account: a provider takes back all of them together."""
    return MailboxGrant.objects.filter(mailbox__kind=kind, account__iexact=account).exists()


def forget(mailbox: Mailbox) -> None:
    """Removes the permission of a mailbox, and queues that it is given back; nothing where there is none."""
    grant = MailboxGrant.objects.select_for_update().filter(mailbox=mailbox).first()
    if grant is None:
        return
    token = vault.take(grant, "refresh_token")
    if token and mailbox.kind in PROVIDERS:
        give_back(provider_of(mailbox), grant.account, token)
    grant.delete()


def give_up(mailbox: Mailbox) -> None:
    """Without its permission, which is given back, it is out of use until it is connected anew."""
    if mailbox.is_permitted:
        forget(mailbox)
        mailbox.withdraw("permit_none")

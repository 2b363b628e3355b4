"""Who takes mail without a password: Google by Gmail's API, Microsoft by Graph. Plain data.

Not by SMTP: for that Google wants the scope `https://mail.google.com/`, which a yearly assessment goes with,
and Microsoft's tenants have SMTP switched off. The hosts are fixed here; no setting names another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from mailing.addresses import comparable
from mailing.doctor.provider_catalogue import GOOGLE as GMAIL
from mailing.doctor.provider_catalogue import MICROSOFT as MICROSOFT_365
from mailing.doctor.provider_catalogue import OUTLOOK, Provider


@dataclass(frozen=True)
class Endpoint:
    """A host and a path of it."""

    host: str
    path: str

    @property
    def url(self) -> str:
        """As a browser would ask for it."""
        return f"https://{self.host}{self.path}"


@dataclass(frozen=True)
class OAuthProvider:
    """One that gives permission. `kind`: as a mailbox has it, in addresses and in settings."""

    kind: str
    name: str
    authorize: Endpoint
    token: Endpoint
    send: Endpoint
    scopes: Sequence[str]
    # The scope without which no mail can be sent, as it may be spelled in an answer.
    sends: Sequence[str]
    # What the page of consent is asked besides.
    asks: Mapping[str, str]
    # Where a permission is given back; None where only the person can take it away.
    revoke: Endpoint | None
    # The provider's own page where a person sees and ends permissions.
    permissions_page: str
    # Who in the doctor's catalogue has their mailboxes here.
    catalogued: Sequence[Provider] = field(default_factory=tuple)
    # Domains whose mailboxes are the same whatever dots are in the name.
    dotless: Sequence[str] = ()

    @property
    def hosts(self) -> frozenset[str]:
        """Every host that the site itself connects to for it."""
        ends = (self.token, self.send, self.revoke)
        return frozenset(end.host for end in ends if end)


GOOGLE = OAuthProvider(
    kind="google",
    name="Google",
    authorize=Endpoint("accounts.google.com", "/o/oauth2/v2/auth"),
    token=Endpoint("oauth2.googleapis.com", "/token"),
    send=Endpoint("gmail.googleapis.com", "/gmail/v1/users/me/messages/send"),
    scopes=("openid", "email", "https://www.googleapis.com/auth/gmail.send"),
    sends=("https://www.googleapis.com/auth/gmail.send",),
    # Without `prompt` a second consent gives no refresh token.
    asks={"access_type": "offline", "prompt": "consent"},
    revoke=Endpoint("oauth2.googleapis.com", "/revoke"),
    permissions_page="https://myaccount.google.com/connections",
    catalogued=(GMAIL,),
    dotless=("gmail.com", "googlemail.com"),
)
MICROSOFT = OAuthProvider(
    kind="microsoft",
    name="Microsoft",
    # Of every organisation, and of personal accounts.
    authorize=Endpoint("login.microsoftonline.com", "/common/oauth2/v2.0/authorize"),
    token=Endpoint("login.microsoftonline.com", "/common/oauth2/v2.0/token"),
    send=Endpoint("graph.microsoft.com", "/v1.0/me/sendMail"),
    scopes=("openid", "email", "offline_access", "https://graph.microsoft.com/Mail.Send"),
    sends=("https://graph.microsoft.com/Mail.Send", "Mail.Send"),
    asks={"response_mode": "query", "prompt": "select_account"},
    revoke=None,
    permissions_page="https://myapps.microsoft.com/",
    catalogued=(MICROSOFT_365, OUTLOOK),
)
PROVIDERS = {provider.kind: provider for provider in (GOOGLE, MICROSOFT)}


def by_catalogue(provider: Provider | None) -> OAuthProvider | None:
    """Who gives permission for the mailboxes of a provider that the doctor knows; None: nobody does."""
    owners = (owner for owner in PROVIDERS.values() if provider in owner.catalogued)
    return next(owners, None) if provider else None


def same_mailbox(provider: OAuthProvider, one: str, other: str) -> bool:
    """Whether two addresses are one mailbox: letter case never tells them apart, nor how a
    domain with an Ñ is written; at Gmail neither do dots.
    """
    return _mailbox(provider, one) == _mailbox(provider, other)


def _mailbox(provider: OAuthProvider, address: str) -> tuple[str, str]:
    name, _, domain = comparable(address.strip()).rpartition("@")
    if domain in provider.dotless:
        return name.replace(".", ""), provider.dotless[0]
    return name, domain

"""What the pages show of a mailbox without a password."""

from dataclasses import dataclass

from django.conf import settings

from mailing.models import Mailbox
from mailing.oauth.client import OAuthClient
from mailing.oauth.examination import told
from mailing.oauth.providers import PROVIDERS, OAuthProvider
from mailing.oauth.sentences import Remedy, remedy_of


@dataclass(frozen=True)
class PermitOverview:
    """`kind` and `name` of the provider; why it does not let the mailbox send, if so, and what to do.

    `to_forward`: a text for the administrator, where only that person can help; `approval_url`: the address
    in it.
    """

    kind: str
    name: str
    permissions_page: str
    message: str = ""
    action: str = ""
    to_forward: str = ""
    approval_url: str = ""


def permit_overview(mailbox: Mailbox) -> PermitOverview | None:
    """See PermitOverview; None of a mailbox that sends by a password. No query."""
    if not mailbox.is_permitted:
        return None
    provider = PROVIDERS[mailbox.kind]
    if not mailbox.permit_fault:
        return PermitOverview(provider.kind, provider.name, provider.permissions_page)
    return fault_overview(provider, mailbox.permit_fault, mailbox.from_email)


def fault_overview(provider: OAuthProvider, code: str, email: str, said: str = "") -> PermitOverview:
    """What went wrong, at the page of consent or later."""
    message, action = told(code, provider.kind, email, said)
    asks_admin = remedy_of(code) is Remedy.ADMINISTRATOR and "abajo" in action
    to_forward = for_administrator(provider, email) if asks_admin else ""
    return PermitOverview(
        provider.kind,
        provider.name,
        provider.permissions_page,
        message,
        action,
        to_forward,
        OAuthClient(provider).admin_consent_url() if to_forward and provider.kind == "microsoft" else "",
    )


def for_administrator(provider: OAuthProvider, email: str) -> str:
    """A text to forward: who asks, for what, and where to say yes."""
    known = settings.OAUTH_CLIENTS[provider.kind][0]
    lines = [
        "Buen día:",
        f"{email} quiere enviar sus facturas con {settings.SITE_NAME} ({settings.SITE_URL}) desde su propio "
        f"correo, y {provider.name} pide que usted lo permita.",
        f"Identificador de la aplicación: {known}",
    ]
    if provider.kind == "microsoft":
        lines += [
            "Permiso: Mail.Send, delegado. Con él la aplicación envía correos en nombre de quien la conecta; "
            "no lee ningún correo.",
            f"Para aprobarlo: {OAuthClient(provider).admin_consent_url()}",
        ]
    else:
        lines += [
            "Permiso: gmail.send. Con él la aplicación envía correos en nombre de quien la conecta; no lee "
            "ningún correo.",
            "Para permitirlo: admin.google.com, Seguridad, Control de acceso y datos, Controles de la API, "
            "«Administrar el acceso de las aplicaciones de terceros», con ese identificador.",
        ]
    return "\n\n".join(lines)

"""What may go wrong with a permission to send, in the providers' own words. Plain data."""

from collections.abc import Mapping
from dataclasses import dataclass

GOOGLE, MICROSOFT = "google", "microsoft"


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP: JSON, or a page as text. Status 0: none at all."""

    status: int
    content: object = ""


@dataclass(frozen=True)
class ConsentMode:
    """How the page of consent may end without a permission: error and description by provider."""

    label: str
    answers: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Mode:
    """What happens after a permission: at which end (token or send), and each provider's answer."""

    label: str
    end: str
    replies: Mapping[str, Reply]


def _google(status: int, reason: str, message: str) -> Reply:
    errors = [{"domain": "global", "reason": reason, "message": message}]
    return Reply(status, {"error": {"code": status, "message": message, "errors": errors}})


def _graph(status: int, code: str, message: str) -> Reply:
    return Reply(status, {"error": {"code": code, "message": message, "innerError": {"request-id": "0f"}}})


def _entra(error: str, number: int, message: str, status: int = 400) -> Reply:
    said = f"AADSTS{number}: {message} Trace ID: 00000000 Correlation ID: 00000000"
    return Reply(status, {"error": error, "error_description": said, "error_codes": [number]})


def _dead(message: str) -> Reply:
    return Reply(400, {"error": "invalid_grant", "error_description": message})


AT_CONSENT = {
    "cancel": ConsentMode(
        "Cancelar",
        {
            GOOGLE: ("access_denied", ""),
            MICROSOFT: ("access_denied", "AADSTS65004: User declined to consent to access the app."),
        },
    ),
    "admin": ConsentMode(
        "Hace falta un administrador",
        {
            GOOGLE: ("admin_policy_enforced", ""),
            MICROSOFT: ("access_denied", "AADSTS90094: The grant requires admin permission."),
        },
    ),
    "admin_first": ConsentMode(
        "Nadie de la organización ha dado el permiso",
        {
            GOOGLE: ("access_denied", "The developer's access is blocked by your admin."),
            MICROSOFT: ("consent_required", "AADSTS65001: The user or administrator has not consented."),
        },
    ),
    "not_ready": ConsentMode(
        "El proveedor está caído",
        {
            GOOGLE: ("server_error", ""),
            MICROSOFT: ("temporarily_unavailable", "AADSTS90033: A transient error has occurred."),
        },
    ),
}
_BUSY = {
    "error": "temporarily_unavailable",
    "error_description": "AADSTS90033: A transient error has occurred.",
}
MODES = {
    # --- when a token is asked for
    "dead": Mode(
        "el permiso se retiró, o cambió la contraseña",
        "token",
        {
            GOOGLE: _dead("Token has been expired or revoked."),
            MICROSOFT: _entra(
                "invalid_grant",
                50173,
                "The provided grant has expired due to it being revoked.",
            ),
        },
    ),
    "unused": Mode(
        "90 días sin usarse",
        "token",
        {MICROSOFT: _entra("invalid_grant", 700082, "The refresh token has expired due to inactivity.")},
    ),
    "second_factor": Mode(
        "piden un segundo factor",
        "token",
        {
            MICROSOFT: _entra(
                "interaction_required", 50076, "You must use multi-factor authentication to access."
            )
        },
    ),
    "policy": Mode(
        "acceso condicional",
        "token",
        {MICROSOFT: _entra("invalid_grant", 53003, "Access is blocked by Conditional Access policies.")},
    ),
    "consent_withdrawn": Mode(
        "el administrador retiró la aprobación",
        "token",
        {
            MICROSOFT: _entra("invalid_grant", 65001, "The user or administrator has not consented."),
        },
    ),
    "account_blocked": Mode(
        "la cuenta está bloqueada",
        "token",
        {MICROSOFT: _entra("invalid_grant", 50057, "The user account is disabled.")},
    ),
    "secret": Mode(
        "el secreto del sitio venció",
        "token",
        {
            GOOGLE: Reply(
                401, {"error": "invalid_client", "error_description": "The OAuth client was not found."}
            ),
            MICROSOFT: _entra("invalid_client", 7000222, "The provided client secret keys are expired.", 401),
        },
    ),
    "busy": Mode(
        "el proveedor está ocupado",
        "token",
        {GOOGLE: Reply(503, {"error": "backendError"}), MICROSOFT: Reply(503, _BUSY)},
    ),
    "silent": Mode("el proveedor no contesta", "token", {GOOGLE: Reply(0), MICROSOFT: Reply(0)}),
    "other_page": Mode(
        "contesta una página",
        "token",
        dict.fromkeys((GOOGLE, MICROSOFT), Reply(200, "<html><h1>Bienvenido al hotel</h1></html>")),
    ),
    # --- when a mail is sent
    "rate": Mode(
        "límite de envíos",
        "send",
        {
            GOOGLE: _google(429, "rateLimitExceeded", "User-rate limit exceeded. Retry after 2026-11-29"),
            MICROSOFT: _graph(429, "ApplicationThrottled", "Over the MailboxConcurrency limit."),
        },
    ),
    "day_limit": Mode(
        "límite del día",
        "send",
        {
            GOOGLE: _google(403, "dailyLimitExceeded", "Daily Limit Exceeded."),
            MICROSOFT: _graph(403, "ErrorExceededMessageLimit", "The daily message limit was exceeded."),
        },
    ),
    "no_mailbox": Mode(
        "la cuenta no tiene buzón",
        "send",
        {
            GOOGLE: _google(400, "failedPrecondition", "Mail service not enabled"),
            MICROSOFT: _graph(
                404,
                "MailboxNotEnabledForRESTAPI",
                "The mailbox is inactive, or on-premise.",
            ),
        },
    ),
    "send_as": Mode(
        "no puede enviar con esa dirección",
        "send",
        {
            MICROSOFT: _graph(
                403, "ErrorSendAsDenied", "The user account does not have the right to send mail as the From."
            )
        },
    ),
    "scope": Mode(
        "el permiso no incluye enviar",
        "send",
        {
            GOOGLE: _google(
                403, "insufficientPermissions", "Request had insufficient authentication scopes."
            ),
            MICROSOFT: _graph(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again."),
        },
    ),
    "api_off": Mode(
        "el sitio no tiene encendida la API",
        "send",
        {GOOGLE: _google(403, "accessNotConfigured", "Gmail API has not been used in project 1 before.")},
    ),
    "recipient": Mode(
        "el destinatario no sirve",
        "send",
        {
            GOOGLE: _google(400, "invalidArgument", "Invalid To header"),
            MICROSOFT: _graph(400, "ErrorInvalidRecipients", "At least one recipient is not valid."),
        },
    ),
    "large": Mode(
        "el correo es demasiado grande",
        "send",
        {
            GOOGLE: _google(413, "uploadTooLarge", "Request Entity Too Large"),
            MICROSOFT: _graph(413, "ErrorMessageSizeExceeded", "The message exceeds the maximum size."),
        },
    ),
    "down": Mode(
        "el servicio de envío está caído",
        "send",
        {
            GOOGLE: _google(503, "backendError", "Backend Error"),
            MICROSOFT: _graph(503, "serviceNotAvailable", "Service unavailable."),
        },
    ),
    "hangs": Mode("el envío no contesta", "send", {GOOGLE: Reply(0), MICROSOFT: Reply(0)}),
}

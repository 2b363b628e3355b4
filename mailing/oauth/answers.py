"""What the three endpoints answer, read into a code of `sentences`. Pure: no network, no database.

Sources: Google's «OAuth 2.0 for Web Server Applications» and «Resolve errors» of Gmail's API; Microsoft's
«Authentication and authorization error codes» (AADSTS…) and Graph's «Error responses».
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from facturamos.vault import Secret

# What Microsoft says is in the number; OAuth's own word for it may be any.
_AADSTS = re.compile(r"AADSTS(\d{5,7})")
AADSTS_CODES = {
    # An administrator must consent, or has blocked consent by users.
    **dict.fromkeys(
        ("65001", "90008", "90093", "90094", "90095", "900941", "900943", "90099", "650056"), "permit_admin"
    ),
    # Conditional access, a device that is not managed, an application that is not assigned or blocked, a
    # service that the organisation has not. Whatever begins with 530 is one of these, unless it is below.
    **dict.fromkeys(
        (
            *("53011", "50131", "50097", "50129", "50105", "500113", "7000112", "65002", "500212", "50020"),
            *("650052", "700003", "7000113", "50127", "50187"),
        ),
        "permit_policy",
    ),
    "65004": "permit_cancelled",
    # The password changed; 90 days without use; withdrawn.
    **dict.fromkeys(("50173", "700082", "70008", "70043", "700084", "50133", "50132"), "permit_dead"),
    # A second factor, a password that expired, a session that ended: the person must sign in.
    **dict.fromkeys(
        (
            "50055",
            "50058",
            "50072",
            "50074",
            "50076",
            "50078",
            "50079",
            "50142",
            "50144",
            "16000",
            "50158",
            "530004",
            "53004",
        ),
        "permit_sign_in",
    ),
    **dict.fromkeys(("50057", "50053", "50034", "51004", "50177"), "account_blocked"),
    # The code of consent was used before, or is too old.
    **dict.fromkeys(("54005", "70002", "501481", "700005"), "permit_stale"),
    # Ours: secret wrong or expired, application or address of return unknown.
    **dict.fromkeys(
        (
            *("7000215", "7000222", "700016", "50011", "500112", "7000218", "90002", "900971", "65005"),
            *("50059", "50001", "500011", "700054", "50194", "900144"),
        ),
        "oauth_site",
    ),
    **dict.fromkeys(("90033", "90024", "90025", "90006", "90012", "50196", "90055", "900382"), "oauth_later"),
}
_POLICY = "530"
# What passes by itself, whatever OAuth's word for it is: a permission must not end by it.
_PASSING = re.compile(r"transient|temporar|try again|throttl|busy|timed? ?out|rate limit", re.IGNORECASE)
# OAuth's own words (RFC 6749, OpenID Connect, Google's).
OAUTH_CODES = {
    "access_denied": "permit_cancelled",
    "consent_required": "permit_admin",
    "admin_policy_enforced": "permit_policy",
    "org_internal": "permit_policy",
    "interaction_required": "permit_sign_in",
    "login_required": "permit_sign_in",
    "invalid_grant": "permit_dead",
    "invalid_scope": "oauth_site",
    "invalid_client": "oauth_site",
    "unauthorized_client": "oauth_site",
    "redirect_uri_mismatch": "oauth_site",
    "invalid_request": "oauth_site",
    "deleted_client": "oauth_site",
    "disabled_client": "oauth_site",
    "unsupported_grant_type": "oauth_site",
    "temporarily_unavailable": "oauth_later",
    "server_error": "oauth_later",
    "slow_down": "oauth_later",
}
# Of the two services that send: what they call it, in capitals or not, most exact first.
SEND_CODES: Sequence[tuple[str, str]] = (
    (
        r"ACCESS_TOKEN_SCOPE_INSUFFICIENT|insufficientPermissions|insufficient authentication scopes",
        "permit_partial",
    ),
    (r"accessNotConfigured|SERVICE_DISABLED|CONSUMER_INVALID", "oauth_site"),
    (r"ErrorSubmissionQuotaExceeded|SubmissionQuota", "rate"),
    (r"ErrorQuotaExceeded|StorageQuota|mailbox quota", "quota"),
    (r"rateLimitExceeded|userRateLimitExceeded|dailyLimitExceeded|quotaExceeded|RATE_LIMIT_EXCEEDED", "rate"),
    (r"ErrorExceededMessageLimit|ErrorMessageSubmissionBlocked|ApplicationThrottled|ErrorServerBusy", "rate"),
    (r"Mail service not enabled|MailboxNotEnabledForRESTAPI|MailboxNotSupportedForRESTAPI", "permit_mailbox"),
    (r"ErrorNonExistentMailbox|MailboxNotHostedInExchangeOnline|ErrorInvalidUser", "permit_mailbox"),
    (r"ErrorMailboxMoveInProgress|ErrorMailboxStoreUnavailable", "oauth_later"),
    (r"domainPolicy|ErrorAccessDenied|Authorization_RequestDenied", "permit_policy"),
    (r"ErrorAccountSuspend|accountDisabled|delegationDenied", "account_blocked"),
    (r"ErrorSendAsDenied|SendAsDenied", "sender_not_allowed"),
    (r"ErrorInvalidRecipients|Invalid To header|Recipient address required", "recipient_refused"),
    (
        r"ErrorMessageSizeExceeded|ErrorMessageSize|RequestBodyTooLarge|uploadTooLarge|message too large|"
        r"payload size exceeds",
        "too_large",
    ),
)
STATUS_CODES = {401: "permit_dead", 413: "too_large", 429: "rate", 403: "permit_policy", 408: "oauth_later"}


@dataclass(frozen=True)
class Tokens:
    """What a token endpoint gave. `refresh` is empty where the former one stays good."""

    access: Secret
    refresh: Secret
    identity: Secret
    # Seconds.
    expires_in: int
    # As the provider spells them; empty where it says none.
    scopes: tuple[str, ...]


def read_error(error: str, description: str = "") -> str:
    """The code for an error of the page of consent or of a token endpoint."""
    for number in _AADSTS.findall(description):
        if code := AADSTS_CODES.get(number, "permit_policy" if number.startswith(_POLICY) else ""):
            return code
    if _PASSING.search(description):
        return "oauth_later"
    # Google's own word for what an administrator of Workspace has forbidden.
    if error == "access_denied" and "admin" in description.lower():
        return "permit_policy"
    return OAUTH_CODES.get(error, "oauth_unknown")


def read_sending(status: int, content: bytes) -> str:
    """The code for what a sending service answered; empty when it took the mail."""
    if status in (200, 202):
        return ""
    text = content[:8192].decode("utf-8", "replace")
    for pattern, code in SEND_CODES:
        if re.search(pattern, text, re.IGNORECASE):
            return code
    if status >= 500:
        return "oauth_later"
    return STATUS_CODES.get(status, "message_refused")


def object_of(content: bytes) -> Mapping[str, object]:
    """A JSON object; an empty one where there is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}

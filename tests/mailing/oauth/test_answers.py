"""What the providers say, read into a code; every code has its sentence, and says who can mend it."""

import pytest

from facturamos.devserver.oauth_modes import AT_CONSENT, MODES
from mailing.oauth import answers
from mailing.oauth.answers import object_of, read_error, read_sending
from mailing.oauth.examination import told
from mailing.oauth.sentences import OAUTH_ADVICE, Remedy, remedy_of

LATER, RECONNECT, ADMINISTRATOR = Remedy.LATER, Remedy.RECONNECT, Remedy.ADMINISTRATOR


@pytest.mark.parametrize(
    ("error", "description", "remedy"),
    [
        ("invalid_grant", "Token has been expired or revoked.", RECONNECT),
        ("invalid_grant", "Bad Request", RECONNECT),
        ("invalid_grant", "Account has been deleted", RECONNECT),
        ("invalid_grant", "AADSTS50173: The provided grant has expired due to it being revoked.", RECONNECT),
        ("invalid_grant", "AADSTS700082: The refresh token has expired due to inactivity.", RECONNECT),
        ("interaction_required", "AADSTS50076: Due to a configuration change … MFA", RECONNECT),
        ("invalid_grant", "AADSTS50076: Due to a configuration change … MFA", RECONNECT),
        ("invalid_grant", "AADSTS50078: Presented multi-factor authentication has expired", RECONNECT),
        ("invalid_grant", "AADSTS65001: The user or administrator has not consented", ADMINISTRATOR),
        ("consent_required", "", ADMINISTRATOR),
        ("access_denied", "AADSTS90094: The grant requires admin permission", ADMINISTRATOR),
        ("admin_policy_enforced", "", ADMINISTRATOR),
        ("org_internal", "", ADMINISTRATOR),
        ("invalid_grant", "AADSTS53003: Access has been blocked by Conditional Access", ADMINISTRATOR),
        ("invalid_grant", "AADSTS50057: The user account is disabled", ADMINISTRATOR),
        ("access_denied", "AADSTS50105: not assigned to a role for the application", ADMINISTRATOR),
        ("access_denied", "", RECONNECT),
        ("access_denied", "AADSTS65004: User declined to consent", RECONNECT),
        ("invalid_client", "AADSTS7000222: The provided client secret keys are expired", LATER),
        ("invalid_client", "AADSTS7000215: Invalid client secret provided", LATER),
        ("unauthorized_client", "AADSTS700016: Application was not found in the directory", LATER),
        ("redirect_uri_mismatch", "", LATER),
        ("temporarily_unavailable", "AADSTS90033: A transient error has occurred", LATER),
        ("server_error", "", LATER),
        ("algo_nuevo", "", LATER),
        ("invalid_grant", "AADSTS530032: Tenant security policy does not allow this request.", ADMINISTRATOR),
        ("invalid_grant", "AADSTS530031: Access policy does not allow token issuance.", ADMINISTRATOR),
        ("invalid_grant", "AADSTS530035: Access has been blocked by security defaults.", ADMINISTRATOR),
        ("invalid_grant", "AADSTS530099: a policy that is new", ADMINISTRATOR),
        ("invalid_grant", "AADSTS530004: AcceptCompliantDevice setting is not configured", RECONNECT),
        ("invalid_grant", "AADSTS53011: User blocked due to risk on home tenant.", ADMINISTRATOR),
        ("invalid_grant", "AADSTS50131: Device is not in required device state", ADMINISTRATOR),
        ("invalid_grant", "AADSTS50097: Device authentication is required.", ADMINISTRATOR),
        ("invalid_grant", "AADSTS51004: The user account does not exist in the directory", ADMINISTRATOR),
        ("interaction_required", "AADSTS50129: Device is not workplace joined.", ADMINISTRATOR),
        ("invalid_client", "AADSTS650052: The app needs access to a service", ADMINISTRATOR),
        ("access_denied", "AADSTS900971: No reply address provided", LATER),
        ("access_denied", "AADSTS65005: The application required resource access list", LATER),
        ("invalid_grant", "AADSTS90024: RequestBudgetExceededError - A transient error", LATER),
        ("invalid_grant", "AADSTS9999999: A transient error has occurred. Please try again.", LATER),
        ("access_denied", "AADSTS90008: The user or administrator has not consented", ADMINISTRATOR),
        ("access_denied", "AADSTS90093: Calling principal cannot consent", ADMINISTRATOR),
        ("access_denied", "AADSTS7000113: Application is not authorized", ADMINISTRATOR),
        ("invalid_grant", "AADSTS700003: Device object was not found in the tenant", ADMINISTRATOR),
        ("invalid_grant", "AADSTS50127: User needs to install a broker app", ADMINISTRATOR),
        ("invalid_grant", "AADSTS50142: Password change is required", RECONNECT),
        ("invalid_grant", "AADSTS700005: Authorization Code is intended for another tenant", RECONNECT),
        ("invalid_grant", "AADSTS50059: No tenant-identifying information found", LATER),
        ("invalid_grant", "AADSTS700054: response_type is not enabled for the application", LATER),
        ("invalid_resource", "AADSTS500011: The resource principal was not found", LATER),
        ("rate_limit_exceeded", "Rate Limit Exceeded", LATER),
        ("", "", LATER),
        ("invalid_grant", "AADSTS9999999: something new", RECONNECT),
    ],
)
def test_an_error_says_who_can_mend_it(error: str, description: str, remedy: Remedy) -> None:
    assert remedy_of(read_error(error, description)) is remedy


@pytest.mark.parametrize(
    ("status", "content", "code"),
    [
        (200, b"{}", ""),
        (202, b"", ""),
        (401, b'{"error":{"status":"UNAUTHENTICATED"}}', "permit_dead"),
        (403, b'{"error":{"errors":[{"reason":"userRateLimitExceeded"}]}}', "rate"),
        (403, b'{"error":{"details":[{"reason":"ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]}}', "permit_partial"),
        (403, b'{"error":{"details":[{"reason":"SERVICE_DISABLED"}]}}', "oauth_site"),
        (403, b'{"error":{"message":"Request had insufficient authentication scopes."}}', "permit_partial"),
        (400, b'{"error":{"message":"Request payload size exceeds the limit"}}', "too_large"),
        (429, b"<html>", "rate"),
        (404, b'{"error":{"code":"MailboxNotEnabledForRESTAPI"}}', "permit_mailbox"),
        (403, b'{"error":{"code":"ErrorSendAsDenied"}}', "sender_not_allowed"),
        (500, b"", "oauth_later"),
        (503, b'{"error":{"code":"ErrorServerBusy"}}', "rate"),
        (413, b"", "too_large"),
        (400, b'{"error":{"code":400,"message":"Message too large"}}', "too_large"),
        (403, b'{"error":{"code":"ErrorQuotaExceeded","message":"The mailbox quota was exceeded"}}', "quota"),
        (507, b'{"error":{"code":"errorquotaexceeded"}}', "quota"),
        (400, b'{"error":{"code":"ErrorSubmissionQuotaExceeded"}}', "rate"),
        (403, b'{"error":{"errors":[{"reason":"quotaExceeded"}]}}', "rate"),
        (404, b'{"error":{"code":"ErrorInvalidUser"}}', "permit_mailbox"),
        (400, b"\xff\xfe", "message_refused"),
        (302, b"", "message_refused"),
    ],
)
def test_a_refused_mail_says_why(status: int, content: bytes, code: str) -> None:
    assert read_sending(status, content) == code


def test_every_code_has_its_sentence_at_both_providers() -> None:
    codes = {*answers.AADSTS_CODES.values(), *answers.OAUTH_CODES.values(), *answers.STATUS_CODES.values()}
    codes |= {code for _pattern, code in answers.SEND_CODES}

    assert codes <= set(OAUTH_ADVICE)
    for code in OAUTH_ADVICE:
        for kind in ("google", "microsoft"):
            said = " ".join(told(code, kind, "ventas@panaderia.mx", "otra@example.com"))
            assert "{" not in said
            assert len(said) < 500


def test_each_mode_of_the_stand_ins_is_known() -> None:
    unknown = {"oauth_unknown", "message_refused"}
    for end in AT_CONSENT.values():
        for error, description in end.answers.values():
            assert read_error(error, description) not in unknown
    for mode in MODES.values():
        for reply in mode.replies.values():
            if mode.end == "token" and isinstance(reply.content, dict) and reply.status < 500:
                said = reply.content
                assert read_error(said["error"], said.get("error_description", "")) not in unknown


@pytest.mark.parametrize("content", [b"", b"[]", b"1", b"null", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_an_empty_one(content: bytes) -> None:
    assert object_of(content) == {}

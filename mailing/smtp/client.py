"""Our SMTP client: where it may connect to, TLS that is verified, and one conversation from greeting to mail.

Credentials leave only over TLS whose certificate was verified, and they are not in the transcript.
"""

import base64
import hmac
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Collection
from contextlib import suppress

from facturamos import public_hosts
from facturamos.vault import Secret
from mailing.smtp.protocol import (
    PORTS,
    Failure,
    MailEnvelope,
    Security,
    Server,
    SmtpLimits,
    Stage,
    Transcript,
)
from mailing.smtp.wire import Wire

# A name may have a hundred addresses, each good for a while of waiting.
MOST_ADDRESSES = 4
# Tried in this order, over TLS alone; each may send the password once.
MECHANISMS = ("PLAIN", "LOGIN", "CRAM-MD5")
MOST_SIGN_INS = 2
# Refusals of the account, not of the way it was asked: another way only counts against a limit.
_OF_THE_ACCOUNT = re.compile(rb"\b5\.7\.(9|14|30|139)\b|app\S*[ -]password", re.IGNORECASE)


class Conversation(Wire):
    """One conversation. Use as a context manager: it closes the connection whatever happens."""

    def __init__(
        self,
        server: Server,
        *,
        allowed: Collection[str],
        hello: str = "localhost",
        limits: SmtpLimits | None = None,
        reached: Callable[[Stage], None] = lambda stage: None,
        lookup: public_hosts.Lookup = public_hosts.system_lookup,
    ) -> None:
        """`allowed`: see public_hosts.resolve. `reached` is told of each stage as it begins."""
        self.limits = limits or SmtpLimits()
        super().__init__(hello=hello, seconds=self.limits.total, transcript=Transcript())
        self.server = server
        self.allowed = allowed
        self.reached = reached
        self.lookup = lookup
        self.verified = False

    # --- the way to a signed-in connection

    def open(self) -> None:
        """Finds, connects, secures and signs in. Raises Failure."""
        security = self.server.security
        self._enter(Stage.SERVER)
        addresses = self._resolve()
        self._enter(Stage.CONNECTION)
        self.sock = self._connect_any(addresses)
        if security is Security.TLS:
            self._enter(Stage.SECURITY)
            self._secure()
        self._greet()
        if security is Security.STARTTLS:
            self._enter(Stage.SECURITY)
            self._start_tls()
        if self.server.password is not None:
            self._enter(Stage.SIGN_IN)
            self._sign_in(self.server.password)

    def _enter(self, stage: Stage) -> None:
        self.stage = stage
        self.reached(stage)

    def _resolve(self) -> list[str]:
        host, port = self.server.host, self.server.port
        try:
            return public_hosts.resolve(
                host,
                port,
                seconds=self.left(self.limits.lookup),
                allowed=self.allowed,
                ports=PORTS,
                lookup=self.lookup,
            )
        except public_hosts.Blocked as blocked:
            raise self.fail(blocked.code) from None

    def _connect_any(self, addresses: list[str]) -> socket.socket:
        """Connects to the first address that answers; a host without IPv6 must not fail for it."""
        ends = time.monotonic() + self.limits.connect
        failure = self.fail("timeout")
        addresses = addresses[:MOST_ADDRESSES]
        for place, address in enumerate(addresses):
            waiting = len(addresses) - place
            seconds = self.left((ends - time.monotonic()) / waiting)
            try:
                return socket.create_connection((address, self.server.port), timeout=seconds)
            except TimeoutError:
                failure = self.fail("timeout")
            except ConnectionRefusedError:
                failure = self.fail("refused")
            except OSError:
                failure = self.fail("unreachable")
        raise failure

    def _greet(self) -> None:
        code, text = self._first_reply()
        if code != 220:
            raise self.fail("greeting_refused", code, text)
        self._say_hello()

    def _first_reply(self) -> tuple[int, bytes]:
        ends = self.ends
        self.ends = min(ends, time.monotonic() + self.limits.greeting)
        try:
            return self.getreply()
        except Failure as failure:
            # A server that speaks TLS from the start waits for us to begin.
            if failure.code == "timeout" and self.server.security is not Security.TLS:
                raise self.fail("silent") from None
            raise
        finally:
            self.ends = ends

    def _say_hello(self) -> None:
        code, text = self.ehlo()
        if not 200 <= code < 300:
            code, text = self.helo()
        if not 200 <= code < 300:
            raise self.fail("hello_refused", code, text)

    def _start_tls(self) -> None:
        if not self.has_extn("starttls"):
            raise self.fail("no_starttls")
        code, text = self.docmd("STARTTLS")
        if code != 220:
            raise self.fail("no_starttls", code, text)
        # Whatever follows the 220 in clear was put there by somebody in between (CVE-2011-0411).
        if self._received:
            raise self.fail("injected")
        self._secure()
        # What was said in clear counts for nothing (RFC 3207, 4.2).
        self.ehlo_resp = self.helo_resp = None
        self.esmtp_features = {}
        self._say_hello()

    def _secure(self) -> None:
        assert self.sock is not None  # noqa: S101
        self.sock.settimeout(self.left(self.limits.handshake))
        try:
            context = ssl.create_default_context()
            # Python 3.13 also refuses what only breaks RFC 5280's form (no AuthorityKeyIdentifier), and says
            # that instead of what is wrong (expired). Companies' own authorities make such, and mail programs
            # take them.
            context.verify_flags &= ~ssl.VERIFY_X509_STRICT
            self.sock = context.wrap_socket(self.sock, server_hostname=_ascii_host(self.server.host))
        except ssl.SSLCertVerificationError as error:
            raise self.fail(_CERTIFICATE_CODES.get(error.verify_code, "certificate_untrusted")) from None
        except TimeoutError:
            raise self.fail("timeout") from None
        except ssl.SSLError as error:
            raise self.fail(_tls_code(error)) from None
        except ValueError:  # a name that no certificate can carry
            raise self.fail("certificate_host") from None
        except OSError:
            raise self.fail("closed") from None
        self.verified = True

    def _sign_in(self, password: Secret) -> None:
        if not self.verified:
            raise self.fail("password_in_clear")
        offered = self.esmtp_features.get("auth", "").upper().split()
        user, word = self.server.username.encode(), password.reveal()
        self.transcript.secrets = _spellings(user, word)
        mechanisms = [name for name in MECHANISMS if name in offered][:MOST_SIGN_INS]
        if not mechanisms:
            raise self.fail("auth_not_offered", text=" ".join(offered))
        code, text = self._auth(mechanisms[0], user, word)
        # Servers that offer PLAIN and take only LOGIN are common.
        if 500 <= code < 600 and code != 534 and mechanisms[1:] and not _OF_THE_ACCOUNT.search(text):
            code, text = self._auth_once_more(mechanisms[1], user, word, (code, text))
        if code != 235:
            raise self.fail("auth_refused", code, text)

    def _auth_once_more(
        self, mechanism: str, user: bytes, word: bytes, first: tuple[int, bytes]
    ) -> tuple[int, bytes]:
        """The second answer where it says more: that the password is wrong, not that the way is unknown."""
        try:
            code, text = self._auth(mechanism, user, word)
        except Failure:
            # Many hang up after a refusal; that the server is slow or gone is not what was wrong.
            raise self.fail("auth_refused", *first) from None
        return (code, text) if code == 235 or first[0] != 535 else first

    def _auth(self, mechanism: str, user: bytes, word: bytes) -> tuple[int, bytes]:
        """One try; the server's last answer."""
        match mechanism:
            case "PLAIN":
                return self.docmd("AUTH", "PLAIN " + _b64(b"\0" + user + b"\0" + word))
            case "LOGIN":
                return self._answer("LOGIN", lambda challenge: user, lambda challenge: word)
            case _:
                return self._answer("CRAM-MD5", lambda challenge: _cram_md5(challenge, user, word))

    def _answer(self, mechanism: str, *answers: Callable[[bytes], bytes]) -> tuple[int, bytes]:
        code, text = self.docmd("AUTH", mechanism)
        for answer in answers:
            if code != 334:
                break
            self.transcript.add("C:", "•••")
            self.send(_b64(answer(text)) + "\r\n")
            code, text = self.getreply()
        return code, text

    # --- the mail

    def deliver(self, envelope: MailEnvelope) -> list[str]:
        """Hands over one mail; returns the recipients that were refused. Raises Failure."""
        self._enter(Stage.DELIVERY)
        reports = bool(envelope.envelope_id) and self.has_extn("dsn")
        code, text = self.mail(envelope.sender, _mail_parameters(envelope) if reports else [])
        if code != 250:
            raise self.fail("sender_refused", code, text)
        refused = []
        for recipient in envelope.recipients:
            code, text = self.rcpt(recipient, _rcpt_parameters(recipient) if reports else [])
            if code not in (250, 251):
                refused.append(recipient)
        if len(refused) == len(envelope.recipients):
            raise self.fail("recipient_refused", code, text)
        try:
            code, text = self.data(envelope.content)
        except smtplib.SMTPDataError as error:
            raise self.fail("message_refused", error.smtp_code, error.smtp_error) from None
        if code != 250:
            raise self.fail("message_refused", code, text)
        self._say_goodbye()
        return refused

    def _say_goodbye(self) -> None:
        """The mail is accepted; a server that is slow to say so long changes nothing."""
        self.ends = min(self.ends, time.monotonic() + self.limits.goodbye)
        with suppress(Failure):
            self.docmd("QUIT")


def _mail_parameters(envelope: MailEnvelope) -> list[str]:
    """What of the mail a report shall repeat (RFC 3461): its name, and no more than its headers."""
    return ["RET=HDRS", f"ENVID={_xtext(envelope.envelope_id)}"]


def _rcpt_parameters(recipient: str) -> list[str]:
    """A report where it fails, and of whom we meant, whoever it was handed on to."""
    return ["NOTIFY=FAILURE", f"ORCPT=rfc822;{_xtext(recipient)}"]


def _xtext(value: str) -> str:
    """RFC 3461, 4: printable ASCII but «+» and «=»."""
    return re.sub(r"[^!-*,-<>-~]", lambda found: f"+{ord(found[0]):02X}", value)


# OpenSSL's X509_V_ERR_* numbers.
_CERTIFICATE_CODES = {
    9: "certificate_expired",  # not yet valid: the same clock trouble, the same remedy
    10: "certificate_expired",
    18: "certificate_self_signed",
    19: "certificate_self_signed",
    62: "certificate_host",
    64: "certificate_host",
    66: "tls_old",  # keys and signatures below what OpenSSL calls safe
    67: "tls_old",
    68: "tls_old",
}
# OpenSSL's reasons for refusing a server that offers only what is no longer safe.
_TLS_OLD = re.compile(
    "PROTOCOL|HANDSHAKE_FAILURE|TOO_SMALL|TOO_WEAK|UNSAFE_LEGACY|NO_CIPHERS|NO_SHARED_CIPHER|INSUFFICIENT_SECURITY"
)


def _tls_code(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "closed"
    reason = error.reason or ""
    if reason in ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return "speaks_clear"
    if "UNRECOGNIZED_NAME" in reason:
        return "certificate_host"
    if _TLS_OLD.search(reason):
        return "tls_old"
    return "tls_failed"


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(host) from error


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _cram_md5(challenge: bytes, user: bytes, word: bytes) -> bytes:
    """The answer to a challenge (RFC 2195); one that is no base64 is answered as if it were empty."""
    with suppress(ValueError):
        challenge = base64.b64decode(challenge)
    return user + b" " + hmac.new(word, challenge, "md5").hexdigest().encode()


def _spellings(user: bytes, word: bytes) -> list[str]:
    """The forms in which a server may repeat the password, longest first."""
    encoded = [_b64(b"\0" + user + b"\0" + word), _b64(word), word.decode("utf-8", "replace")]
    return [form for form in encoded if form]

"""Our SMTP client: where it may connect to, TLS that is verified, and one conversation from greeting to mail.

Credentials leave only over TLS whose certificate was verified, and they are not in the transcript.
"""

import base64
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Collection
from contextlib import suppress

from facturamos.vault import Secret
from mailing import guard
from mailing.protocol import Envelope, Failure, Limits, Security, Server, Stage, Transcript
from mailing.wire import Wire


class Conversation(Wire):
    """One conversation. Use as a context manager: it closes the connection whatever happens."""

    def __init__(
        self,
        server: Server,
        *,
        allowed: Collection[str],
        hello: str = "localhost",
        limits: Limits | None = None,
        reached: Callable[[Stage], None] = lambda stage: None,
        lookup: guard.Lookup = guard.system_lookup,
    ) -> None:
        """`allowed`: see guard.resolve. `reached` is told of each stage as it begins."""
        self.limits = limits or Limits()
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
            return guard.resolve(
                host,
                port,
                seconds=self.left(self.limits.lookup),
                allowed=self.allowed,
                lookup=self.lookup,
            )
        except guard.Blocked as blocked:
            raise self.fail(blocked.code) from None

    def _connect_any(self, addresses: list[str]) -> socket.socket:
        """Connects to the first address that answers; a host without IPv6 must not fail for it."""
        ends = time.monotonic() + self.limits.connect
        failure = self.fail("timeout")
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
        if "PLAIN" in offered:
            code, text = self.docmd("AUTH", "PLAIN " + _b64(b"\0" + user + b"\0" + word))
        elif "LOGIN" in offered:
            code, text = self._auth_login(user, word)
        else:
            raise self.fail("auth_not_offered", text=" ".join(offered))
        if code != 235:
            raise self.fail("auth_refused", code, text)

    def _auth_login(self, user: bytes, word: bytes) -> tuple[int, bytes]:
        code, text = self.docmd("AUTH", "LOGIN")
        for answer in (user, word):
            if code != 334:
                break
            self.transcript.add("C:", "•••")
            self.send(_b64(answer) + "\r\n")
            code, text = self.getreply()
        return code, text

    # --- the mail

    def deliver(self, envelope: Envelope) -> list[str]:
        """Hands over one mail; returns the recipients that were refused. Raises Failure."""
        self._enter(Stage.DELIVERY)
        code, text = self.mail(envelope.sender)
        if code != 250:
            raise self.fail("sender_refused", code, text)
        refused = []
        for recipient in envelope.recipients:
            code, text = self.rcpt(recipient)
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


# OpenSSL's X509_V_ERR_* numbers.
_CERTIFICATE_CODES = {
    9: "certificate_expired",  # not yet valid: the same clock trouble, the same remedy
    10: "certificate_expired",
    18: "certificate_self_signed",
    19: "certificate_self_signed",
    62: "certificate_host",
    64: "certificate_host",
}


def _tls_code(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return "closed"
    reason = error.reason or ""
    if reason in ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"):
        return "speaks_clear"
    if "PROTOCOL" in reason or "HANDSHAKE_FAILURE" in reason:
        return "tls_old"
    return "tls_failed"


def _ascii_host(host: str) -> str:
    try:
        return host.encode("idna").decode()
    except UnicodeError as error:
        raise ValueError(host) from error


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _spellings(user: bytes, word: bytes) -> list[str]:
    """The forms in which a server may repeat the password, longest first."""
    encoded = [_b64(b"\0" + user + b"\0" + word), _b64(word), word.decode("utf-8", "replace")]
    return [form for form in encoded if form]

"""Reads what a mail server sends back: delivery reports (RFC 3464, RFC 6533) and, as far as they can be read,
those of servers that write them in words (qmail, old Exim, Domino). Pure: bytes in, a report out.

Whatever is in such a mail was written by strangers. Only its first 256 KB are looked at; one with more parts
than a report ever has is none; what it returns of the original mail is not descended into. Answers of people
and of their machines (holidays, receipts) are no reports.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import BytesParser, Parser
from email.policy import compat32
from email.utils import parseaddr

from mailing.addresses import comparable
from mailing.bounces.return_address import TAGGED, TOKEN
from mailing.nonexistent_addresses import NOBODY_IN_A_REPORT, report_says_nobody
from mailing.relay_refusals import Refusal, fault_in, read_refusal

MOST_BYTES = 256 * 1024
# Of words, in a report that is written in words.
MOST_CHARACTERS = 32 * 1024
MOST_PARTS = 30
MOST_RECIPIENTS = 50
MOST_TOKENS = 10
_OPENS_A_PART = re.compile(
    rb"boundary\s*\*?\d*\*?\s*=|^content-type:\s*message/", re.IGNORECASE | re.MULTILINE
)
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = (
    "message/rfc822",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)
# Where the address that a mail was delivered to may stand.
_ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-RcptTo")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY = re.compile(r"(?:^|[\s:;#(])([45]\d\d)[\s-]+(?=\S)")
# Some put brackets, quotes or «SMTP:» before it.
_LISTED = re.compile(r"([^\s<>@,;:\[(\"']{1,64}@[^\s<>@,;:\])\"']{1,255})")

# --- reports in words
_DAEMON = re.compile(
    r"mailer[-_.]?daemon|mail[-_.]?daemon|post[-_.]?master|mdaemon|mail[-_.]delivery.*", re.IGNORECASE
)
_FAILED = re.compile(
    r"undeliver|not be delivered|(could|can)(n'?t| ?not) (be delivered|deliver)|unable to deliver"
    r"|failure notice"
    r"|failed permanently|attempting to deliver|did not reach|could not be reached"
    r"|delivery (has )?failed|delivery failure|returned (mail|to sender)|permanent error|fatal error"
    r"|no (se )?(ha )?(podido|pudo|pudieron) entrega|no ha podido ser entregado|no entregado|devuelto|rebot"
    r"|nicht zugestellt|unzustellbar|n'a pas pu|n.o (foi|p.de) (poss.vel )?entreg",
    re.IGNORECASE,
)
_ONLY_LATE = re.compile(
    r"\bdelayed\b|will (keep|continue) (on )?try|still being retried|not (yet )?been delivered.{0,40}hours?"
    r"|no need to resend|do(es)? not need to resend|se seguir. intentando|retras",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"out of (the )?office|automatic reply|auto-?reply|vacation|fuera de (la )?oficina|respuesta autom"
    r"|ausente|vacaciones|abwesenheit|absence",
    re.IGNORECASE,
)
# Where the copy of the mail begins: what stands there was ours.
_COPY = re.compile(
    r"^-{2,}.*(below this line|copy of (the|your) message|original message|mensaje original"
    r"|returned message).*$",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class FailedRecipient:
    """One that a mail did not reach: the addresses it is known by (none: not said), and the answer."""

    addresses: frozenset[str]
    refusal: Refusal
    nobody: bool


@dataclass(frozen=True)
class BounceReport:
    """Which mails it may be about, and whom they did not reach: nobody where one is only late, or arrived."""

    tokens: tuple[str, ...]
    failed: tuple[FailedRecipient, ...]


def read(content: bytes) -> BounceReport | None:
    """The report that a mail is, or None. Takes any bytes, and its time is bounded."""
    content = content[:MOST_BYTES]
    if len(_OPENS_A_PART.findall(content)) > MOST_PARTS:
        return None
    with suppress(ValueError, LookupError, TypeError):  # what email's accessors say of spoiled headers
        return _read(BytesParser(policy=compat32).parsebytes(content))
    return None


def _read(mail: Message) -> BounceReport | None:
    kind = str(mail.get_param("report-type", "")).lower()
    if mail.get_content_type() == "multipart/report" and kind not in ("", "delivery-status"):
        return None  # a receipt, or a complaint
    parts = list(_parts(mail))
    status = next((part for part in parts if part.get_content_type() in _STATUS_TYPES), None)
    if status is None:
        failed = _in_words(mail, parts)
        return None if failed is None else BounceReport(tuple(_tokens(mail, parts, [])), failed)
    blocks = _blocks(status)
    failed = tuple(found for block in blocks[: MOST_RECIPIENTS + 1] if (found := _failed(block)))
    return BounceReport(tuple(_tokens(mail, parts, blocks)), failed)


def _parts(mail: Message) -> Iterator[Message]:
    """The leaves of a mail; a mail within it is one."""
    if mail.get_content_maintype() != "multipart" or not mail.is_multipart():
        yield mail
        return
    for part in _within(mail):
        yield from _parts(part)


def _within(mail: Message) -> list[Message]:
    """The parts of a mail, or the mail in a part."""
    payload = mail.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


# --- whose


def _tokens(mail: Message, parts: list[Message], blocks: list[Message]) -> Iterator[str]:
    """In the address that it came to, in ENVID, and in what it returns of ours."""
    texts = [value for header in _ADDRESSED for value in _values(mail, header)]
    for part in parts:
        if part.get_content_type() in _RETURNED_TYPES:
            texts += _values(_returned(part), "Return-Path")
    tagged = [found for text in texts for found in TAGGED.findall(text)]
    named = [value.strip() for block in blocks for value in _values(block, "Original-Envelope-Id")]
    found = [*tagged, *(name for name in named if TOKEN.fullmatch(name))]
    yield from list(dict.fromkeys(found))[:MOST_TOKENS]


def _returned(part: Message) -> Message:
    if part.is_multipart():
        return next(iter(_within(part)), Message())
    return Parser(policy=compat32).parsestr(_text(part), headersonly=True)


def _values(mail: Message, header: str) -> list[str]:
    return [str(value) for value in mail.get_all(header, [])]


# --- reports by the standard


def _blocks(status: Message) -> list[Message]:
    """The fields about the mail, and those about each recipient."""
    payload = _within(status)
    encoding = str(status.get("Content-Transfer-Encoding", "7bit")).strip().lower()
    if status.get_content_type() == _STATUS_TYPES[0] and encoding not in ("base64", "quoted-printable"):
        return payload
    # Python takes the parts of a report apart before it decodes them, and knows nothing of the global form.
    whole = Message()
    whole["Content-Transfer-Encoding"] = encoding
    whole.set_payload("\n".join(block.as_string().lstrip("\n") for block in payload))
    texts = re.split(r"\n\s*\n", _text(whole).replace("\r\n", "\n").strip())
    return [Parser(policy=compat32).parsestr(text, headersonly=True) for text in texts[: MOST_RECIPIENTS + 1]]


def _failed(block: Message) -> FailedRecipient | None:
    action = f"{_field(block, 'Action')} ".split(" ")[0].rstrip(";(,").lower()
    status = _STATUS.search(_field(block, "Status"))
    code = status[1] if status else ""
    if action != "failed" and (action or not code.startswith("5")):
        return None
    return _recipient(
        _address(block, "Original-Recipient") | _address(block, "Final-Recipient"),
        code,
        _field(block, "Diagnostic-Code").partition(";")[2] or _field(block, "Diagnostic-Code"),
    )


def _field(block: Message, name: str) -> str:
    return " ".join(str(block.get(name, "")).split())[:2000]


def _address(block: Message, name: str) -> frozenset[str]:
    """«rfc822; ana@ejemplo.mx», as it is compared."""
    value = _field(block, name).rpartition(";")[2].strip()
    # RFC 3461 wants «+2B» for «+»; not everybody knows.
    forms = (value, _without_xtext(value)) if "@" in value else ()
    return frozenset(comparable(form) for form in forms)


def _without_xtext(value: str) -> str:
    return re.sub(r"\+([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), value)


def _recipient(addresses: frozenset[str], status: str, said: str) -> FailedRecipient:
    """What the last server said counts more than what the one that reports makes of it."""
    reply = _REPLY.search(f" {said}")
    words = said[reply.end() - 1 :] if reply else said
    number = int(reply[1]) if reply else 450 if status.startswith("4") else 550
    told = _STATUS.match(words.strip())
    if not told and status and not status.endswith(".0.0"):
        words = f"{status} {words}"
    refusal = read_refusal(number, words)
    enhanced = refusal.enhanced
    nobody = refusal.final or (not fault_in(words, enhanced) and report_says_nobody(words, enhanced))
    return FailedRecipient(addresses, replace(refusal, ours="") if nobody else refusal, nobody)


# --- reports in words


def _in_words(mail: Message, parts: list[Message]) -> tuple[FailedRecipient, ...] | None:
    """Whom a report in words says it did not reach; None where it is no report."""
    if not _DAEMON.fullmatch(parseaddr(_header(mail, "From"))[1].rpartition("@")[0]):
        return None
    subject = _header(mail, "Subject")
    text = next((_text(part) for part in parts if part.get_content_type() == "text/plain"), "")
    if not text:
        html = next((_text(part) for part in parts if part.get_content_type() == "text/html"), "")
        text = re.sub(r"<[^<>]{0,500}>", " ", html)
    text = _COPY.split(text.replace("\r\n", "\n"))[0][:MOST_CHARACTERS]
    listed = _header(mail, "X-Failed-Recipients")
    if _AWAY.search(subject) or not (listed or _FAILED.search(f"{subject}\n{text}")):
        return None
    said = _reason(text)
    if _ONLY_LATE.search(f"{subject}\n{text}") and not said:
        return ()
    code = _STATUS.search(said)
    found = _LISTED.findall(listed) or _LISTED.findall(text)
    addresses = frozenset(comparable(address) for address in found[:MOST_RECIPIENTS])
    return (_recipient(addresses, code[1] if code else "", said),)


def _header(mail: Message, name: str) -> str:
    return " ".join(str(mail.get(name, ""))[:2000].split())


def _reason(text: str) -> str:
    """The line that tells why: with a number, or else with words that are known."""
    lines = [" ".join(line.split()) for line in text.split("\n")]
    numbered = next((line for line in lines if re.search(r"\b5\d\d[\s-]|\b5\.\d{1,3}\.\d{1,3}\b", line)), "")
    return (numbered or next((line for line in lines if NOBODY_IN_A_REPORT.search(line)), ""))[:2000]


def _text(part: Message) -> str:
    """A part's words, whatever it says of how they are written."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data.decode(str(part.get_content_charset("utf-8")), "replace")
    except (LookupError, ValueError):
        return data.decode("latin-1")

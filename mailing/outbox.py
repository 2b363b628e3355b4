"""The site's own mail. Each mail is a `Message` row, written with its cause and sent by Celery.

The apps above own what the mails say: their `emails.py` registers a builder for each kind. A server that
does not answer, or that says «later», is tried again with growing pauses until the kind's named time is
over; only a crash can make a message dead. A mail that was handed over just before its worker was killed
goes out twice, with the same Message-ID.
"""

import smtplib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, mailers
from django.db import transaction
from django.template import Context, engines
from django.utils import timezone

from facturamos.jobs import RetryLater
from mailing.addresses import validate_address
from mailing.models import Message

# Of many messages written together, how many leave at once, and how fast the others follow.
AT_ONCE = 25
PACE = timedelta(milliseconds=200)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=30)


class Moot(Exception):
    """A builder raises it when there is nothing to say any more: the row is gone, the cause is over.

    Its text is a Spanish sentence for the message's history.
    """


@dataclass(frozen=True)
class Mail:
    """What a builder makes: the content of one mail."""

    subject: str
    text: str
    html: str
    reply_to: tuple[str, ...] = ()
    # The address of a page that stops mails like this one; mail programs offer it (RFC 2369).
    unsubscribe: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of mail: its name for people, who writes it, who is told, how long sending is tried."""

    label: str
    build: Callable[[Message], Mail]
    sent: Callable[[Message], None] | None
    give_up_after: timedelta


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    *,
    label: str,
    build: Callable[[Message], Mail],
    sent: Callable[[Message], None] | None = None,
    give_up_after: timedelta,
) -> None:
    """Names a kind of mail («companies.credentials»). Call it once, when the app is ready.

    `label` is what people call it in admin. `build` runs in the worker, once for each try; it finds its
    row by `message.about`, and raises Moot when there is nothing to send. `sent` runs in the transaction
    that notes that a server took the mail.
    """
    if kind in _kinds:
        raise ValueError(f"The mail «{kind}» is registered already.")
    _kinds[kind] = Kind(label, build, sent, give_up_after)


def label_of(kind: str) -> str:
    """What people call a kind of mail; a kind that no longer exists by its own name."""
    return _kinds[kind].label if kind in _kinds else kind


def is_known(kind: str) -> bool:
    """Whether a mail of this kind can be built; an old row may be of one that no longer exists."""
    return kind in _kinds


def labels() -> list[tuple[str, str]]:
    """Every kind of mail with its label, by label."""
    return sorted(((name, kind.label) for name, kind in _kinds.items()), key=lambda each: each[1])


def post(kind: str, *, to: str, about: object) -> Message:
    """Writes a message in the caller's transaction; a worker sends it after the commit.

    `about` is the row that the mail is about, or its primary key; given the row, its company is kept too,
    so that the company's distributor finds the message. Raises ValidationError when `to` is no address.
    """
    validate_address(to)
    message = Message.objects.create(
        kind=kind,
        to=to,
        about=str(getattr(about, "pk", about)),
        company_id=getattr(about, "company_id", None),
        give_up_at=timezone.now() + _kinds[kind].give_up_after,
    )
    return message.enqueue()


def post_many(kind: str, mails: Sequence[tuple[str, int, int | None]]) -> list[Message]:
    """Writes many messages in the caller's transaction: of each the address, which was validated already,
    the primary key of what it is about, and the company.

    The first few leave after the commit, the others by the sweeper and at `PACE`, so that neither the
    broker nor the mail server is flooded and other work need not queue behind them.
    """
    now = timezone.now()
    starts = [now + max(0, number - AT_ONCE) * PACE for number in range(len(mails))]
    messages = Message.objects.bulk_create(
        Message(
            kind=kind,
            to=to,
            about=str(about),
            company_id=company_id,
            created_at=now,
            run_after=start,
            give_up_at=start + _kinds[kind].give_up_after,
        )
        for start, (to, about, company_id) in zip(starts, mails, strict=True)
    )
    transaction.on_commit(lambda: _send_some(messages[:AT_ONCE]), robust=True)
    return messages


def _send_some(messages: list[Message]) -> None:
    """Hands messages over until the broker does not answer: each try costs a second."""
    for message in messages:
        if not message.send():
            return


def post_again(message: Message) -> Message:
    """«Enviar otra vez»: a new message of the same kind, built anew; the old one keeps its history."""
    again = Message.objects.create(
        kind=message.kind,
        to=message.to,
        about=message.about,
        company_id=message.company_id,
        give_up_at=timezone.now() + _kinds[message.kind].give_up_after,
    )
    return again.enqueue()


def render(
    template: str, context: dict[str, Any], *, reply_to: tuple[str, ...] = (), unsubscribe: str = ""
) -> Mail:
    """A mail from its templates: «companies.credentials» is `companies/emails/credentials` with
    `.subject.txt`, `.txt` and `.html`. They may also use site_name, site_url and support.
    """
    app, _, name = template.partition(".")
    context = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "support": settings.SUPPORT,
        **context,
    }

    def part(suffix: str, *, escape: bool) -> str:
        # Plain text must not say «Pe&ntilde;a &amp; Hijos», so only the HTML is escaped.
        found = engines["django"].get_template(f"{app}/emails/{name}{suffix}")
        return str(found.template.render(Context(context, autoescape=escape)))  # type: ignore[attr-defined]

    return Mail(
        # On one line, whatever the context held.
        subject=" ".join(part(".subject.txt", escape=False).split()),
        text=part(".txt", escape=False).strip() + "\n",
        html=part(".html", escape=True),
        reply_to=reply_to,
        unsubscribe=unsubscribe,
    )


# --- in the worker


def deliver(message: Message) -> None:
    """Builds and sends one message. Raises RetryLater when the server does not take it now."""
    kind = _kinds[message.kind]
    try:
        mail = kind.build(message)
    except Moot as moot:
        with message.settle():
            message.end(f"No se envió: {moot}", sent=False)
        return
    try:
        _send(message, mail)
    except (smtplib.SMTPException, OSError) as error:
        _failed(message, error)
        return
    with message.settle():
        message.end("El servidor de correo lo aceptó.", sent=True)
        if kind.sent:
            kind.sent(message)


def _send(message: Message, mail: Mail) -> None:
    email = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.to],
        reply_to=list(mail.reply_to),
        headers=_headers(message, mail),
    )
    email.attach_alternative(mail.html, "text/html")
    mailers["default"].send_messages([email])


def _headers(message: Message, mail: Mail) -> dict[str, str]:
    # Auto-Submitted keeps answering machines from answering.
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    return headers | ({"List-Unsubscribe": f"<{mail.unsubscribe}>"} if mail.unsubscribe else {})


def _failed(message: Message, error: Exception) -> None:
    now = timezone.now()
    if _is_final(error) or now >= message.give_up_at:
        with message.settle():
            message.end(f"Se dejó de intentar: {_sentence(error)}", sent=False)
        return
    message.note(_sentence(error))
    pause = min(FIRST_PAUSE * 2 ** min(len(message.tries) - 1, 10), LONGEST_PAUSE)
    raise RetryLater(min(pause, message.give_up_at - now))


def _codes(error: Exception) -> list[int]:
    """The SMTP replies behind an error: one for each recipient, or the server's last."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    if isinstance(error, smtplib.SMTPResponseException):
        return [error.smtp_code]
    return []


def _is_final(error: Exception) -> bool:
    """Whether the server said «never» of this recipient or content.

    A refused sign-in or sender is a fault of our own settings, which somebody will correct: that waits.
    """
    if not isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError):
        return False
    codes = _codes(error)
    return bool(codes) and all(500 <= code < 600 for code in codes)


def _sentence(error: Exception) -> str:
    """What happened, for the history. Never the server's own words: they may quote the mail."""
    code = ", ".join(str(code) for code in _codes(error))
    match error:
        case smtplib.SMTPRecipientsRefused():
            return f"El servidor rechazó al destinatario ({code})."
        case smtplib.SMTPDataError():
            return f"El servidor rechazó el mensaje ({code})."
        case smtplib.SMTPSenderRefused():
            return f"El servidor rechazó al remitente ({code})."
        case smtplib.SMTPAuthenticationError():
            return f"El servidor rechazó el usuario o la contraseña del sitio ({code})."
        case TimeoutError():
            return "El servidor de correo no contestó a tiempo."
        case smtplib.SMTPException():
            return f"El servidor de correo contestó con un error ({code or type(error).__name__})."
        case _:
            return f"No hubo conexión con el servidor de correo ({type(error).__name__})."

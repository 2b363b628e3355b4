"""The site's own mail. Each mail is a `Message` row, written with its cause and sent by Celery.

The apps above own what the mails say: each kind is a function with `@mail(…)` in their `emails.py`, and one
template. A server that does not answer, or that says «later», is tried again with growing pauses until the
kind's named time is over; only a crash can make a message dead. A mail that was handed over just before its
worker was killed goes out twice, with the same Message-ID.
"""

import smtplib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.mail import mailers
from django.db import transaction
from django.template import Context, Engine
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from facturamos.jobs.lanes import MAIL
from facturamos.jobs.models import RetryLater
from mailing import relay
from mailing.addresses import validate_address
from mailing.backend import SiteMail
from mailing.bounces import return_address
from mailing.headers import automatic, one_line
from mailing.links import only_links_of, only_links_of_html
from mailing.models import Message
from mailing.relay_refusals import codes_of, fault_of_ours, is_final, told_of
from mailing.senders import site_address

# Of many messages written together, how many leave at once; the others follow at the lane's pace.
AT_ONCE = MAIL.window or 0
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=30)
# The frame and the colours of every mail.
LAYOUT = "mailing/emails/layout.html"


class Moot(Exception):
    """A builder raises it when there is nothing to say any more: the row is gone, the cause is over.

    Its text is a Spanish sentence for the message's history.
    """


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Mail:
    """What a builder makes: the content of one mail."""

    subject: str
    text: str
    html: str
    reply_to: tuple[str, ...] = ()
    # The address of a page that stops mails like this one; mail programs offer it (RFC 2369).
    unsubscribe: str = ""
    attachments: tuple[Attachment, ...] = ()


type MailBuilder = Callable[[Message], Mail]


@dataclass(frozen=True)
class MailKind:
    """One kind of mail: its name for people, who writes it, who is told, how long sending is tried."""

    label: str
    build: MailBuilder
    sent: Callable[[Message], None] | None
    give_up_after: timedelta


_kinds: dict[str, MailKind] = {}


def mail(
    kind: str,
    *,
    label: str,
    give_up_after: timedelta,
    sent: Callable[[Message], None] | None = None,
) -> Callable[[MailBuilder], MailBuilder]:
    """Makes a function the builder of a kind of mail («companies.credentials»).

    `label` is what people call it in admin. The function runs in the worker, once for each try; it finds its
    row by `message.about`, and raises Moot when there is nothing to send. `sent` runs in the transaction
    that notes that a server took the mail.
    """

    def register(build: MailBuilder) -> MailBuilder:
        if kind in _kinds:
            raise ValueError(f"The mail «{kind}» is registered already.")
        _kinds[kind] = MailKind(label, build, sent, give_up_after)
        return build

    return register


def label_of(kind: str) -> str:
    """What people call a kind of mail; a kind that no longer exists by its own name."""
    return _kinds[kind].label if kind in _kinds else kind


def is_known(kind: str) -> bool:
    """Whether a mail of this kind can be built; an old row may be of one that no longer exists."""
    return kind in _kinds


def labels() -> list[tuple[str, str]]:
    """Every kind of mail with its label, by label."""
    return sorted(((name, kind.label) for name, kind in _kinds.items()), key=lambda each: each[1])


def post(kind: str, *, to: str, about: object, hurried: bool = True) -> Message:
    """Writes a message in the caller's transaction; a worker sends it after the commit, or (not `hurried`,
    one of many that nobody waits for) when the sweeper comes to it.

    `about` is the row that the mail is about, or its primary key; given the row, its company is kept too,
    so that the company's distributor finds the message. Raises ValidationError when `to` is no address.
    """
    validate_address(to)
    company_id: int | None = getattr(about, "company_id", None)
    message = Message.objects.create(
        kind=kind,
        to=to,
        about=str(getattr(about, "pk", about)),
        company_id=company_id,
        turn=_turn(company_id, to) if hurried else kind,
        give_up_at=timezone.now() + _kinds[kind].give_up_after,
    )
    return message.enqueue() if hurried else message


def _turn(company_id: int | None, to: str) -> str:
    """A mail by itself waits behind its own company's at most."""
    return f"company {company_id}" if company_id else to[:80]


def post_many(
    kind: str,
    mails: Sequence[tuple[str, object, int | None]],
    *,
    after: timedelta = timedelta(0),
    turn: str = "",
) -> list[Message]:
    """Writes many messages in the caller's transaction: of each the address, which was validated already,
    the primary key of what it is about, and the company. None leaves before `after` has passed.

    The first few leave after the commit, the others by the sweeper and at their lane's pace, so that neither
    the broker nor the mail server is flooded. They share one turn (`turn`, or the kind): whoever else has a
    mail to send waits for one of these, not for all.
    """
    now = timezone.now()
    start = now + after
    messages = Message.objects.bulk_create(
        Message(
            kind=kind,
            to=to,
            about=str(about),
            company_id=company_id,
            turn=turn or kind,
            created_at=now,
            run_after=start,
            give_up_at=start + _kinds[kind].give_up_after,
        )
        for to, about, company_id in mails
    )
    if not after:
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
        turn=_turn(message.company_id, message.to),
        give_up_at=timezone.now() + _kinds[message.kind].give_up_after,
    )
    return again.enqueue()


def render(
    kind: str,
    context: Mapping[str, object],
    *,
    reply_to: tuple[str, ...] = (),
    unsubscribe: str = "",
    links: Collection[str] = (),
) -> Mail:
    """A mail from its template: «companies.credentials» is `companies/emails/credentials.html`, with a
    partial for the `subject`, the `text` and the `html`. Each may also use site_name, site_url and support.

    Its links lead to the site, or are among `links`: nothing else that is in the context becomes one.
    """
    app, _, name = kind.partition(".")
    template = f"{app}/emails/{name}.html"
    known = {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "support": settings.SUPPORT,
        **context,
    }
    # Plain text must not say «Pe&ntilde;a &amp; Hijos», so only the HTML is escaped.
    subject = one_line(_part(f"{template}#subject", known, escape=False))
    text = _part(f"{template}#text", known, escape=False)
    content = only_links_of_html(_part(f"{template}#html", known, escape=True), settings.SITE_URL, links)
    return Mail(
        subject=subject,
        text=only_links_of(text, settings.SITE_URL, links).strip() + "\n",
        html=_part(LAYOUT, {**known, "subject": subject, "content": SafeString(content)}, escape=True),
        reply_to=reply_to,
        unsubscribe=unsubscribe,
    )


def page_url(name: str, *args: str) -> str:
    """The whole address of one of the site's pages, for a link in a mail."""
    return settings.SITE_URL + reverse(name, args=args)


def _part(template: str, context: Mapping[str, object], *, escape: bool) -> SafeString:
    return Engine.get_default().get_template(template).render(Context(context, autoescape=escape))


# --- in the worker


def deliver(message: Message) -> None:
    """Builds and sends one message. Raises RetryLater when the server does not take it now."""
    kind = _kinds[message.kind]
    if timezone.now() >= message.give_up_at:
        with message.settle():
            told = "Se dejó de intentar" if message.tries else "No se envió"
            message.end(f"{told}: pasó el tiempo en que servía.", sent=False)
        return
    relay.may_send()
    try:
        letter = kind.build(message)
    except Moot as moot:
        with message.settle():
            message.end(f"No se envió: {moot}", sent=False)
        return
    try:
        _send(message, letter)
    except (smtplib.SMTPException, OSError) as error:
        _failed(message, error)
        return
    relay.is_well()
    with message.settle():
        message.end("El servidor de correo lo aceptó.", sent=True)
        if kind.sent:
            kind.sent(message)


def _send(message: Message, letter: Mail) -> None:
    email = _site_mail(letter, message.to, {"Message-ID": message.message_id})
    email.envelope_sender = return_address.envelope_sender(message.pk)
    email.envelope_id = return_address.token(message.pk)
    for each in letter.attachments:
        email.attach(each.name, each.content, each.content_type)
    mailers["default"].send_messages([email])


def send_unnoted(letter: Mail, *, to: str) -> None:
    """Sends a mail at once, and leaves no row: for when none can be written. Raises what the server does."""
    mailers["default"].send_messages([_site_mail(letter, to, {})])


def _site_mail(letter: Mail, to: str, headers: Mapping[str, str]) -> SiteMail:
    ours = site_address()
    email = SiteMail(
        subject=letter.subject,
        body=letter.text,
        from_email=ours.addr_spec,
        to=[to],
        reply_to=list(letter.reply_to),
        headers={**headers, "From": str(ours), **automatic(letter.unsubscribe)},
    )
    email.attach_alternative(letter.html, "text/html")
    return email


def _failed(message: Message, error: Exception) -> None:
    now = timezone.now()
    if fault := fault_of_ours(error):
        relay.failed(f"{fault} ({codes_of(error) or type(error).__name__})")
    else:
        relay.is_well()
    nobody = is_final(error)
    if nobody or now >= message.give_up_at:
        with message.settle():
            bounce = Message.Bounce.NO_ADDRESS if nobody else ""
            message.end(f"Se dejó de intentar: {told_of(error)}", sent=False, bounce=bounce)
        return
    message.note(told_of(error))
    pause = min(FIRST_PAUSE * 2 ** min(len(message.tries) - 1, 10), LONGEST_PAUSE)
    raise RetryLater(min(pause, message.give_up_at - now))

"""Who runs the site is told when something goes wrong, once for each trouble, and when it is over.

What is wrong, facturamos/status/report.py knows. The log says it too, at level ERROR: a mail about
workers or mail that stand still would not leave. That nothing can be saved is told without saving anything.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from facturamos.jobs import broker
from facturamos.locks import lock_name
from facturamos.marks import young
from facturamos.status.findings import COMMITS
from facturamos.status.models import Alarm
from facturamos.status.report import Level, StatusFinding, report, troubles
from mailing import outbox

logger = logging.getLogger(__name__)

ALARM = "mailing.alarm"
# A trouble that comes and goes is told of once in this time.
TELL_EVERY = timedelta(hours=1)


def sound() -> None:
    """Looks at everything; notes what began and what is over, and tells. Twice at once is as good as once."""
    bad = {each.identity: each for each in troubles(report()) if each.level is Level.BAD}
    if COMMITS in bad:
        _tell_without_rows(bad[COMMITS])
        return
    with transaction.atomic():
        lock_name("alarms")
        lasting = {alarm.key: alarm for alarm in Alarm.objects.lasting()}
        # The newest is told first: so they are told as Estado has them.
        begun = [_begin(each) for key, each in reversed(bad.items()) if key not in lasting]
        over = [alarm.pk for key, alarm in lasting.items() if key not in bad]
        Alarm.objects.filter(pk__in=over).update(ended_at=timezone.now())
        _tell([alarm for alarm in begun if _is_news(alarm)], are_over=bool(over) and not bad)


def _begin(finding: StatusFinding) -> Alarm:
    label = finding.label or finding.key
    return Alarm.objects.create(key=finding.identity, label=label[:200], said=finding.said[:400])


def _is_news(alarm: Alarm) -> bool:
    """Whether nobody was told of the same trouble lately."""
    lately = Alarm.objects.filter(key=alarm.key, told_at__range=young(timezone.now(), TELL_EVERY))
    return not lately.exists()


def _tell(news: Iterable[Alarm], *, are_over: bool) -> None:
    told = list(news)
    for alarm in told:
        logger.error("Estado: %s", alarm)
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in told]).update(told_at=timezone.now())
    if told or are_over:
        for address in settings.ALERT_EMAIL:
            outbox.post(ALARM, to=address, about=told[0].pk if told else "")


def _tell_without_rows(finding: StatusFinding) -> None:
    """Nothing can be written: the broker remembers who was told, and the mail leaves from here."""
    if broker.is_first(ALARM, within=TELL_EVERY):
        logger.error("Estado: %s: %s", finding.label, finding.said)
    unsaved = Alarm(key=finding.key, label=finding.label, said=finding.said)
    url = settings.SITE_URL + "/admin/estado/"
    letter = outbox.render(ALARM, {"alarms": [unsaved], "others": 0, "url": url})
    refused = [error for each in settings.ALERT_EMAIL if (error := _refusal(letter, each))]
    if refused:
        raise refused[0]


def _refusal(letter: outbox.Mail, address: str) -> Exception | None:
    """Why the mail does not leave to one address, which is then tried again; None when who has it is told."""
    if not broker.is_first(_about(address), within=TELL_EVERY):
        return None
    try:
        outbox.send_unnoted(letter, to=address)
    except (SMTPException, OSError) as error:
        broker.forget(_about(address))
        return error
    return None


def _about(address: str) -> str:
    """By what the broker remembers that an address was told."""
    return f"{ALARM}.{address}"

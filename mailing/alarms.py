"""Who runs the site is told when something goes wrong, once for each trouble, and when it is over.

What is wrong, facturamos/status/report.py knows. The log says it too, at level ERROR: a mail about
workers or mail that stand still would not leave.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from facturamos.locks import lock_name
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
    lately = Alarm.objects.filter(key=alarm.key, told_at__gt=timezone.now() - TELL_EVERY)
    return not lately.exists()


def _tell(news: Iterable[Alarm], *, are_over: bool) -> None:
    told = list(news)
    for alarm in told:
        logger.error("Estado: %s", alarm)
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in told]).update(told_at=timezone.now())
    if told or are_over:
        for address in settings.ALERT_EMAIL:
            outbox.post(ALARM, to=address, about=told[0].pk if told else "")

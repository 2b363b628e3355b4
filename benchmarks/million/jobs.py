"""Every task of beat, lists of the SAT, mails that come back, and mails that leave."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from celery import current_app
from django.db.models import QuerySet
from django.test import override_settings
from django.utils import timezone

from benchmarks.million.cost import Measured
from certificates.lco.services import import_files
from certificates.models import Csd, SatList
from facturamos import schedule
from facturamos.jobs.tasks import run as run_job
from mailing.bounces.return_address import envelope_sender
from mailing.models import Message
from onboarding.reminders.services import send_due
from tests.mailing.bounces.samples import standard
from tests.mailing.bounces.samples_standard import fields

BOUNCED, LISTED = 20, 100


def jobs(measured: Measured) -> None:
    """Every task of beat: what it does with the same few that are due, and when there is nothing to do."""
    noon = timezone.localtime().replace(hour=12)
    # At night beat sends none.
    by_day = {"reminders": partial(send_due, noon)}
    for name, entry in schedule.SCHEDULE.items():
        task = by_day.get(name) or current_app.tasks[str(entry["task"])]
        measured.note(f"job {name}", task, rounds=1)
        measured.note(f"job {name}, nothing due", task, rounds=2)
    monday = noon + timedelta(days=-noon.weekday() % 7)
    measured.note("job reminders, of a Monday", partial(send_due, monday), rounds=1)
    bounces(measured)
    sat_list(measured)


def bounces(measured: Measured) -> None:
    """Twenty mails of the last days come back."""
    lately = Message.objects.filter(mailed_at__gt=timezone.now() - timedelta(days=13), bounce="")
    with (
        TemporaryDirectory() as folder,
        override_settings(BOUNCE_ADDRESS="r@example.com", BOUNCE_DIR=Path(folder)),
    ):
        for pk in lately.values_list("pk", flat=True)[:BOUNCED]:
            report = standard(envelope_sender(pk), fields=fields())
            (Path(folder) / str(pk)).write_bytes(report)
        measured.note("job bounces, twenty", current_app.tasks["mailing.read_bounces"], rounds=1)


def sat_list(measured: Measured) -> None:
    """A list of the SAT's that names some of ours, and one that names all of them."""
    # Held against a longer one, a list would be refused.
    SatList.objects.all().delete()
    numbers = list(Csd.objects.active().values_list("number", flat=True).order_by("number"))
    for name, listed, whole in (("a few", numbers[:LISTED], False), ("all", numbers, True)):
        with NamedTemporaryFile() as file:
            file.writelines(_lines(listed))
            file.flush()
            work = partial(import_files, [Path(file.name)], timezone.now(), whole=whole)
            measured.note(f"list of the SAT, {name}", work, rounds=1)


def _lines(numbers: list[str]) -> Iterator[bytes]:
    yield b'<LCO xmlns="http:/www.sat.gob.mx/cfd/LCO">'
    for number in numbers:
        entry = f'<Certificado noCertificado="{number}" EstatusCertificado="A"/>'
        yield f"<Contribuyente>{entry}</Contribuyente>".encode()
    yield b"</LCO>"


def mails(measured: Measured) -> None:
    """One mail of each kind that is waiting by now, written and sent."""
    for kind in Message.objects.filter(state="queued").values_list("kind", flat=True).distinct().order_by():
        waiting = Message.objects.filter(state="queued", kind=kind).order_by("run_after")

        def deliver(waiting: QuerySet[Message] = waiting) -> None:
            if first := waiting.first():
                run_job(Message._meta.label, str(first.pk))

        measured.note(f"mail {kind}", deliver, rounds=2)
    measured.asked.add(Message._meta.label)

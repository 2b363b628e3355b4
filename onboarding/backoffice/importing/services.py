"""What happens to an import: received, judged, confirmed, created or cancelled."""

from collections.abc import Iterator
from datetime import timedelta

import pghistory
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies.models import Distributor, User
from facturamos.jobs import perform
from onboarding.backoffice.importing.judging import Account, Known, judge
from onboarding.backoffice.importing.models import AccountImport, ImportRow
from onboarding.backoffice.importing.opening import open_all

# Rows between two signs of life.
CHUNK = 200
BATCH = 1000
# How often a creation that somebody overtook looks again before it counts as a crash.
TRIES = 3
# Names, addresses and telephones of people are not kept longer than they are of use.
KEPT = timedelta(days=30)
SAME = timedelta(minutes=1)

Rows = list[tuple[int, dict[str, str]]]


def receive(
    rows: Rows, *, file_name: str, sha256: str, distributor: Distributor, user: User
) -> AccountImport:
    """Keeps the rows of a sheet and has them judged; a second click finds the first one's import."""
    with transaction.atomic():
        # The user's own row: so that of two clicks one comes second.
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        same = AccountImport.objects.filter(
            sha256=sha256,
            distributor=distributor,
            created_by=user,
            stage__in=(AccountImport.Stage.JUDGING, AccountImport.Stage.PREVIEW),
            created_at__gt=timezone.now() - SAME,
        ).first()
        if same:
            return same
        forget_old()
        job = AccountImport.objects.create(
            file_name=file_name, sha256=sha256, distributor=distributor, created_by=user, total=len(rows)
        )
        ImportRow.objects.bulk_create(
            (ImportRow(account_import=job, number=number, values=values) for number, values in rows),
            batch_size=BATCH,
        )
    start(job)
    return job


def start(job: AccountImport) -> None:
    """Does a short import's work now, and hands a long one's to a worker.

    Should this process die meanwhile, the sweeper gives a short one to a worker too.
    """
    if not job.at_once:
        job.enqueue()
    elif claimed := AccountImport.objects.claim(job.pk):
        perform(claimed)


def confirm(job: AccountImport, *, only_good: bool, user: User) -> bool:
    """Has the accounts created; False when a former click did so, or when there are none to create."""
    asked = job.ask_to_create(only_good=only_good, user=user)
    if asked:
        start(job)
    return asked


def forget_old() -> None:
    """Forgets what the rows of imports of long ago say; how many they were stays."""
    before = timezone.now() - KEPT
    AccountImport.objects.filter(created_at__lt=before).cancel()
    ImportRow.objects.filter(account_import__created_at__lt=before).exclude(values={}).delete()


# --- in the worker, or in the request of a short import


def judge_all(job: AccountImport) -> None:
    """Judges every row; then the import waits to be confirmed."""
    rows = list(job.rows.all())
    for _ in _judged(job, rows, Known.of(rows, job.distributor, job.created_by)):
        pass
    with job.settle():
        _back_to_preview(job, rows)


def create(job: AccountImport) -> None:
    """Creates an account for every good row, all in one transaction or none.

    The rows are judged again first. When something changed since the preview, a creation of all rows goes
    back to the preview; one of the good rows leaves out what is good no longer.
    """
    for left in reversed(range(TRIES)):
        rows = list(job.rows.good())
        good = list(_judged(job, rows, Known.of(rows, job.distributor, job.created_by)))
        try:
            with job.settle():
                return _create(job, rows, good)
        except IntegrityError:
            # Somebody took an RFC or a user name between the look and the writing: look again.
            if not left:
                raise


def _judged(job: AccountImport, rows: list[ImportRow], known: Known) -> Iterator[Account]:
    """Judges the rows, with a sign of life now and then; yields the good ones."""
    for start in range(0, len(rows), CHUNK):
        job.went_through(start)
        for row in rows[start : start + CHUNK]:
            if account := judge(row, known):
                yield account
    job.went_through(len(rows))


def _create(job: AccountImport, rows: list[ImportRow], good: list[Account]) -> None:
    good = _still_good(job, rows, good)
    overtaken = len(good) < len(rows)
    _keep_errors(rows)
    if overtaken and not (job.only_good and good):
        _back_to_preview(job, rows, overtaken=True)
        return
    # The worker's changes are those of who confirmed.
    with pghistory.context(user=job.confirmed_by_id, source=job._meta.label_lower):
        open_all(good, job.distributor)
    AccountImport.objects.filter(pk=job.pk).update(
        stage=AccountImport.Stage.CREATED,
        accounts=len(good),
        bad=job.total - len(good),
        overtaken=overtaken,
    )


def _still_good(job: AccountImport, rows: list[ImportRow], good: list[Account]) -> list[Account]:
    """The accounts that nothing stands against at this moment; sets the errors of the others' rows."""
    known = Known.of(rows, job.distributor, job.created_by)
    return [
        account
        for account in good
        if not (account.data["rfc"] in known.rfcs or account.data["username"].lower() in known.usernames)
        or judge(account.row, known)
    ]


def _back_to_preview(job: AccountImport, rows: list[ImportRow], *, overtaken: bool = False) -> None:
    _keep_errors(rows)
    AccountImport.objects.filter(pk=job.pk).update(
        stage=AccountImport.Stage.PREVIEW, bad=job.rows.bad().count(), overtaken=overtaken
    )


def _keep_errors(rows: list[ImportRow]) -> None:
    """Good rows were stored as such."""
    ImportRow.objects.bulk_update([row for row in rows if row.errors], ["errors"], batch_size=BATCH)

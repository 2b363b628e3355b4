"""What happens to an import: received, judged, confirmed, created or cancelled."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pghistory
from django.db import IntegrityError, transaction
from django.utils import timezone

from companies.models import Distributor, User
from facturamos.jobs.tasks import perform
from onboarding.backoffice.account_import.choices import Choice, Understood, understand
from onboarding.backoffice.account_import.judging import Account, Known, judge
from onboarding.backoffice.account_import.models import AccountImport, ImportFile, ImportRow
from onboarding.backoffice.account_import.opening import open_all
from onboarding.backoffice.account_import.questions import notes, open_questions
from onboarding.backoffice.account_import.reading import SheetRefused

# Rows between two signs of life.
CHUNK = 200
BATCH = 1000
# How often a creation that somebody overtook looks again before it counts as a crash.
TRIES = 3
# Names, addresses and telephones of people are not kept longer than they are of use.
KEPT = timedelta(days=30)
SAME = timedelta(minutes=1)
# So many answered sheets of a distributor say what its columns mean.
REMEMBERED = 20


@dataclass(frozen=True)
class Upload:
    """A file as it came: whose accounts it holds, and who sent it."""

    file_name: str
    content: bytes
    distributor: Distributor
    user: User

    @property
    def sha256(self) -> str:
        """The file's digest, by which a second click is known."""
        return hashlib.sha256(self.content).hexdigest()


def receive(upload: Upload, understood: Understood) -> AccountImport:
    """Keeps a sheet; has its rows judged, or waits until somebody has said how they are to be read.

    A second click finds the first one's import.
    """
    with transaction.atomic():
        # The user's own row: so that of two clicks one comes second.
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=upload.user.pk)
        if same := _same(upload):
            return same
        forget_old()
        job = AccountImport.objects.create(
            file_name=upload.file_name,
            sha256=upload.sha256,
            distributor=upload.distributor,
            created_by=upload.user,
            stage=AccountImport.Stage.ASKING,
            state=AccountImport.State.DONE,
            total=len(understood.sheet.lines),
        )
        ImportFile.objects.create(account_import=job, content=upload.content)
        if open_questions(understood):
            return job
        _take_rows(job, understood)
    start(job)
    return job


def _same(upload: Upload) -> AccountImport | None:
    stages = AccountImport.Stage.ASKING, AccountImport.Stage.JUDGING, AccountImport.Stage.PREVIEW
    return AccountImport.objects.filter(
        sha256=upload.sha256,
        distributor=upload.distributor,
        created_by=upload.user,
        stage__in=stages,
        created_at__gt=timezone.now() - SAME,
    ).first()


def read_again(job: AccountImport, choice: Choice) -> Understood:
    """The import's file, read as somebody wants it. Raises SheetRefused, HeadingsRefused.

    A file that somebody else's confirmation has removed meanwhile is refused as «gone».
    """
    file = ImportFile.objects.filter(account_import=job).first()
    if not file:
        raise SheetRefused("gone")
    return understand(bytes(file.content), choice, remembered_columns(job.distributor))


def answer(job: AccountImport, choice: Choice) -> None:
    """Takes what somebody said about the file: its rows are judged, or the next question is asked.

    Nothing happens when it is too late. Raises SheetRefused, HeadingsRefused.
    """
    understood = read_again(job, choice)
    with transaction.atomic():
        # So that of two answers, and of an answer and a confirmation, one comes second.
        waiting = AccountImport.objects.select_for_update(of=("self",), no_key=True).filter(
            pk=job.pk, stage__in=(AccountImport.Stage.ASKING, AccountImport.Stage.PREVIEW)
        )
        if not waiting:
            return
        job.rows.all().delete()
        if open_questions(understood):
            waiting.update(stage=AccountImport.Stage.ASKING, choice=choice)
            return
        _take_rows(job, understood)
    start(job)


def _take_rows(job: AccountImport, understood: Understood) -> None:
    """Keeps the rows, to be judged; the job is queued."""
    rows = understood.rows
    job.choice, job.notes = dict(understood.choice), notes(understood, len(rows))
    job.total, job.bad, job.progress, job.overtaken = len(rows), 0, 0, False
    job.stage, job.state, job.crashes = AccountImport.Stage.JUDGING, AccountImport.State.QUEUED, 0
    job.run_after, job.sent_at, job.finished_at = timezone.now(), None, None
    job.save()
    ImportRow.objects.bulk_create(
        (ImportRow(account_import=job, number=number, values=values) for number, values in rows),
        batch_size=BATCH,
    )


def remembered_columns(distributor: Distributor | None) -> dict[str, str]:
    """What this distributor's people said of columns, by the headings' keys; of two answers the newer one.

    Whatever became of those imports: who corrects a file first and sends it again is not asked twice.
    """
    asked = AccountImport.objects.filter(distributor=distributor, choice__has_key="headings")
    latest = asked.order_by("-created_at").values_list("choice__headings", flat=True)[:REMEMBERED]
    found: dict[str, str] = {}
    for headings in reversed(latest):
        found |= headings
    return found


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
        ImportFile.objects.filter(account_import=job).delete()
        start(job)
    return asked


def forget_old() -> None:
    """Forgets what the rows of imports of long ago say, and their files' names; how many they were stays."""
    before, nameless = timezone.now() - KEPT, AccountImport.FORGOTTEN_NAME
    old = AccountImport.objects.filter(created_at__lt=before)
    old.cancel()
    old.exclude(file_name=nameless).update(file_name=nameless, notes=[])
    ImportRow.objects.filter(account_import__created_at__lt=before).exclude(values={}).delete()
    ImportFile.objects.filter(account_import__created_at__lt=before).delete()


# --- in the worker, or in the request of a short import


def advance(job: AccountImport) -> None:
    """Judges or creates, as the stage says; a cancelled import has nothing left to do."""
    if job.stage == AccountImport.Stage.JUDGING:
        judge_all(job)
    elif job.stage == AccountImport.Stage.CREATING:
        create(job)
    else:
        with job.settle():
            pass


def judge_all(job: AccountImport) -> None:
    """Judges every row; then the import waits to be confirmed."""
    rows = list(job.rows.all())
    for _ in _judged(job, rows, Known.of(rows, job.distributor, job.created_by)):
        pass
    with job.settle():
        _keep_doubts(rows)
        _back_to_preview(job, rows)


def create(job: AccountImport) -> None:
    """Creates an account for every good row, all in one transaction or none.

    The rows are judged again first. When something changed since the preview, a creation of all rows goes
    back to the preview; one of the good rows leaves out what is good no longer.
    """
    for left in reversed(range(TRIES)):
        rows = list(job.rows.good())
        known = Known.of(rows, job.distributor, job.created_by)
        good = list(_judged(job, rows, known, for_preview=False))
        try:
            with job.settle():
                return _create(job, rows, good)
        except IntegrityError:
            # Somebody took an RFC or a user name between the look and the writing: look again.
            if not left:
                raise


def _judged(
    job: AccountImport, rows: list[ImportRow], known: Known, *, for_preview: bool = True
) -> Iterator[Account]:
    """Judges the rows, with a sign of life now and then; yields the good ones."""
    for start in range(0, len(rows), CHUNK):
        job.heartbeat(progress=start)
        for row in rows[start : start + CHUNK]:
            if account := judge(row, known, for_preview=for_preview):
                yield account
    job.heartbeat(progress=len(rows))


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
        if not (account.data["rfc"] in known.rfcs or account.username.lower() in known.usernames)
        or judge(account.row, known, for_preview=False)
    ]


def _back_to_preview(job: AccountImport, rows: list[ImportRow], *, overtaken: bool = False) -> None:
    _keep_errors(rows)
    AccountImport.objects.filter(pk=job.pk).update(
        stage=AccountImport.Stage.PREVIEW, bad=job.rows.bad().count(), overtaken=overtaken
    )


def _keep_errors(rows: list[ImportRow]) -> None:
    """Good rows were stored as such."""
    ImportRow.objects.bulk_update([row for row in rows if row.errors], ["errors"], batch_size=BATCH)


def _keep_doubts(rows: list[ImportRow]) -> None:
    """Once, with the preview: to write them again with the accounts would be a statement of megabytes.

    Most rows have none, and were stored so.
    """
    ImportRow.objects.bulk_update([row for row in rows if row.doubts], ["doubts"], batch_size=BATCH)

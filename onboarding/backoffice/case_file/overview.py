"""Everything about one company for who helps it: where it stands, and what happened, without a secret."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.db.models import Count, Max
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from certificates.models import Csd, Diagnosis
from companies.http import signed_in
from companies.models import Company, NoticeAcceptance, SecurityEvent, User
from facturamos.admin.action_links import ActionLink
from facturamos.admin.actions import ActionAdmin
from facturamos.company_scope import path_to_company
from facturamos.jobs.models import Job, kinds
from mailing.models import MailboxTest, Message
from onboarding.backoffice.board.companies import Row, rows
from onboarding.backoffice.case_file.provenance import Group, provenance
from onboarding.backoffice.case_file.timeline import timeline
from onboarding.backoffice.history.changes import Change
from onboarding.backoffice.notes.services import ShownNote, notes_of
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.stepper import StepperEntry, entries

LATEST = 10


@dataclass(frozen=True)
class Work:
    """A job as the page lists it; for a dead one with what can be done about it."""

    kind: str
    job: Job
    url: str
    actions: list[ActionLink]


@dataclass(frozen=True)
class SignInFailures:
    """Wrong passwords from one address."""

    address: str
    count: int
    last: datetime


@dataclass(frozen=True)
class CaseFile:
    """What the page shows; `row` and `steps` are empty for a company that nobody signs in for."""

    row: Row | None
    user: User | None
    steps: list[StepperEntry]
    sign_ins: list[SecurityEvent]
    failures: list[SignInFailures]
    csds: list[Csd]
    diagnoses: list[Diagnosis]
    mail_tests: list[MailboxTest]
    mails: list[Message]
    jobs: list[Work]
    acceptances: list[NoticeAcceptance]
    origins: list[Group]
    changes: list[Change]
    notes: list[ShownNote]


def overview(company: Company, request: HttpRequest) -> CaseFile:
    """Reads it all, in a number of queries that does not depend on how much there is."""
    row = next(iter(rows([company.pk])), None)
    user = row.user if row else None
    return CaseFile(
        row=row,
        user=user,
        steps=entries(Progress.of(user), STEPS) if user else [],
        sign_ins=_sign_ins(user) if user else [],
        failures=_failures(user) if user else [],
        csds=list(Csd.objects.for_company(company).without_files()[:LATEST]),
        diagnoses=list(company.csd_diagnoses.all()[:LATEST]),
        mail_tests=list(MailboxTest.objects.filter(mailbox__company=company)[:LATEST]),
        mails=list(company.messages.defer("secret")[:LATEST]),
        jobs=_latest(_jobs(company, request)),
        acceptances=list(company.notice_acceptances.select_related("notice", "user")),
        origins=provenance(company),
        changes=timeline(company, signed_in(request)),
        notes=notes_of(company, signed_in(request)),
    )


def _sign_ins(user: User) -> list[SecurityEvent]:
    return list(user.security_events.filter(kind=SecurityEvent.Kind.SIGNED_IN)[:LATEST])


def _failures(user: User) -> list[SignInFailures]:
    """Since the user last came in, by address: its own, whatever it or another was called."""
    events = user.security_events.filter(kind=SecurityEvent.Kind.REFUSED)
    if last := user.security_events.filter(kind=SecurityEvent.Kind.SIGNED_IN).first():
        events = events.filter(at__gt=last.at)
    grouped = events.order_by().values_list("address").annotate(count=Count("pk"), last=Max("at"))
    return [SignInFailures(*each) for each in grouped.order_by("-last")[:LATEST]]


def _latest(works: Iterable[Work]) -> list[Work]:
    return sorted(works, key=lambda work: work.job.created_at, reverse=True)[: 2 * LATEST]


def _jobs(company: Company, request: HttpRequest) -> Iterator[Work]:
    """The latest of each kind of job that reaches a company."""
    for kind in kinds():
        if path := path_to_company(kind):
            columns = [field.name for field in Job._meta.fields]
            for job in kind.objects.filter(**{path: company}).order_by("-created_at").only(*columns)[:LATEST]:
                yield _work(kind, job, request)


def _work(kind: type[Job], job: Job, request: HttpRequest) -> Work:
    """What can be done is what the job's own page offers; a mail, for one, is made anew."""
    model_admin = admin.site._registry.get(kind)
    page = f"admin:{kind._meta.app_label}_{kind._meta.model_name}_change"
    actions: list[ActionLink] = []
    if job.state == Job.State.DEAD and isinstance(model_admin, ActionAdmin):
        actions = model_admin.row_actions(request, job)
    return Work(
        kind=str(capfirst(kind._meta.verbose_name)),
        job=job,
        url=reverse(page, args=[job.pk]) if model_admin else "",
        actions=actions,
    )

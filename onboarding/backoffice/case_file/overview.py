"""Everything about one company for who helps it: where it stands, and what happened, without a secret."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from axes.models import AccessAttempt, AccessLog
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import capfirst

from certificates.models import Csd, Diagnosis
from companies.accounts.auth import limit_key
from companies.models import Company, NoticeAcceptance, User
from facturamos.admin.action_links import ActionLink
from facturamos.admin.actions import ActionAdmin
from facturamos.company_scope import path_to_company
from facturamos.jobs.models import Job, kinds
from mailing.models import MailboxTest, Message
from onboarding.backoffice.board.companies import Row, rows
from onboarding.backoffice.case_file.provenance import Group, provenance
from onboarding.backoffice.case_file.timeline import Change, timeline
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
class CaseFile:
    """What the page shows; `row` and `steps` are empty for a company that nobody signs in for."""

    row: Row | None
    user: User | None
    steps: list[StepperEntry]
    sign_ins: list[AccessLog]
    failures: list[AccessAttempt]
    csds: list[Csd]
    diagnoses: list[Diagnosis]
    mail_tests: list[MailboxTest]
    mails: list[Message]
    jobs: list[Work]
    acceptances: list[NoticeAcceptance]
    origins: list[Group]
    changes: list[Change]


def overview(company: Company, request: HttpRequest) -> CaseFile:
    """Reads it all, in a number of queries that does not depend on how much there is."""
    row = next(iter(rows([company.pk])), None)
    user = row.user if row else None
    return CaseFile(
        row=row,
        user=user,
        steps=entries(Progress.of(user), STEPS) if user else [],
        sign_ins=list(_sign_ins(user)) if user else [],
        failures=list(_failures(user)) if user else [],
        csds=list(Csd.objects.for_company(company).without_files()[:LATEST]),
        diagnoses=list(company.csd_diagnoses.all()[:LATEST]),
        mail_tests=list(MailboxTest.objects.filter(mailbox__company=company)[:LATEST]),
        mails=list(company.messages.defer("secret")[:LATEST]),
        jobs=_latest(_jobs(company, request)),
        acceptances=list(company.notice_acceptances.select_related("notice", "user")),
        origins=provenance(company),
        changes=timeline(company),
    )


def _sign_ins(user: User) -> QuerySet[AccessLog]:
    rows: QuerySet[AccessLog] = AccessLog.objects.filter(username__iexact=user.username)
    return rows.order_by("-attempt_time")[:LATEST]


def _failures(user: User) -> QuerySet[AccessAttempt]:
    rows: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(username=limit_key(user.username))
    return rows.order_by("-attempt_time")[:LATEST]


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

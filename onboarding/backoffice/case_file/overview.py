"""What the pages of a company in admin show, each of them in a fixed number of queries; never a secret.

Evidence (where somebody signed in from, what was agreed to) is support's; a distributor sees the rest.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib import admin
from django.db.models import Count, Max, Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from certificates.models import Csd, Diagnosis
from companies import phones
from companies.models import Company, SecurityEvent, User
from facturamos.admin.action_links import ActionLink
from facturamos.admin.actions import ActionAdmin
from facturamos.company_scope import path_to_company
from facturamos.jobs.models import Job, kinds
from mailing import outbox
from mailing.models import MailboxTest, Message
from onboarding.backoffice.board.companies import Row, rows
from onboarding.models import Delegation
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.stepper import StepperEntry, entries

LATEST = 10


@dataclass(frozen=True)
class ShownRow[M: Model]:
    """A row with its page in admin and what can be done to it there; both empty for who may not."""

    row: M
    name: str
    url: str
    actions: list[ActionLink]


@dataclass(frozen=True)
class Call:
    """A telephone number, with the links that dial it and that open a conversation; "" where none can."""

    name: str
    number: str

    @property
    def url(self) -> str:
        dialled = phones.dialled(self.number)
        return f"tel:{dialled}" if dialled else ""

    @property
    def whatsapp(self) -> str:
        dialled = phones.dialled(self.number)
        return f"https://wa.me/{dialled.removeprefix('+')}" if dialled else ""


@dataclass(frozen=True)
class SignInFailures:
    """Wrong passwords from one address."""

    address: str
    count: int
    last: datetime


@dataclass(frozen=True)
class Work:
    """A job as the page lists it; for a dead one with what can be done about it."""

    name: str
    job: Job
    url: str
    actions: list[ActionLink]


def shown[M: Model](
    request: HttpRequest, found: Iterable[M], name: Callable[[M], str] = str
) -> list[ShownRow[M]]:
    """Rows as their own admin shows them to who asks, by a name that tells them from each other."""
    return [ShownRow(row, name(row), _url(request, row), _actions(request, row)) for row in found]


def when(row: Job) -> str:
    """A job is told from others of its kind by when it was made."""
    return date_format(timezone.localtime(row.created_at), r"j \d\e F, H:i")


def calls(company: Company, users: Iterable[User]) -> list[Call]:
    """Every telephone number that is known, each once."""
    numbers = {company.phone: "Empresa"}
    for user in users:
        numbers.setdefault(user.phone, user.full_name)
    return [Call(name, number) for number, name in numbers.items() if number]


def _url(request: HttpRequest, row: Model) -> str:
    model_admin = admin.site._registry.get(type(row))
    if model_admin is None or not model_admin.has_view_permission(request, row):
        return ""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _actions(request: HttpRequest, row: Model) -> list[ActionLink]:
    model_admin = admin.site._registry.get(type(row))
    return model_admin.row_actions(request, row) if isinstance(model_admin, ActionAdmin) else []


def standing(company: Company) -> Row | None:
    """Where it stands, as the board says it; None for a company that nobody signs in for."""
    return next(iter(rows([company.pk])), None)


def steps(company: Company) -> list[StepperEntry]:
    """Every step with its state, as the issuer sees them."""
    user = company.users.first()
    return entries(Progress.of(user), STEPS) if user and hasattr(company, "onboarding") else []


def sign_ins(company: Company) -> list[SecurityEvent]:
    """The latest, of all who sign in for the company."""
    found = SecurityEvent.objects.filter(user__company=company, kind=SecurityEvent.Kind.SIGNED_IN)
    return list(found.select_related("user")[:LATEST])


def failures(users: Iterable[User]) -> dict[str, list[SignInFailures]]:
    """Since each last came in, by address: whatever the user or another was called."""
    found = {user.username: _failures(user) for user in users}
    return {name: failed for name, failed in found.items() if failed}


def _failures(user: User) -> list[SignInFailures]:
    events = user.security_events.filter(kind=SecurityEvent.Kind.REFUSED)
    if last := user.security_events.filter(kind=SecurityEvent.Kind.SIGNED_IN).first():
        events = events.filter(at__gt=last.at)
    grouped = events.order_by().values_list("address").annotate(count=Count("pk"), last=Max("at"))
    return [SignInFailures(*each) for each in grouped.order_by("-last")[:LATEST]]


def csds(company: Company) -> list[Csd]:
    """The latest pairs, without their files."""
    return list(Csd.objects.for_company(company).without_files()[:LATEST])


def diagnoses(company: Company) -> list[Diagnosis]:
    """The latest uploads and what was found, also of what was refused at once."""
    return list(company.csd_diagnoses.all()[:LATEST])


def mail_tests(company: Company) -> list[MailboxTest]:
    """The latest tests of its mailbox."""
    return list(MailboxTest.objects.filter(mailbox__company=company)[:LATEST])


def mails(company: Company) -> list[Message]:
    """The site's latest mails about it."""
    return list(company.messages.defer("secret")[:LATEST])


def mail_name(mail: Message) -> str:
    """Which mail it is, as the list of mails says."""
    return outbox.label_of(mail.kind)


def delegations(company: Company, user: User) -> list[Delegation]:
    """Which steps others were asked for, as far as `user` may know of it."""
    found = Delegation.objects.visible_to(user).filter(company=company).with_changes()
    return list(found.select_related("acceptance").order_by("-created_at")[:LATEST])


def step_asked(delegation: Delegation) -> str:
    """The step by its title."""
    return next((step.title for step in STEPS if step.slug == delegation.slug), delegation.slug)


def jobs(company: Company, request: HttpRequest) -> list[Work]:
    """The latest work that was done for it."""
    works = _jobs(company, request)
    return sorted(works, key=lambda work: work.job.created_at, reverse=True)[: 2 * LATEST]


def _jobs(company: Company, request: HttpRequest) -> Iterator[Work]:
    """The latest of each kind of job that reaches a company."""
    for kind in kinds():
        if path := path_to_company(kind):
            columns = [field.name for field in Job._meta.fields]
            for job in kind.objects.filter(**{path: company}).order_by("-created_at").only(*columns)[:LATEST]:
                dead = job.state == Job.State.DEAD
                actions = _actions(request, job) if dead else []
                yield Work(str(capfirst(kind._meta.verbose_name)), job, _url(request, job), actions)

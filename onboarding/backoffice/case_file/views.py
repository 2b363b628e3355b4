"""The pages of a company in admin, a tab each: what is read while the issuer is on the telephone."""

from django.http import HttpRequest
from django.template.response import TemplateResponse

from certificates.models import Csd, Diagnosis
from companies.models import Company, DocumentType, User
from companies.sat import tax_regimes
from companies.signed_in import signed_in
from facturamos.jobs.models import Job
from mailing.models import Mailbox
from onboarding.backoffice.case_file import overview
from onboarding.backoffice.case_file.provenance import provenance
from onboarding.backoffice.case_file.timeline import timeline
from onboarding.backoffice.notes.services import notes_of

SOME = 4


def _page(request: HttpRequest, name: str, **context: object) -> TemplateResponse:
    shared = {"for_support": signed_in(request).is_support}
    return TemplateResponse(request, f"admin/backoffice/company/{name}.html", shared | context)


def _number(csd: Csd) -> str:
    return csd.number or csd.rfc


def _code(diagnosis: Diagnosis) -> str:
    return diagnosis.code


def _kind(document: DocumentType) -> str:
    return document.get_kind_display()


def _users(company: Company) -> list[User]:
    return list(company.users.order_by("pk"))


def summary(request: HttpRequest, company: Company) -> TemplateResponse:
    """Where the company stands, how to reach it, and what waits for somebody."""
    users = _users(company)
    dead = overview.jobs(company, request) if signed_in(request).is_support else []
    return _page(
        request,
        "summary",
        standing=overview.standing(company),
        addresses=overview.shown(request, company.addresses.order_by("kind")),
        people=overview.shown(request, users),
        failures=overview.failures(users),
        calls=overview.calls(company, users),
        regime=tax_regimes.get(company.tax_regime),
        mails=overview.shown(request, overview.mails(company)[:SOME], overview.mail_name),
        csds=overview.shown(request, overview.csds(company)[:1], _number),
        diagnoses=overview.shown(request, overview.diagnoses(company)[:1], _code),
        notes=notes_of(company, signed_in(request))[:SOME],
        dead=[work for work in dead if work.job.state == Job.State.DEAD],
    )


def steps(request: HttpRequest, company: Company) -> TemplateResponse:
    """Every step with its state, and which of them somebody else was asked for."""
    onboarding = getattr(company, "onboarding", None)
    return _page(
        request,
        "steps",
        steps=overview.steps(company),
        standing=overview.standing(company),
        delegations=overview.shown(
            request, overview.delegations(company, signed_in(request)), overview.step_asked
        ),
        onboarding=onboarding,
    )


def csds(request: HttpRequest, company: Company) -> TemplateResponse:
    """The pairs, every upload and what was found, the test invoices."""
    return _page(
        request,
        "csds",
        csds=overview.shown(request, overview.csds(company), _number),
        diagnoses=overview.shown(request, overview.diagnoses(company), _code),
        test_invoices=overview.shown(
            request, company.test_invoices.order_by("-created_at")[:SOME], overview.when
        ),
    )


def mail(request: HttpRequest, company: Company) -> TemplateResponse:
    """The mailbox that invoices leave from, its tests, and the site's mails."""
    return _page(
        request,
        "mail",
        mailboxes=overview.shown(request, Mailbox.objects.filter(company=company)),
        tests=overview.shown(request, overview.mail_tests(company), overview.when),
        mails=overview.shown(request, overview.mails(company), overview.mail_name),
    )


def people(request: HttpRequest, company: Company) -> TemplateResponse:
    """Who signs in, what keeps them out, and for support from where they came."""
    users = _users(company)
    return _page(
        request,
        "people",
        people=overview.shown(request, users),
        failures=overview.failures(users),
        sign_ins=overview.sign_ins(company) if signed_in(request).is_support else [],
    )


def documents(request: HttpRequest, company: Company) -> TemplateResponse:
    """What it issues, what it signed; the evidence for support."""
    for_support = signed_in(request).is_support
    letters = [getattr(company, "manifest_letter", None)]
    acceptances = company.notice_acceptances.select_related("notice", "user") if for_support else []
    return _page(
        request,
        "documents",
        kinds=overview.shown(request, company.document_types.order_by("kind"), _kind),
        logos=overview.shown(request, filter(None, [getattr(company, "logo", None)])),
        letters=overview.shown(request, filter(None, letters)),
        signatures=overview.shown(request, company.letter_signatures.all()) if for_support else [],
        acceptances=overview.shown(request, acceptances),
    )


def history(request: HttpRequest, company: Company) -> TemplateResponse:
    """Every change that the reader may know of; for support the origins of values, and the work done."""
    for_support = signed_in(request).is_support
    return _page(
        request,
        "history",
        changes=timeline(company, signed_in(request)),
        origins=provenance(company) if for_support else [],
        jobs=overview.jobs(company, request) if for_support else [],
    )

"""A company that may invoice, and what its rows may say instead."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

from django.utils import timezone

from certificates.checks.results import bad, good, to_json
from certificates.models import Csd, Diagnosis, TestInvoice
from certificates.test_invoice import services
from certificates.testing import Pair
from companies.models import Address, Company, ManifestLetter, User
from mailing.models import Mailbox
from onboarding.models import Onboarding, StepState
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import Tab
from tests.onboarding.steps.test_sellos import work

NEEDED = ("carta-manifiesto", "datos-fiscales", "direccion-fiscal", "direccion-de-emision", "usuario")


def ready_company(tab: Tab, issuer: User, pair: Pair) -> Company:
    """One that has done all, signed its letter, and may invoice."""
    for slug in (*NEEDED, "documentos"):
        answers = ANSWERS[slug]() | ({"current_password": PASSWORD} if slug == "usuario" else {})
        assert tab.submit(slug, answers).status_code == 302
    tab.submit("sellos", csd_files(pair))
    work()
    assert issuer.company is not None
    User.objects.filter(pk=issuer.pk).update(last_login=timezone.now())
    Csd.objects.update(usable_since=timezone.now())
    letter(issuer.company, signed_on=date(2026, 11, 2), verified_at=timezone.now())
    return Company.objects.get(pk=issuer.company.pk)


def letter(company: Company, **values: object) -> None:
    ManifestLetter.objects.update_or_create(company=company, defaults=values)


def mailbox(
    company: Company, *, active: bool, omitted: bool = False, failed: bool = False, insisted: str = ""
) -> None:
    box = Mailbox(
        company=company, from_email="ventas@example.com", from_name="Ñ", host="smtp.example.com", port=587
    )
    box.save()
    if active:
        box.approve()
    if insisted:
        box.tests.create(code=insisted, message="No contestó a tiempo.", digest=box.digest())
        box.insist()
    if omitted:
        omit(company, "correo")
    if failed:
        box.tests.create(code="auth_refused", message="No aceptó la contraseña.", action="Revísela.")


def omit(company: Company, slug: str) -> None:
    StepState.objects.update_or_create(
        onboarding=company.onboarding, slug=slug, defaults={"omitted": True, "saved_at": None}
    )


def note(company: Company, slug: str) -> None:
    StepState.objects.filter(onboarding=company.onboarding, slug=slug).update(note="Revise la Ñ.")


def finish(company: Company) -> None:
    user = company.users.get()
    Onboarding.objects.filter(company=company).update(finished_at=timezone.now(), finished_by=user)


def refused_at_once(company: Company) -> None:
    """Nothing of the upload was stored but the report."""
    Csd.objects.update(state=Csd.State.REPLACED, key=None, password=None)
    report = to_json((good("El archivo", ""), bad("Es una FIEL, no un CSD", "", "")))
    named = [{**line, "code": "file"} for line in report]
    Diagnosis.objects.create(code="CSD-ÑÑÑÑ", company=company, ok=False, for_support=False, report=named)


def unsaved(slug: str) -> Callable[[Company], object]:
    """A step that the issuer never saved, whatever its rows say."""
    return lambda company: StepState.objects.filter(onboarding__company=company, slug=slug).delete()


def refused_test(company: Company, *codes: str, state: str = "done") -> None:
    """A test invoice of the company as it is now, refused for these stages."""
    company = Company.objects.get(pk=company.pk)
    csd = Csd.objects.active().filter(company=company).first()
    if csd is None:
        return
    report = tuple(replace(bad("Algo", f"No pasó por {code}.", "Corríjalo."), code=code) for code in codes)
    TestInvoice.objects.create(
        company=company,
        csd=csd,
        state=state,
        ok=False,
        report=to_json(report),
        subject=services._subject(company, csd.number),
    )


def asked(company: Company) -> None:
    """The issuer was asked about all that is doubtful, and left it so."""
    progress = Progress.of(company.users.get())
    kept = {doubt.key: "kept" for step in STEPS for doubt in step.questions(progress)}
    Onboarding.objects.filter(company=company).update(doubts=kept)


REFUSAL = {"rejection": "El PAC no aceptó la firma.", "next_action": "Firme otra vez con su e.firma."}

# By subject, what rows may say; None is how the company was.
type Change = Callable[[Company], object] | None
VARIATIONS: dict[str, list[Change]] = {
    "letter": [
        None,
        lambda company: letter(company, signed_on=None, verified_at=None, manual_made_at=timezone.now()),
        lambda company: letter(company, verified_at=None),
        lambda company: letter(company, verified_at=None, sent_at=timezone.now()),
        lambda company: letter(company, verified_at=None, sent_at=timezone.now(), is_doubtful=True),
        lambda company: letter(company, verified_at=None, rejected_at=timezone.now(), **REFUSAL),
        lambda company: letter(company, terms="de otro PAC"),
        lambda company: ManifestLetter.objects.filter(company=company).delete(),
        lambda company: StepState.objects.filter(slug="carta-manifiesto").delete(),
    ],
    "csd": [
        None,
        lambda company: Csd.objects.update(state=Csd.State.REPLACED, key=None, password=None),
        lambda company: Csd.objects.update(sat_status=Csd.SatStatus.REVOKED),
        lambda company: Csd.objects.update(valid_to=timezone.now() - timedelta(days=1)),
        lambda company: Csd.objects.update(usable_since=None, valid_from=timezone.now() - timedelta(hours=2)),
        lambda company: Csd.objects.update(rfc="EKU9003173C9"),
        refused_at_once,
        lambda company: Csd.objects.update(
            state=Csd.State.WAITING_PASSWORD, password=None, draft_until=timezone.now() + timedelta(days=1)
        ),
    ],
    "name": [
        None,
        lambda company: Company.objects.update(csf_name="OTRA EMPRESA DEL NORTE"),
        lambda company: Company.objects.update(name="MUEBLES DEL NORTE"),
        lambda company: Company.objects.update(name="PANADERÍA LA ÑAPA S.A. de C.V."),
        lambda company: Company.objects.update(name="Panadería la Ñapa"),
        lambda company: Company.objects.update(name="Panadería", csf_name="OTRA EMPRESA DEL NORTE"),
    ],
    "regime": [
        None,
        None,
        lambda company: Company.objects.update(tax_regime="605"),
        lambda company: Company.objects.update(tax_regime="616"),
    ],
    "postal code": [
        None,
        lambda company: Company.objects.update(expedition_place="00001"),
        lambda company: Address.objects.update(postal_code="00002"),
        lambda company: Address.objects.filter(kind="issuing").update(
            postal_code="00003", follows_fiscal=False
        ),
        lambda company: Company.objects.update(expedition_place="64000"),
        lambda company: Address.objects.filter(kind="fiscal").update(state="Jalisco"),
    ],
    # After names and codes, which are faulty in the same rows.
    "unanswered": [
        None,
        None,
        None,
        unsaved("datos-fiscales"),
        unsaved("direccion-fiscal"),
        unsaved("direccion-de-emision"),
        lambda company: Company.objects.update(tax_regime=""),
    ],
    "mailbox": [
        None,
        lambda company: mailbox(company, active=True),
        lambda company: mailbox(company, active=False),
        lambda company: mailbox(company, active=True, failed=True),
        lambda company: mailbox(company, active=True, omitted=True),
        lambda company: mailbox(company, active=False, omitted=True),
        lambda company: mailbox(company, active=False, insisted="timeout"),
        lambda company: mailbox(company, active=False, insisted="timeout", failed=True),
    ],
    "address": [None, None, lambda company: Address.objects.filter(kind="fiscal").delete()],
    "note": [
        None,
        None,
        lambda company: note(company, "documentos"),
        lambda company: note(company, "carta-manifiesto"),
    ],
    # What came of it counts only for the company as it is: after all other changes.
    "test invoice": [
        None,
        None,
        lambda company: refused_test(company, "name"),
        lambda company: refused_test(company, "expedition_place", "tax_regime"),
        lambda company: refused_test(company, "xml"),
        lambda company: refused_test(company, "seal"),
        lambda company: refused_test(company),
        lambda company: refused_test(company, state="dead"),
    ],
    "asked": [None, asked],
    "finished": [None, finish],
}


def words(html: str) -> str:
    """A page's text, on one line."""
    return " ".join(unescape(html).split())

"""What a worker finds, brought about on an issuer's pages: waited for, refused, given up."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from playwright.sync_api import BrowserContext, expect

from certificates.models import CsdValidation, LetterSignature, LetterSubmission, TestInvoice
from certificates.testing import CA, Pair
from companies import letters
from companies.models import Company, User, ValidatorQuery
from facturamos.jobs import tasks
from facturamos.jobs.models import Job
from mailing.models import Mailbox, MailboxTest
from onboarding.steps import STEPS
from tests.browser.inspection import Inspector
from tests.browser.letters import READ, LetterWalk, issue
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import Tab

# A name without a blank, an address as long as they come.
LONG_NAME = "COMERCIALIZADORAINTERNACIONALDEPRODUCTOSALIMENTICIOSYÑANDÚES"
LONG_ADDRESS = "administracion.y.facturacion.electronica@comercializadorainternacional.example"
VALIDATOR = "/configuracion/constancia/sat/"
STEP_PAGES = {step.slug: f"/configuracion/{step.slug}/" for step in STEPS}
LONGEST: dict[str, dict[str, Any]] = {
    "datos-fiscales": {"name": LONG_NAME},
    "usuario": {"email": LONG_ADDRESS, "current_password": PASSWORD},
    "direccion-fiscal": {"street": "Á" * 150, "reference": "x" * 240},
    "correo": {"from_email": LONG_ADDRESS, "from_name": LONG_NAME, "username": LONG_ADDRESS},
    "documentos": {"invoice_series": "A" * 25, "invoice_first_folio": "2147483647"},
}


# --- the cast


@dataclass
class Visitor:
    """An issuer before the browser, whose rows a second, quicker tab changes; the test is its worker."""

    inspector: Inspector
    context: BrowserContext
    user: User
    tab: Tab

    def sign_in(self) -> None:
        """Browser and tab, in one session."""
        self.user.refresh_from_db()
        self.tab.client.force_login(self.user, backend="companies.accounts.auth.Backend")
        value = self.tab.client.cookies["sesion"].value
        self.context.add_cookies([{"name": "sesion", "value": value, "url": self.inspector.url}])

    def answer(self, slug: str, **changes: Any) -> None:
        """A step, by the tab."""
        response = self.tab.submit(slug, ANSWERS[slug]() | changes)
        assert response.status_code in (200, 302), slug

    def upload(self, pair: Pair, **changes: Any) -> None:
        """A CSD, by the tab."""
        self.tab.submit("sellos", csd_files(pair) | changes)


def work(kind: type[Job]) -> None:
    """What a worker does with all that waits."""
    for job in kind._default_manager.filter(state="queued"):
        tasks.run(kind._meta.label_lower, str(job.pk))


def give_up(kind: type[Job]) -> None:
    """What a worker does with work that has failed too often."""
    for job in kind._default_manager.filter(state="queued"):
        kind._default_manager.filter(pk=job.pk).update(state="dead")
        job.on_dead()


# --- a worker's outcomes


def seals_in_trouble(visitor: Visitor, ca: CA, pair: Pair) -> None:
    """Step 9: of the wrong kind, waiting, the wrong password, given up by us."""
    inspector, address = visitor.inspector, STEP_PAGES["sellos"]
    visitor.upload(ca.issue(kind="FIEL", rfc="PNA190312AB1", name=LONG_NAME))
    inspector.show(address, "fiel")
    visitor.upload(pair, password="no-es-esta")
    inspector.show(address, "waiting")
    work(CsdValidation)
    inspector.show_failed(address, "failed")
    visitor.upload(pair)
    give_up(CsdValidation)
    inspector.show_failed(address, "given up")


def letter_in_trouble(visitor: Visitor, ca: CA) -> None:
    """Step 3 signed on the page: nothing chosen, the wrong password, what is to be signed."""
    inspector, walk = visitor.inspector, LetterWalk(visitor.inspector.page, visitor.inspector.url)
    inspector.open(STEP_PAGES["carta-manifiesto"])
    walk.press(READ)
    walk.refused("Escriba la contraseña")
    inspector.look("e.firma missing")
    pair = issue(ca, visitor.user, representative="NUPJ800101AB2")
    inspector.open(STEP_PAGES["carta-manifiesto"])
    walk.bring(pair, "no-es-esta")
    walk.press(READ)
    walk.refused("La contraseña no corresponde a esta llave")
    inspector.look("e.firma refused")
    inspector.open(STEP_PAGES["carta-manifiesto"])
    walk.bring(pair)
    walk.read()
    walk.page.get_by_text("Lo que se firma, letra por letra").click()
    inspector.look("e.firma read")


def letter_signed(visitor: Visitor, ca: CA) -> None:
    """And signed there, at last."""
    inspector, walk = visitor.inspector, LetterWalk(visitor.inspector.page, visitor.inspector.url)
    inspector.open(STEP_PAGES["carta-manifiesto"])
    walk.bring(issue(ca, visitor.user))
    walk.read()
    walk.agree_and_sign()
    inspector.look("e.firma signed")
    inspector.show(STEP_PAGES["carta-manifiesto"], "settled")


def letter_on_its_way(visitor: Visitor) -> None:
    """To a PAC with an interface: waiting to be sent, sent, refused."""
    inspector, address = visitor.inspector, STEP_PAGES["carta-manifiesto"]
    submission = LetterSubmission.objects.create(signature=LetterSignature.objects.get())
    inspector.show(address, "waiting")
    with transaction.atomic():
        letters.note_sent(submission.signature_id)
    inspector.show(address, "sent")
    with transaction.atomic():
        LetterSubmission.objects.update(outcome=LetterSubmission.Outcome.REJECTED)
        letters.note_rejected(submission.signature_id, "El RFC no está en su lista.", "Firme otra vez.")
    inspector.show(address, "rejected")


def renewal_in_trouble(visitor: Visitor, ca: CA) -> None:
    """Step 9 and the panel of who has a CSD, when the one that should take its place is refused."""
    newer = ca.issue(rfc="PNA190312AB1", name=LONG_NAME)
    visitor.upload(newer, password="no-es-esta")
    work(CsdValidation)
    visitor.inspector.show_failed(STEP_PAGES["sellos"], "renewal refused")
    visitor.inspector.show("/panel/", "renewal refused")


def mailbox_in_trouble(visitor: Visitor) -> None:
    """Step 10: waiting, and a server that says no, with a proposal."""
    inspector, address = visitor.inspector, STEP_PAGES["correo"]
    answers = ANSWERS["correo"]() | LONGEST["correo"]
    visitor.tab.submit("correo", answers, accion="probar")
    inspector.show(address, "waiting")
    host = Mailbox.objects.get().host
    MailboxTest.objects.update(
        state="done",
        to=[LONG_ADDRESS],
        code="refused",
        message=f"«{host}» no respondió.",
        action="Revise el servidor.",
        proposal={"host": "smtp." + "a" * 60 + ".example", "port": 465, "use_ssl": True},
    )
    inspector.show_failed(address, "failed")


def validator_in_trouble(visitor: Visitor) -> None:
    """The SAT is asked: waiting, does not know, does not answer, knows."""
    inspector = visitor.inspector
    for id_cif, state in (
        ("15010000404", "failed"),
        ("15010000500", "no answer"),
        ("15010000001", "answered"),
    ):
        visitor.tab.client.post(VALIDATOR, {"id_cif": id_cif, "rfc": "PNA190312AB1"})
        inspector.show(VALIDATOR, "waiting")
        work(ValidatorQuery)
        show = inspector.show if state == "answered" else inspector.show_failed
        show(VALIDATOR, state)


def invoice_in_trouble(visitor: Visitor, address: str, *, brief: bool = False) -> None:
    """The test invoice on one of its pages: waiting, refused, overtaken, given up by us, verified."""
    inspector, company = visitor.inspector, Company.objects.filter(users=visitor.user)
    place = company.get().expedition_place
    company.update(expedition_place="00001")
    start(visitor)
    inspector.show(address, "waiting", brief=brief)
    work(TestInvoice)
    inspector.show_failed(address, "failed", brief=brief)
    company.update(expedition_place=place)
    inspector.show(address, "overtaken", brief=brief)
    start(visitor)
    give_up(TestInvoice)
    inspector.show_failed(address, "given up", brief=brief)
    start(visitor)
    work(TestInvoice)
    inspector.show(address, "verified", brief=brief)
    expect(inspector.page.get_by_role("heading", name="Sello verificado", exact=True)).to_be_visible()


def start(visitor: Visitor) -> None:
    """«Probar mi factura»."""
    visitor.tab.client.post("/configuracion/prueba/", {"de": "terminar"})

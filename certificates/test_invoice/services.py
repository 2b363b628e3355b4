"""«Probar mi factura»: a test invoice sealed with the company's CSD, before the first real one.

Nothing leaves the site: the XML is built, sealed and verified here, kept in the row and offered to its
company. What pages show is `overview`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from certificates import custody
from certificates.checks.results import CheckResult, from_json, to_json
from certificates.models import Csd, SecretAccess, TestInvoice
from certificates.test_invoice.issuer import InvoiceIssuer
from certificates.x509 import certificate as cer
from certificates.x509 import key_header, private_key
from certificates.x509.private_key import PrivateKey
from companies.models import Company, SatPostalCode, User

# c_CodigoPostal's words. The border keeps the summer time of the United States.
ZONES = {
    "Tiempo del Centro": ZoneInfo("America/Mexico_City"),
    "Tiempo del Centro en Frontera": ZoneInfo("America/Matamoros"),
    "Tiempo del Pacífico": ZoneInfo("America/Mazatlan"),
    "Tiempo del Noroeste": ZoneInfo("America/Tijuana"),
    "Tiempo del Sureste": ZoneInfo("America/Cancun"),
}


class StoredTest(TypedDict):
    """What a page reads of the latest test invoice without asking for it: see `standing`."""

    state: str
    ok: bool | None
    subject: str
    # The lines of its report that are bad.
    problems: list[Mapping[str, str]]


@dataclass(frozen=True)
class TestInvoiceOverview:
    """The latest test invoice as pages show it: none, running, stuck, verified, refused or outdated."""

    state: str
    report: tuple[CheckResult, ...] = ()
    when: datetime | None = None
    has_xml: bool = False

    @property
    def problems(self) -> tuple[CheckResult, ...]:
        """The lines that a real invoice would be refused for."""
        return tuple(line for line in self.report if line.bad)


def start(company: Company, user: User | None) -> TestInvoice | None:
    """Queues a test invoice; the one under way, if there is one. None while no CSD is active."""
    with transaction.atomic():
        # Two clicks at once follow each other. NO KEY, so that rows may point to it.
        Company.objects.select_for_update(no_key=True).only("pk").get(pk=company.pk)
        if under_way := TestInvoice.objects.filter(company=company).unfinished().first():
            return under_way
        csd = Csd.objects.filter(company=company).active().without_files().first()
        if csd is None:
            return None
        return TestInvoice.objects.create(company=company, csd=csd, user=user).enqueue()


def perform(job: TestInvoice) -> None:
    """Makes the test invoice and writes what came of it with the job's own end."""
    # With satcfdi behind it, which takes half a second to import: only a worker does.
    from certificates.test_invoice import stages

    csd = Csd.objects.select_related("company").get(pk=job.csd_id)
    company = csd.company
    done = stages.make_test_invoice(
        InvoiceIssuer(company.rfc, company.name, company.tax_regime, company.expedition_place),
        cer.load(bytes(csd.certificate)),
        lambda: _opened(csd, job.user),
        timezone.localtime(timezone=_zone(company)),
    )
    with job.settle():
        TestInvoice.objects.filter(pk=job.pk).update(
            ok=done.ok,
            report=to_json(done.results),
            subject=_subject(company, csd.number),
            xml=done.xml.decode(),
        )


def _zone(company: Company) -> ZoneInfo | None:
    """The zone of the place of issue, whose clock a CFDI shows; the site's own when it is not known."""
    words = SatPostalCode.objects.filter(code=company.expedition_place).values_list("time_zone", flat=True)
    return ZONES.get(words.first() or "")


def _opened(csd: Csd, user: User | None) -> PrivateKey | None:
    """The private key, with a record of its opening; None when it is gone. Raises der.Unreadable."""
    secrets = custody.open_secrets(csd, SecretAccess.Purpose.TEST_INVOICE, user)
    if secrets is None:
        return None
    header = key_header.read(secrets.key.reveal())
    return private_key.open_with(header, secrets.typed() or b"").key


def overview(company: Company, number: str) -> TestInvoiceOverview:
    """The latest test invoice, in one query; `number` is the active CSD's."""
    latest = TestInvoice.objects.filter(company=company).order_by("-created_at").first()
    if latest is None:
        return TestInvoiceOverview("none")
    state = _state_of(latest.state, latest.subject, company, number, ok=latest.ok)
    if state == "running":
        return TestInvoiceOverview(state)
    if state in ("stuck", "outdated"):
        return TestInvoiceOverview(state, when=latest.finished_at)
    return TestInvoiceOverview(state, latest.results, latest.finished_at, has_xml=bool(latest.xml))


def standing(latest: StoredTest | None, company: Company, number: str) -> TestInvoiceOverview:
    """The same from what was read of it along with other things: its state and its problems."""
    if latest is None or not number:
        return TestInvoiceOverview("none")
    state = _state_of(latest["state"], latest["subject"], company, number, ok=latest["ok"])
    return TestInvoiceOverview(state, from_json(latest["problems"]) if state == "refused" else ())


def _state_of(job: str, subject: str, company: Company, number: str, *, ok: bool | None) -> str:
    if job == TestInvoice.State.DEAD:
        return "stuck"
    if job != TestInvoice.State.DONE:
        return "running"
    if subject != _subject(company, number):
        return "outdated"
    return "verified" if ok else "refused"


def latest_xml(company: Company) -> str | None:
    """The sample XML of the latest test invoice that sealed one."""
    rows = TestInvoice.objects.filter(company=company).exclude(xml="").order_by("-created_at")
    return rows.values_list("xml", flat=True).first()


def _subject(company: Company, number: str) -> str:
    """Names what an invoice would say about its issuer."""
    said = (company.rfc, company.name, company.tax_regime, company.expedition_place, number)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()

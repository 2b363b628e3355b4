"""«Probar mi factura»: a sample invoice sealed with the company's CSD, before the first real one.

Nothing leaves the site: the XML is built, sealed and verified here, kept in the row and offered to its
company. What pages show is `overview`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from certificates import certificate as cer
from certificates import custody, envelope, private_key
from certificates.models import Csd, SecretAccess, SelfTest
from certificates.private_key import PrivateKey
from certificates.results import CheckResult, to_json
from companies.models import Company, SatPostalCode, User

# c_CodigoPostal's words. The border keeps the summer time of the United States.
ZONES = {
    "Tiempo del Centro": ZoneInfo("America/Mexico_City"),
    "Tiempo del Centro en Frontera": ZoneInfo("America/Matamoros"),
    "Tiempo del Pacífico": ZoneInfo("America/Mazatlan"),
    "Tiempo del Noroeste": ZoneInfo("America/Tijuana"),
    "Tiempo del Sureste": ZoneInfo("America/Cancun"),
}


@dataclass(frozen=True)
class Overview:
    """The latest self-test as pages show it: none, running, stuck, verified, refused or outdated."""

    state: str
    report: tuple[CheckResult, ...] = ()
    when: datetime | None = None
    has_xml: bool = False

    @property
    def problems(self) -> tuple[CheckResult, ...]:
        """The lines that a real invoice would be refused for."""
        return tuple(line for line in self.report if line.bad)


def start(company: Company, user: User | None) -> SelfTest | None:
    """Queues a self-test; the one under way, if there is one. None while no CSD is active."""
    with transaction.atomic():
        # Two clicks at once follow each other. NO KEY, so that rows may point to it.
        Company.objects.select_for_update(no_key=True).only("pk").get(pk=company.pk)
        if under_way := SelfTest.objects.filter(company=company).unfinished().first():
            return under_way
        csd = Csd.objects.filter(company=company).active().without_files().first()
        if csd is None:
            return None
        return SelfTest.objects.create(company=company, csd=csd, user=user).enqueue()


def perform(job: SelfTest) -> None:
    """Rehearses the invoice and writes what came of it with the job's own end."""
    from certificates import rehearsal
    from certificates.cfdi import Taxpayer

    csd = Csd.objects.select_related("company").get(pk=job.csd_id)
    company = csd.company
    done = rehearsal.rehearse(
        Taxpayer(company.rfc, company.name, company.tax_regime, company.expedition_place),
        cer.load(bytes(csd.certificate)),
        lambda: _opened(csd, job.user),
        timezone.localtime(timezone=_zone(company)),
    )
    with job.settle():
        SelfTest.objects.filter(pk=job.pk).update(
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
    secrets = custody.open_secrets(csd, SecretAccess.Purpose.SELF_TEST, user)
    if secrets is None:
        return None
    header = envelope.read(secrets.key.reveal())
    return private_key.open_with(header, secrets.typed() or b"").key


def overview(company: Company, number: str) -> Overview:
    """The latest self-test, in one query; `number` is the active CSD's."""
    latest = SelfTest.objects.filter(company=company).order_by("-created_at").first()
    if latest is None:
        return Overview("none")
    if latest.state == SelfTest.State.DEAD:
        return Overview("stuck", when=latest.finished_at)
    if latest.state != SelfTest.State.DONE:
        return Overview("running")
    if latest.subject != _subject(company, number):
        return Overview("outdated", when=latest.finished_at)
    state = "verified" if latest.ok else "refused"
    return Overview(state, latest.results, latest.finished_at, has_xml=bool(latest.xml))


def latest_xml(company: Company) -> str | None:
    """The sample XML of the latest self-test that sealed one."""
    rows = SelfTest.objects.filter(company=company).exclude(xml="").order_by("-created_at")
    return rows.values_list("xml", flat=True).first()


def _subject(company: Company, number: str) -> str:
    """Names what an invoice would say about its issuer."""
    said = (company.rfc, company.name, company.tax_regime, company.expedition_place, number)
    return hashlib.sha256("\n".join(said).encode()).hexdigest()

"""Made pairs for every test, and the SAT's own test material where it is there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from certificates import services
from certificates.authorities.chain import Authorities
from certificates.checks.evidence import CheckContext, CsdUpload
from certificates.checks.registry import Report, examine
from certificates.checks.results import CheckResult
from certificates.models import Csd, CsdValidation, Diagnosis
from certificates.testing import CA, Pair, make_ca
from companies.models import Company, User
from facturamos.jobs import tasks
from facturamos.vault import Secret
from tests.authority import known_ca

NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
RFC, NAME = "PNA190312AB1", "PANADERÍA LA ÑAPA"
SAT_PASSWORD = b"12345678a"

# Beside the project, and not part of it.
SAT = Path(__file__).resolve().parents[3] / "shared" / "data" / "sat"


@cache
def rsa_key(number: int = 0, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The same few keys for all tests: making one takes longer than a test."""
    return rsa.generate_private_key(65537, bits)


@pytest.fixture(scope="session")
def ca() -> CA:
    """An authority that nobody knows unless told."""
    return make_ca("AC DE PAPEL", valid_from=NOW - timedelta(days=2000), key=rsa_key(9))


Issue = Callable[..., Pair]


@pytest.fixture
def issue() -> Issue:
    """Issues a pair of the company's RFC by the known authority, half a year old unless told otherwise."""

    def issue(**options: object) -> Pair:
        options = {"rfc": RFC, "name": f"{NAME} SA DE CV", "valid_from": NOW - timedelta(days=180)} | options
        options.setdefault("key", rsa_key())
        return known_ca().issue(**options)  # type: ignore[arg-type]

    return issue


@pytest.fixture
def context() -> CheckContext:
    """A test site that knows the authority."""
    known = Authorities(test=[known_ca().certificate])
    return CheckContext(NOW, RFC, NAME, production=False, authorities=known)


def judge(pair: Pair, context: CheckContext, **changes: object) -> Report:
    """The doctor's report on a pair."""
    given = {"certificate": pair.certificate, "key": pair.key, "password": pair.password} | changes
    return examine(CsdUpload(**given), context)  # type: ignore[arg-type]


def line(report: Report, code: str) -> CheckResult:
    """One check's result."""
    return next(result for result in report.results if result.code == code)


def line_of(diagnosis: Diagnosis, code: str) -> CheckResult:
    """One check's result in what was kept."""
    return next(result for result in diagnosis.results if result.code == code)


@pytest.fixture
def company(issuer: User) -> Company:
    """The issuer's company."""
    assert issuer.company is not None
    return issuer.company


def files(pair: Pair) -> dict[str, SimpleUploadedFile]:
    """A pair as a browser sends it, under names with Ñ and spaces."""
    return {
        "certificate": SimpleUploadedFile("PANADERÍA LA ÑAPA.cer", pair.certificate),
        "key": SimpleUploadedFile(pair.key_name, pair.key),
    }


def work(csd: Csd) -> CsdValidation:
    """Does what a worker would: claims the waiting validation and performs it."""
    waiting = csd.validations.get(state=CsdValidation.State.QUEUED)
    job = CsdValidation.objects.claim(waiting.pk)
    assert job is not None
    tasks.perform(job)
    job.refresh_from_db()
    csd.refresh_from_db()
    return job


def receive(company: Company, pair: Pair, password: bytes | None = None, key_name: str = "") -> Csd:
    """Uploads a pair as the company's user; an empty password is none."""
    typed = pair.password if password is None else password
    return services.receive(
        company,
        company.users.get(),
        certificate=pair.certificate,
        key=pair.key,
        password=Secret(typed) if typed else None,
        now=timezone.now(),
        key_name=key_name,
    )

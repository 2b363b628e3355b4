"""Full validation of a CSD pair, beside satcfdi's `Signer.load` and `CertificateStore`, in one run.

Ours runs all checks with their sentences, the test signature and the hints' bookkeeping; satcfdi
loads the pair, compares the public keys and verifies the chain. Files, password and authority are the same.
Then the same work through Celery, with what it costs to claim a job, open the vault and write the verdict.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import call_command
from satcfdi.models import Signer
from satcfdi.models.certificate_store import CertificateStore

from benchmarks.figures import Figure, median, milliseconds, sized
from certificates import services
from certificates.authorities.chain import Authorities
from certificates.checks.evidence import CheckContext, CsdUpload
from certificates.checks.registry import examine
from certificates.models import Csd, CsdValidation
from certificates.testing import CA, Pair
from certificates.x509 import certificate
from companies.models import Company, Distributor
from facturamos.vault import Secret
from tests.authority import known_ca

ROUNDS = sized(60, 2)
VALIDATIONS = sized(200, 4)
MARK_RATIO = 12
MARK_A_SECOND = 50
NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
RFC, NAME = "PNA190312AB1", "PANADERIA LA ESPIGA"


def run() -> Iterator[Figure]:
    """Milliseconds of each, the medians of rounds that take turns, and how often ours fits into theirs."""
    ca = known_ca()
    pair = ca.issue(rfc=RFC, name=NAME, valid_from=NOW - timedelta(days=90))
    upload = CsdUpload(pair.certificate, pair.key, pair.password)
    context = CheckContext(NOW, RFC, NAME, production=False, authorities=Authorities(test=[ca.certificate]))
    store = CertificateStore([x509.load_der_x509_certificate(ca.certificate)])

    def ours() -> bool:
        return examine(upload, context).ok

    def theirs() -> bool:
        signer = Signer.load(certificate=pair.certificate, key=pair.key, password=pair.password)
        return bool(store.verify_certificate(signer.certificate.to_cryptography(), NOW))

    assert ours()
    assert theirs()
    timed = [(milliseconds(ours), milliseconds(theirs)) for _ in range(ROUNDS)]
    mine, other = (median(list(column)) for column in zip(*timed, strict=True))
    yield Figure(
        "full validation of a pair, how often it fits into satcfdi's",
        round(other / mine, 1),
        "×",
        at_least=MARK_RATIO,
        details={"ours_ms": mine, "satcfdi_ms": other},
    )
    yield from _refusals(upload, context)
    yield _through_celery(ca)


def _refusals(upload: CsdUpload, context: CheckContext) -> Iterator[Figure]:
    """What the request itself spends: an upload without opening the key, and a wrong password with hints."""
    cases = {
        "in the request, key closed": CsdUpload(upload.certificate, upload.key),
        "wrong password, with hints": CsdUpload(upload.certificate, upload.key, "Contraseña ".encode()),
    }
    for what, case in cases.items():
        figures = [milliseconds(lambda case=case: examine(case, context)) for _ in range(ROUNDS)]  # type: ignore[misc]
        yield Figure(what, median(figures), "ms")


def _through_celery(ca: CA) -> Figure:
    """Validations a second of one worker with two children, from the first verdict to the last."""
    call_command("migrate", verbosity=0)
    distributor = Distributor.objects.create(name="Distribuidora")
    # One for all: making a key takes longer than a validation.
    key = rsa.generate_private_key(65537, 2048)
    for number in range(VALIDATIONS):
        _upload(distributor, ca.issue(rfc=f"PNA{number:06}AB1", name=NAME, key=key))
    command = ["-m", "celery", "-A", "facturamos", "worker", "--queues", "people", "--loglevel", "error"]
    worker = subprocess.Popen(  # noqa: S603
        [sys.executable, *command, "--concurrency=2"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        finished = _verdicts()
    finally:
        # Not politely: Celery's shutdown may wait for ever for a child that still writes its result.
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    seconds = (finished[-1] - finished[0]).total_seconds()
    rate = round((len(finished) - 1) / seconds, 1)
    return Figure(
        "validations through Celery, two children",
        rate,
        "a second",
        at_least=MARK_A_SECOND,
        details={"n": len(finished)},
    )


def _upload(distributor: Distributor, pair: Pair) -> None:
    """A company, and its upload that waits for a worker."""
    rfc = certificate.load(pair.certificate).rfc
    company = Company.objects.create(distributor=distributor, name=NAME, rfc=rfc)
    services.receive(
        company,
        None,
        certificate=pair.certificate,
        key=pair.key,
        password=Secret(pair.password),
        now=datetime.now(UTC),
    )


def _verdicts() -> list[datetime]:
    """Waits for all; when each was written."""
    done = CsdValidation.objects.filter(state=CsdValidation.State.DONE).order_by("finished_at")
    deadline = time.monotonic() + 120
    while done.count() < VALIDATIONS:
        assert time.monotonic() < deadline, f"{done.count()} of {VALIDATIONS} validated"
        time.sleep(0.2)
    assert Csd.objects.active().filter(company__name=NAME).count() == VALIDATIONS
    return [moment for moment in done.values_list("finished_at", flat=True) if moment]

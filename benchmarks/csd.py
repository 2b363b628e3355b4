"""Full validation of a CSD pair, beside satcfdi's `Signer.load` and `CertificateStore`, in one run.

Ours runs all thirteen checks with their sentences, the trial signature and the hints' bookkeeping; satcfdi
loads the pair, compares the public keys and verifies the chain. Files, password and authority are the same.
Then the same work through Celery, with what it costs to claim a job, open the vault and write the verdict.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.management import call_command
from satcfdi.models import Signer
from satcfdi.models.certificate_store import CertificateStore

from certificates import certificate, services
from certificates.authorities import Authorities
from certificates.checks import examine
from certificates.evidence import Situation, Upload
from certificates.lookalike import CA, Pair, make_ca
from certificates.models import Csd, CsdValidation
from companies.models import Company, Distributor
from facturamos.vault import Secret

ROUNDS = 60
VALIDATIONS = 200
NOW = datetime(2026, 3, 2, 18, tzinfo=UTC)
RFC, NAME = "PNA190312AB1", "PANADERIA LA ESPIGA"


def run() -> Iterator[dict[str, object]]:
    """Milliseconds of each, the medians of rounds that take turns, and how often ours fits into theirs."""
    ca = make_ca("AC DE PAPEL", valid_from=NOW - timedelta(days=900))
    pair = ca.issue(rfc=RFC, name=NAME, valid_from=NOW - timedelta(days=90))
    upload = Upload(pair.certificate, pair.key, pair.password)
    situation = Situation(NOW, RFC, NAME, production=False, authorities=Authorities(test=[ca.certificate]))
    store = CertificateStore([x509.load_der_x509_certificate(ca.certificate)])

    def ours() -> bool:
        return examine(upload, situation).ok

    def theirs() -> bool:
        signer = Signer.load(certificate=pair.certificate, key=pair.key, password=pair.password)
        return bool(store.verify_certificate(signer.certificate.to_cryptography(), NOW))

    assert ours()
    assert theirs()
    timed = [(_milliseconds(ours), _milliseconds(theirs)) for _ in range(ROUNDS)]
    mine, other = (statistics.median(column) for column in zip(*timed, strict=True))
    yield {
        "what": "full validation of a pair",
        "ours_ms": round(mine, 2),
        "satcfdi_ms": round(other, 2),
        "ratio": round(other / mine, 1),
        "mark": 8,
        "goal": 10,
    }
    yield from _refusals(upload, situation)
    yield _through_celery(ca)


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _refusals(upload: Upload, situation: Situation) -> Iterator[dict[str, object]]:
    """What the request itself spends: an upload without opening the key, and a wrong password with hints."""
    cases = {
        "in the request, key closed": Upload(upload.certificate, upload.key),
        "wrong password, with hints": Upload(upload.certificate, upload.key, "Contraseña ".encode()),
    }
    for what, case in cases.items():
        figures = [_milliseconds(lambda case=case: examine(case, situation)) for _ in range(ROUNDS)]  # type: ignore[misc]
        yield {"what": what, "ms": round(statistics.median(figures), 2)}


def _through_celery(ca: CA) -> dict[str, object]:
    """Validations a second of one worker with one child, from the first verdict to the last."""
    call_command("migrate", verbosity=0)
    distributor = Distributor.objects.create(name="Distribuidora")
    # One for all: making a key takes longer than a validation.
    key = rsa.generate_private_key(65537, 2048)
    for number in range(VALIDATIONS):
        _upload(distributor, ca.issue(rfc=f"PNA{number:06}AB1", name=NAME, key=key))
    command = ["-m", "celery", "-A", "facturamos", "worker", "--concurrency", "1", "--loglevel", "error"]
    worker = subprocess.Popen(  # noqa: S603
        [sys.executable, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        finished = _verdicts()
    finally:
        worker.terminate()
        worker.wait()
    seconds = (finished[-1] - finished[0]).total_seconds()
    rate = round((len(finished) - 1) / seconds, 1)
    return {"what": "validations through Celery", "per_second_per_worker": rate, "n": len(finished)}


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

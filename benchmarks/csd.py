"""Full validation of a CSD pair, beside satcfdi's `Signer.load` and `CertificateStore`, in one run.

Ours runs all thirteen checks with their sentences, the trial signature and the hints' bookkeeping; satcfdi
loads the pair, compares the public keys and verifies the chain. Files, password and authority are the same.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from cryptography import x509
from satcfdi.models import Signer
from satcfdi.models.certificate_store import CertificateStore

from certificates.authorities import Authorities
from certificates.checks import examine
from certificates.evidence import Situation, Upload
from certificates.lookalike import make_ca

ROUNDS = 60
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

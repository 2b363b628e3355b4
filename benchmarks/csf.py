"""Reading a Constancia's PDF, QR code and all, in its limited process. Mark: 300 ms."""

import statistics
import time
from collections.abc import Iterator

from companies.csf.reading import read
from tests.companies.csf.pdfs import PERSON, Csf, pdf_of

ROUNDS = 40
MARK_MS = 300


def run() -> Iterator[dict[str, object]]:
    """Milliseconds from bytes to facts: the first, which starts the helper, and the others."""
    for what, csf in (("persona moral", Csf()), ("persona física, 3 pages", PERSON)):
        data = pdf_of(csf)
        times = sorted(_milliseconds(data) for _ in range(ROUNDS))
        yield {
            "what": f"read a CSF, {what}",
            "p50_ms": round(statistics.median(times), 1),
            "p99_ms": round(times[-1], 1),
            "mark": MARK_MS,
        }


def _milliseconds(data: bytes) -> float:
    started = time.perf_counter()
    read(data)
    return (time.perf_counter() - started) * 1000

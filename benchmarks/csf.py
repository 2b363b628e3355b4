"""Reading a Constancia's PDF, QR code and all, in its sandbox."""

from collections.abc import Iterator

from benchmarks.figures import Figure, median, milliseconds, p99, sized
from companies.csf.reading import read_csf
from tests.companies.csf.constancias import PERSON, Csf
from tests.companies.csf.pdfs import pdf_of

ROUNDS = sized(40, 2)
MARK_MS, MARK_P99_MS = 60, 120


def run() -> Iterator[Figure]:
    """Milliseconds from bytes to facts: the first, which starts the helper, is told beside the others."""
    for what, csf in (("persona moral", Csf()), ("persona física, 3 pages", PERSON)):
        data = pdf_of(csf)
        times = [milliseconds(lambda data=data: read_csf(data)) for _ in range(ROUNDS)]  # type: ignore[misc]
        first, *others = times
        yield Figure(
            f"read a CSF, {what}", median(others), "ms", at_most=MARK_MS, details={"first_ms": round(first)}
        )
        yield Figure(f"read a CSF, {what}, p99", p99(others), "ms", at_most=MARK_P99_MS, compared=False)

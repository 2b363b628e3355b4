"""The postal-code endpoint beside a bare signed-in view, in one run; and the catalogues' load."""

import statistics
import time
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import setup_test_environment

from companies import catalogues, postal_codes
from companies.models import SatPostalCode
from tests.conftest import make_distributor, make_issuer

ROUNDS = 1500
WARM_UP = 50
MARK_RATIO = 3
MARK_LOAD_SECONDS = 5
OURS, BARE = "/configuracion/codigo-postal/{}/", "/bare/"


def run() -> Iterator[dict[str, object]]:
    """Seconds of a first and a second load; p50 and p99 of both views, taking turns, and their ratio."""
    setup_test_environment()
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE companies_distributor, companies_company, companies_user CASCADE")
        for model, _, _ in catalogues.CATALOGUES:
            cursor.execute(f"TRUNCATE {model._meta.db_table}")
    for what in ("first load", "second load, no change"):
        started = time.perf_counter()
        call_command("load_sat_catalogs", stdout=_Nowhere())
        seconds = round(time.perf_counter() - started, 2)
        yield {"what": f"SAT catalogues, {what}", "seconds": seconds, "mark": MARK_LOAD_SECONDS}
    yield from _views()


class _Nowhere:
    def write(self, text: str) -> None:
        """Says nothing."""


def _views() -> Iterator[dict[str, object]]:
    # The limit is for people; a benchmark asks as often as it can.
    postal_codes.LOOKUPS_PER_MINUTE = 10**9
    issuer = make_issuer(
        make_distributor("Distribuidora"), name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia"
    )
    client = Client()
    client.force_login(issuer, backend="companies.auth.Backend")
    codes = list(SatPostalCode.objects.order_by("?").values_list("code", flat=True)[: ROUNDS + WARM_UP])
    timed = [(_milliseconds(client, OURS.format(code)), _milliseconds(client, BARE)) for code in codes]
    ours, bare = (sorted(column) for column in zip(*timed[WARM_UP:], strict=True))
    for what, times in (("endpoint", ours), ("bare view", bare)):
        yield {
            "what": f"postal code, {what}",
            "p50_ms": round(statistics.median(times), 2),
            "p99_ms": round(times[int(len(times) * 0.99)], 2),
        }
    ratio = statistics.median(ours) / statistics.median(bare)
    yield {"what": "postal code, ratio to a bare view", "ratio": round(ratio, 2), "mark": MARK_RATIO}


def _milliseconds(client: Client, url: str) -> float:
    started = time.perf_counter()
    response = client.get(url)
    assert response.status_code == 200, url
    return (time.perf_counter() - started) * 1000

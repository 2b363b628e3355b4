"""The postal-code endpoint beside a bare signed-in view, in one run; and the catalogues' load."""

import time
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.figures import Figure, median, milliseconds, p99, sized
from benchmarks.importing import processor_seconds
from companies.models import SatPostalCode
from companies.sat import catalogues, postal_codes
from tests.conftest import make_distributor, make_issuer

ROUNDS = sized(1500, 3)
WARM_UP = sized(50, 1)
MARK_RATIO = 3
MARK_LOAD_SECONDS = 4
OURS, BARE = "/configuracion/codigo-postal/{}/", "/bare/"


def run() -> Iterator[Figure]:
    """Seconds of a first and a second load; p50 and p99 of both views, taking turns, and their ratio."""
    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE companies_distributor, companies_company, companies_user CASCADE")
        for model, _, _ in catalogues.CATALOGUES:
            cursor.execute(f"TRUNCATE {model._meta.db_table}")
    for what in ("first load", "second load, no change"):
        started, worked = time.perf_counter(), processor_seconds()
        call_command("load_sat_catalogs", stdout=_Nowhere())
        seconds = round(time.perf_counter() - started, 2)
        details = {"processor_s": round(processor_seconds() - worked, 2)}
        yield Figure(f"SAT catalogues, {what}", seconds, "s", at_most=MARK_LOAD_SECONDS, details=details)
    yield from _views()


class _Nowhere:
    def write(self, text: str) -> None:
        """Says nothing."""


def _views() -> Iterator[Figure]:
    # The limit is for people; a benchmark asks as often as it can.
    postal_codes.LOOKUPS_PER_MINUTE = 10**9
    issuer = make_issuer(
        make_distributor("Distribuidora"), name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia"
    )
    client = Client()
    client.force_login(issuer, backend="companies.accounts.auth.Backend")
    codes = list(SatPostalCode.objects.order_by("?").values_list("code", flat=True)[: ROUNDS + WARM_UP])
    timed = [(_milliseconds(client, OURS.format(code)), _milliseconds(client, BARE)) for code in codes]
    ours, bare = (list(column) for column in zip(*timed[WARM_UP:], strict=True))
    for what, times in (("endpoint", ours), ("bare view", bare)):
        yield Figure(f"postal code, {what}", median(times), "ms", details={"p99": p99(times)})
    ratio = round(median(ours) / median(bare), 2)
    yield Figure("postal code, ratio to a bare view", ratio, "×", at_most=MARK_RATIO)


def _milliseconds(client: Client, url: str) -> float:
    def asked() -> None:
        assert client.get(url).status_code == 200, url

    return milliseconds(asked)

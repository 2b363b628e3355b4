"""One web worker: our wizard against formtools' own with the same forms, in the same run."""

import gc
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.test import Client

from benchmarks.figures import Figure, median, p99, sized
from companies.models import Company, PrivacyNotice, User
from onboarding.models import Onboarding
from tests.authority import known_ca
from tests.catalogue import load_piece
from tests.conftest import make_distributor, make_issuer
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import hidden

ROUNDS = sized(30, 1)
# The stock wizard's names for our pages, in order.
STOCK = {
    "aviso": "aviso-de-privacidad",
    "carta": "carta-manifiesto",
    "datos": "datos-fiscales",
    "fiscal": "direccion-fiscal",
    "emision": "direccion-de-emision",
    "usuario": "usuario",
    "logotipo": "logotipo",
    "sellos": "sellos",
    "correo": "correo",
    "documentos": "documentos",
    "terminar": "terminar",
}

Times = defaultdict[str, list[float]]


def run() -> Iterator[Figure]:
    """Yields p50 and p99 of GET and POST, onboardings a second, and ratios of both kinds of time."""
    call_command("migrate", verbosity=0)
    load_piece()
    pair = known_ca().issue(rfc="PNA190312AB1", name="PANADERÍA LA ÑAPA")
    notice()
    walks: dict[str, Callable[[Client, Times], None]] = {
        "ours": lambda client, times: walk_ours(client, times, pair),
        "stock": lambda client, times: walk_stock(client, times, pair, "/stock/"),
        "stock with our fields": lambda client, times: walk_stock(
            client, times, pair, "/stock-with-our-fields/"
        ),
    }
    measured: dict[str, Times] = {name: defaultdict(list) for name in walks}
    for number in range(ROUNDS + 2):
        if (
            number == 2
        ):  # as gunicorn.conf.py does: what is there from the start is no garbage to look through
            gc.collect()
            gc.freeze()
        # In turns, so that a noisy neighbour disturbs all.
        for name, walk in walks.items():
            measure(walk, defaultdict(list) if number < 2 else measured[name])
    for name, times in measured.items():
        yield from figures(name, times)
    # Of what one process works for it, which no neighbour takes away; and of all, PostgreSQL's work, too.
    for other, at_most in (("stock", 1.0), ("stock with our fields", None)):
        for what, name in (("processor", ""), ("onboarding", ", by the clock")):
            value = ratio(what, measured["ours"], measured[other])
            yield Figure(f"onboarding, ratio to {other}{name}", value, "×", at_most=at_most)


def ratio(what: str, ours: Times, stock: Times) -> float:
    """How many times as much ours takes: of each round's two, since the machine is another in the next."""
    each = [mine / others for mine, others in zip(ours[what], stock[what], strict=True)]
    return round(statistics.median(each), 2)


def notice() -> None:
    """A notice in force; another benchmark may have left its own."""
    if PrivacyNotice.objects.in_force() is None:
        PrivacyNotice(version="1", text="Cuidamos sus datos. " * 200).publish()


def figures(name: str, times: Times) -> Iterator[Figure]:
    """p50 and p99 in milliseconds, and whole onboardings per second."""
    for what in ("GET", "POST"):
        if values := [1000 * seconds for seconds in times[what]]:
            details = {"p99": p99(values), "n": len(values)}
            yield Figure(f"{name}, {what}", median(values), "ms", details=details)
    whole = statistics.median(times["onboarding"])
    yield Figure(f"{name}, whole onboardings", round(1 / whole, 2), "a second")


def measure(walk: Any, times: Times) -> None:
    """One new company, one walk."""
    with connection.cursor() as cursor:
        # A company of the former round would own the RFC's active CSD.
        cursor.execute("TRUNCATE companies_company, companies_user, companies_distributor CASCADE")
    issuer = make_issuer(
        make_distributor("Distribuidora"), name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia"
    )
    User.objects.filter(pk=issuer.pk).update(password_is_temporary=True)
    client = Client()
    client.force_login(issuer, backend="companies.accounts.auth.Backend")
    # What a process does once with its first request (WhiteNoise lists the files) is no page's.
    assert client.get("/bare/").status_code == 200
    walked: Times = defaultdict(list)
    walk(client, walked)
    for what, seconds in walked.items():
        times[what] += seconds
    # The requests alone: what the browser of this benchmark does between them is no wizard's.
    times["onboarding"].append(sum(walked["GET"] + walked["POST"]))
    times["processor"].append(sum(walked["worked"]))
    assert Company.objects.count() == 1
    assert Onboarding.objects.count() == 1


def timed(times: Times, what: str, call: Any) -> Any:
    """The call's answer; notes its time, and this process's work for it."""
    started, worked = time.perf_counter(), time.process_time()
    answer = call()
    times[what].append(time.perf_counter() - started)
    times["worked"].append(time.process_time() - worked)
    return answer


def answers(slug: str, pair: Any) -> dict[str, Any]:
    """Valid answers to a page."""
    return csd_files(pair) if slug == "sellos" else ANSWERS[slug]()


def walk_ours(client: Client, times: Times, pair: Any) -> None:
    """Each page opened and sent; what was saved is committed each time."""
    for slug in STOCK.values():
        url = f"/configuracion/{slug}/"
        page = timed(times, "GET", lambda url=url: client.get(url))
        assert page.status_code == 200, (slug, page.headers)
        data = hidden(page) | {f"{slug}-{name}": value for name, value in answers(slug, pair).items()}
        response = timed(times, "POST", lambda url=url, data=data: client.post(url, data))
        # The last page waits for the CSD, which a worker validates.
        assert response.status_code == (200 if slug == "terminar" else 302), slug


def walk_stock(client: Client, times: Times, pair: Any, url: str) -> None:
    """One GET, then each POST answers with the next page; all rows at the end."""
    page = timed(times, "GET", lambda: client.get(url))
    for step, slug in STOCK.items():
        data = hidden(page) | {f"{step}-{name}": value for name, value in answers(slug, pair).items()}
        page = timed(times, "POST", lambda data=data: client.post(url, data))
        assert page.status_code == 200, (step, page.status_code)
    assert page.content == b"listo", page.content[-3000:]

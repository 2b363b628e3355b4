"""A million companies against a thousand: each page of issuers, distributors and support, each job of beat.

Of each the processor time of PostgreSQL and of Python, the statements, and the rows read; the mark is 1.3
times what it costs with a thousand (and what is below `NOISE` is no difference). Some twenty minutes on two
quiet cores, and 15 GB, so only with BENCH_MILLION=1; BENCH_SIZE is another number than a million.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import Any

import redis
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.test import Client, override_settings
from django.utils import timezone

from benchmarks.admin_lists import READ, SqlTime
from benchmarks.crowd import fill
from benchmarks.figures import TINY, Figure, sized
from benchmarks.made_up import MadeUp, empty
from benchmarks.onboarding import answers
from certificates.lco.services import import_files
from certificates.models import Csd, CsdValidation, SatList
from certificates.testing import Pair
from companies.models import User
from facturamos import schedule
from facturamos.jobs.tasks import run as run_job
from mailing.bounces.return_address import envelope_sender
from mailing.models import Message
from onboarding.reminders.services import send_due
from onboarding.steps import STEPS
from tests.authority import known_ca
from tests.catalogue import load_piece
from tests.conftest import PASSWORD, make_issuer
from tests.mailing.bounces.samples import standard
from tests.mailing.bounces.samples_standard import fields
from tests.onboarding.browser import hidden

WANTED = TINY or bool(os.environ.get("BENCH_MILLION"))
SIZES = (60, 120) if TINY else (1_000, int(os.environ.get("BENCH_SIZE", "1000000")))
MOST = 1.3
# Milliseconds; so much the same page differs from one time to the next.
NOISE = 3.0
ROUNDS = sized(3, 1)
COMPANY = "/admin/companies/company/"
AROUND = ("/", "/configuracion/", "/panel/", "/asistencia/", "/manuales/", "/entrar/sesiones/")
FRAGMENTS = ("sellos/estado/", "correo/estado/", "carta-manifiesto/estado/", "prueba/estado/")
FILES = ("logotipo/factura.svg", "terminar/acta.pdf", "carta-manifiesto/manual.pdf")
BOARD = (
    *("", "?estado=sin-entrar", "?estado=detenida", "?estado=con-problema-en-sellos", "?estado=por-vencer"),
    *("?estado=terminada", "?estado=en-camino", "?orden=recientes", "?p=5", "?q=emp000020ab1", "?q=empresa"),
    "?q=zzzz",
)
# Has a CSD, has come in, is the large distributor's.
LOOKED_AT = 20
NAME, RFC = "PANADERÍA LA ÑAPA", "PNA190312AB1"
BOUNCED, LISTED = 20, 100
TABS = (
    *("resumen", "pasos", "sellos", "correo", "personas", "documentos", "notas", "historial", "cuenta"),
    *("datos", "ver-como-emisor", "corregir-y-reenviar"),
)
AROUND_ADMIN = ("", "estado/", "buscar/?q=emp000020ab1", "buscar/?q=empresa", "buscar/?q=zzzz")


@dataclass
class Cost:
    """What something cost: milliseconds of PostgreSQL's processor and of ours, statements, rows read."""

    sql: float
    python: float
    statements: int
    rows: int

    @property
    def milliseconds(self) -> float:
        """Both processors' time."""
        return self.sql + self.python


@dataclass
class Measured:
    """What everything cost at one size, by its name, in the order that it was asked."""

    rounds: int
    costs: dict[str, Cost] = field(default_factory=dict)

    def note(self, name: str, work: Callable[[], object], rounds: int | None = None) -> None:
        """The cheapest of some rounds."""
        found = [cost_of(work) for _ in range(rounds or self.rounds)]
        self.costs[name] = min(found, key=lambda cost: cost.milliseconds)


def cost_of(work: Callable[[], object]) -> Cost:
    """What one call costs."""
    sql = SqlTime()
    before = _rows_read()
    started = time.process_time()
    with connection.execute_wrapper(sql):
        work()
    python = 1000 * (time.process_time() - started)
    return Cost(round(sql.milliseconds, 2), round(python, 2), sql.statements, _rows_read() - before)


def _rows_read() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(READ)
        return int(cursor.fetchone()[0])


def run() -> Iterator[Figure]:
    """Yields what each page and job costs at the larger size, and how that compares."""
    if not WANTED:
        return
    call_command("migrate", verbosity=0)
    load_piece()
    # The first time only loads code; of pages, the first of the rounds does.
    fill(SIZES[0])
    jobs(Measured(1))
    found: list[Measured] = []
    for size in SIZES:
        started = time.monotonic()
        made = fill(size)
        yield Figure("filled", round(time.monotonic() - started, 1), "s", details={"companies": size})
        found.append(measure(made))
    small, large = found
    for name, cost in large.costs.items():
        yield _figure(name, small.costs.get(name, cost), cost)
    empty()


def _figure(name: str, before: Cost, cost: Cost) -> Figure:
    grew = cost.milliseconds - before.milliseconds > NOISE
    ratio = round(cost.milliseconds / max(before.milliseconds, 0.1), 2)
    details = {
        "ms": round(cost.milliseconds, 1),
        "ms_before": round(before.milliseconds, 1),
        "sql_ms": cost.sql,
        "sql_ms_before": before.sql,
        "rows": cost.rows,
        "rows_before": before.rows,
        "statements": cost.statements,
        "statements_before": before.statements,
    }
    return Figure(name, ratio if grew else min(ratio, MOST), "×", at_most=MOST, details=details)


def measure(made: MadeUp) -> Measured:
    """Everything, at the present size."""
    # What a former size has handed over and nobody took.
    redis.from_url(settings.CELERY_BROKER_URL).flushdb()
    measured = Measured(ROUNDS)
    jobs(measured)
    issuers(measured, made)
    mails(measured)
    staff(measured, "support", made.support)
    staff(measured, "distributor", made.large)
    staff(measured, "small distributor", made.small)
    return measured


# --- jobs


def jobs(measured: Measured) -> None:
    """Every task of beat: what it does with the same few that are due, and when there is nothing to do."""
    for name, entry in schedule.SCHEDULE.items():
        task = current_app.tasks[str(entry["task"])]
        measured.note(f"job {name}", task, rounds=1)
        measured.note(f"job {name}, nothing due", task, rounds=2)
    monday = timezone.now() + timedelta(days=-timezone.localdate().weekday() % 7)
    measured.note("job reminders, of a Monday", partial(send_due, monday), rounds=1)
    bounces(measured)
    sat_list(measured)


def bounces(measured: Measured) -> None:
    """Twenty mails of the last days come back."""
    lately = Message.objects.filter(mailed_at__gt=timezone.now() - timedelta(days=13), bounce="")
    with (
        TemporaryDirectory() as folder,
        override_settings(BOUNCE_ADDRESS="r@example.com", BOUNCE_DIR=Path(folder)),
    ):
        for pk in lately.values_list("pk", flat=True)[:BOUNCED]:
            report = standard(envelope_sender(pk), fields=fields())
            (Path(folder) / str(pk)).write_bytes(report)
        measured.note("job bounces, twenty", current_app.tasks["mailing.read_bounces"], rounds=1)


def sat_list(measured: Measured) -> None:
    """A list of the SAT's that names some of ours, and one that names all of them."""
    # Held against a longer one, a list would be refused.
    SatList.objects.all().delete()
    numbers = list(Csd.objects.active().values_list("number", flat=True).order_by("number"))
    for name, listed, whole in (("a few", numbers[:LISTED], False), ("all", numbers, True)):
        with NamedTemporaryFile() as file:
            file.writelines(_lines(listed))
            file.flush()
            work = partial(import_files, [Path(file.name)], timezone.now(), whole=whole)
            measured.note(f"list of the SAT, {name}", work, rounds=1)


def _lines(numbers: list[str]) -> Iterator[bytes]:
    yield b'<LCO xmlns="http:/www.sat.gob.mx/cfd/LCO">'
    for number in numbers:
        entry = f'<Certificado noCertificado="{number}" EstatusCertificado="A"/>'
        yield f"<Contribuyente>{entry}</Contribuyente>".encode()
    yield b"</LCO>"


def mails(measured: Measured) -> None:
    """One mail of each kind that is waiting by now, written and sent."""
    for kind in Message.objects.filter(state="queued").values_list("kind", flat=True).distinct().order_by():
        waiting = Message.objects.filter(state="queued", kind=kind).order_by("run_after")

        def deliver(waiting: QuerySet[Message] = waiting) -> None:
            if first := waiting.first():
                run_job(Message._meta.label, str(first.pk))

        measured.note(f"mail {kind}", deliver, rounds=2)


# --- issuers


def issuers(measured: Measured, made: MadeUp) -> None:
    """The twelve steps, twice with a new account; then every page of one that has finished them."""
    distributors = (made.small, made.large)[sized(0, 1) :]
    walks = [Measured(1) for _ in distributors]
    for number, (distributor, walk) in enumerate(zip(distributors, walks, strict=True)):
        # The RFC is the former account's no longer.
        Csd.objects.filter(rfc=RFC, state=Csd.State.ACTIVE).end(Csd.State.REPLACED)
        user = make_issuer(distributor, name=NAME, rfc=RFC, username=f"panaderia{number}")
        client = Client()
        client.force_login(user, backend="companies.accounts.auth.Backend")
        pair = known_ca().issue(rfc=RFC, name=NAME)
        for step in STEPS:
            _step(walk, client, step.slug, pair, user)
    for name in walks[0].costs:
        measured.costs[name] = min((walk.costs[name] for walk in walks), key=lambda cost: cost.milliseconds)
    addresses = (*AROUND, *(f"/configuracion/{end}" for end in (*FRAGMENTS, *FILES)))
    for address in addresses:
        measured.note(f"issuer {address}", partial(_get, client, address))


def _step(measured: Measured, client: Client, slug: str, pair: Pair, user: User) -> None:
    address = f"/configuracion/{slug}/"
    measured.note(f"issuer GET {slug}", partial(_get, client, address), rounds=2)
    given = answers(slug, pair)
    if slug == "usuario":
        given |= {"current_password": PASSWORD, "username": user.username}
    data = hidden(_get(client, address)) | {f"{slug}-{name}": value for name, value in given.items()}
    sent: list[int] = []
    measured.note(
        f"issuer POST {slug}", lambda: sent.append(client.post(address, data).status_code), rounds=1
    )
    assert sent == [302], (slug, sent)
    if slug == "sellos":
        validation = CsdValidation.objects.filter(state="queued").order_by("-created_at").first()
        assert validation is not None
        measured.note(
            "job of a CSD", partial(run_job, CsdValidation._meta.label, str(validation.pk)), rounds=1
        )


def _get(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code in (200, 302), (address, response.status_code)
    return response


# --- distributors and support


def staff(measured: Measured, person: str, user: User) -> None:
    """The board with each of its filters, all about one company, the search; lists are admin_lists.py's."""
    client = Client()
    client.force_login(user, backend="companies.accounts.auth.Backend")
    of_user = User.objects.get(company=LOOKED_AT).pk
    addresses = [
        *(f"/admin/{end}" for end in AROUND_ADMIN),
        *(f"{COMPANY}tablero/{query}" for query in BOARD),
        *(f"{COMPANY}{LOOKED_AT}/{tab}/" for tab in (*TABS, "history")),
        f"/admin/companies/user/{of_user}/change/",
        f"/admin/companies/user/{of_user}/history/",
        f"/admin/personas/{user.pk}/",
    ]
    for address in addresses:
        if client.get(address).status_code in (200, 302):
            name = address.replace(str(of_user), "N").replace(f"/{user.pk}/", "/N/")
            measured.note(f"{person} {name}", partial(client.get, address))

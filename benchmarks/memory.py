"""Megabytes of the web and of a worker, as the image and the compose file start them: at rest, and after work
of every kind.

The proportional set of all their processes, those of hostile files included: what is shared counts once.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

from django.core.management import call_command
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from benchmarks.crowd import fill
from benchmarks.figures import Figure, sized
from benchmarks.million.issuers import AROUND, FILES, FRAGMENTS
from benchmarks.million.staff import AROUND_ADMIN, BOARD, COMPANY, TABS
from benchmarks.storm import ALLOCATOR, CSRF, PHOTOGRAPH, Answer, Web, sending, tab_of
from certificates.models import CsdValidation
from companies.models import Company, User
from facturamos.jobs.models import kinds
from onboarding.backoffice.board.companies import Asked
from onboarding.backoffice.board.export_services import ask
from onboarding.backoffice.board.models import BoardExport
from onboarding.steps import STEPS
from tests.authority import known_ca
from tests.catalogue import load_piece
from tests.companies import pictures
from tests.companies.csf.constancias import PERSON, Csf
from tests.companies.csf.pdfs import pdf_of
from tests.conftest import make_distributor
from tests.onboarding.answers import csd_files, logo
from tests.onboarding.browser import Tab
from tests.process_memory import children, proportional, tree
from tests.stack import wait_for

AT_REST, AFTERWARDS = 150, 250
# So often each page is asked for, so many at once: each process has done all of it then.
ROUNDS = sized(3, 1)
AT_ONCE = 8
COMPANIES = sized(2_000, 30)
# Helpers of hostile files end by then (facturamos/sandbox.py).
QUIET_SECONDS = sized(65, 1)
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
    "TRUSTED_PROXIES": "1",
    **ALLOCATOR,
}
WEB = ("--worker-class=gthread", "--workers=2", "--threads=8", "--no-control-socket")
WORKER = ("celery", "--app=facturamos", "worker", "--concurrency=2", "--loglevel=ERROR")


@contextmanager
def program(*arguments: str) -> Iterator[int]:
    """A program and its first process."""
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", *arguments],
        env=os.environ | ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def run() -> Iterator[Figure]:
    """Yields four figures: two programs at rest, and when they have done everything."""
    call_command("migrate", verbosity=0)
    load_piece()
    made = fill(COMPANIES)
    web = Web()
    with (
        program("gunicorn", "facturamos.wsgi", f"--bind=127.0.0.1:{web.port}", *WEB) as pages,
        program(*WORKER) as worker,
    ):
        wait_for(lambda: web.ask("/salud/listo/").status == 200)
        wait_for(lambda: len(children(worker)) == 2)
        time.sleep(QUIET_SECONDS)
        yield figure("web, at rest", pages, AT_REST)
        yield figure("worker, at rest", worker, AT_REST)
        statuses = work(web, made.support)
        done = jobs(made.support)
        time.sleep(QUIET_SECONDS)
        yield figure("web, after every kind of work", pages, AFTERWARDS, answers=statuses)
        yield figure("worker, after every kind of work", worker, AFTERWARDS, jobs=done)


def figure(name: str, pid: int, mark: int, **details: object) -> Figure:
    """What a program and its children take now."""
    return Figure(name, round(proportional(*tree(pid))), "MB", at_most=mark, details=details)


# --- what the web does


def work(web: Web, support: User) -> dict[str, int]:
    """Every page, picture, document and upload; how many answers of each status."""
    distributor = make_distributor("Distribuidora de la Memoria")
    tabs = [tab_of(distributor, number) for number in range(AT_ONCE)]
    clerk = _signed_in(support)
    asked: list[Callable[[], Answer]] = []
    for _ in range(ROUNDS):
        asked += [_getting(web, tabs[0].client, path) for path in issuer_pages()]
        asked += [_getting(web, clerk, path) for path in support_pages()]
        asked += uploads(web, tabs)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda ask: ask(), asked))
    statuses = [str(answer.status) for answer in answers]
    return {status: statuses.count(status) for status in sorted(set(statuses))}


def issuer_pages() -> list[str]:
    """What an issuer sees and fetches."""
    steps = [f"/configuracion/{step.slug}/" for step in STEPS]
    rest = [f"/configuracion/{end}" for end in (*FRAGMENTS, *FILES, "logotipo/factura.pdf", "constancia/")]
    return [*AROUND, *steps, *rest, "/manuales/guia.pdf"]


def support_pages() -> list[str]:
    """What support sees: the board, the lists, all about one company."""
    company = Company.objects.earliest("pk").pk
    return [
        *(f"/admin/{end}" for end in AROUND_ADMIN),
        *(f"{COMPANY}tablero/{query}" for query in BOARD),
        *(f"{COMPANY}{company}/{tab}/" for tab in TABS),
        *("/admin/companies/user/", "/admin/mailing/message/", "/admin/certificates/csd/"),
    ]


def uploads(web: Web, tabs: list[Tab]) -> list[Callable[[], Answer]]:
    """Photographs, constancias and a CSD."""
    photograph = pictures.jpeg(PHOTOGRAPH, quality=60)
    constancias = [pdf_of(Csf()), pdf_of(PERSON), photograph]
    logos = [sending(web, tab, "logotipo", {"image": logo(content=photograph)}) for tab in tabs]
    read = [_lending(web, tab, data) for tab, data in zip(tabs, constancias, strict=False)]
    company = User.objects.get(username="tormenta0").company
    assert company is not None
    pair = known_ca().issue(rfc=company.rfc, name=company.name)
    return [*logos, *read, sending(web, tabs[0], "sellos", csd_files(pair))]


def _lending(web: Web, tab: Tab, data: bytes) -> Callable[[], Answer]:
    fields = {"accion": "leer", "csrfmiddlewaretoken": CSRF, "file": logo("constancia.pdf", data)}
    body = encode_multipart(BOUNDARY, fields)
    headers = {"Content-Type": MULTIPART_CONTENT, "Cookie": f"csrf={CSRF}; {_cookie(tab.client)}"}
    return lambda: web.ask("/configuracion/constancia/", body, **headers)


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="companies.accounts.auth.Backend")
    return client


def _cookie(client: Client) -> str:
    return f"sesion={client.cookies['sesion'].value}"


def _getting(web: Web, client: Client, path: str) -> Callable[[], Answer]:
    cookie = _cookie(client)
    return lambda: web.ask(path, Cookie=cookie)


# --- what a worker does


def jobs(support: User) -> int:
    """The board as both kinds of file, and the CSDs that the web has taken; how many jobs were done."""
    begun = timezone.now()
    for _ in range(ROUNDS):
        for kind in BoardExport.FileKind:
            ask(support, kind, Asked())
            wait_for(lambda: not BoardExport.objects.filter(state__in=("queued", "running")).exists())
    CsdValidation.objects.filter(state="done").update(state="queued", run_after=timezone.now())
    for validation in CsdValidation.objects.filter(state="queued")[: 4 * ROUNDS]:
        validation.enqueue()
    return _finished_since(begun)


def _finished_since(begun: datetime) -> int:
    return sum(kind._base_manager.filter(finished_at__gt=begun).count() for kind in kinds())

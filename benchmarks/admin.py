"""Admin with few and with many companies, in one run: what each page costs, and how that grows."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.figures import TINY, Figure, median, milliseconds, sized
from benchmarks.made_up import MOVES, STATES
from certificates.models import Csd
from companies.models import Company, User
from facturamos.jobs.tasks import perform
from onboarding.backoffice.board.companies import Asked
from onboarding.backoffice.board.export_services import ask
from onboarding.backoffice.board.models import BoardExport
from onboarding.models import Onboarding
from tests.conftest import make_distributor

SIZES = (1_000, 1_200) if TINY else (1_000, 100_000)
ROUNDS = sized(15, 1)
LIST = "/admin/companies/company/"
BOARD = f"{LIST}tablero/"
PAGES = {
    "change_list": LIST,
    # A word that all have and one that one has, at either size; then a word that all have.
    "change_list_search": f"{LIST}?q=EMPRESA+EMP000777",
    "change_list_search_all": f"{LIST}?q=EMPRESA",
    "board": BOARD,
    "board_search": f"{BOARD}?q=empresa+emp000777",
    "board_search_mail": f"{BOARD}?q=persona777%40",
    "board_never_in": f"{BOARD}?estado=sin-entrar",
    "board_stuck": f"{BOARD}?estado=detenida",
    "board_csd": f"{BOARD}?estado=con-problema-en-sellos",
    "board_expiring": f"{BOARD}?estado=por-vencer",
    "board_finished": f"{BOARD}?estado=terminada",
    "board_on_the_way": f"{BOARD}?estado=en-camino",
    "board_newest": f"{BOARD}?orden=recientes",
    "board_page_19": f"{BOARD}?p=19",
}


def run() -> Iterator[Figure]:
    """Yields p50 in milliseconds and the statements of each page at each size, and the ratio."""
    call_command("migrate", verbosity=0)
    times: dict[str, dict[int, float]] = {name: {} for name in PAGES}
    for size in SIZES:
        client = fill(size)
        for name, url in PAGES.items():
            p50, statements = measure(client, url)
            times[name][size] = p50
            yield Figure(name, p50, "ms", details={"companies": size, "queries": statements})
        yield from exports(User.objects.get(role=User.Role.DISTRIBUTOR), size)
    for name, medians in times.items():
        small, large = (medians[size] for size in SIZES)
        yield Figure(f"{name}, growth", round(large / small, 2), "×", at_most=1.5)


def measure(client: Client, url: str) -> tuple[float, int]:
    """The median of a page's time in milliseconds, and its number of statements."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
    statements = len(captured)  # the next request empties the log
    return median([milliseconds(lambda: client.get(url)) for _ in range(ROUNDS)]), statements


def exports(user: User, size: int) -> Iterator[Figure]:
    """The whole board as a file, as a worker writes it: milliseconds for a thousand companies."""
    for kind in BoardExport.FileKind.values:
        job = BoardExport.objects.claim(ask(user, kind, Asked()).pk)
        assert job is not None
        seconds = milliseconds(partial(perform, job)) / 1000
        job.refresh_from_db()
        assert (job.state, job.total) == (BoardExport.State.DONE, size)
        details = {"companies": size, "seconds": round(seconds, 2)}
        yield Figure(f"export_{kind}", round(1_000_000 * seconds / size), "ms a thousand", details=details)


def fill(count: int) -> Client:
    """A distributor with so many companies, signed in."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE companies_company, companies_user, companies_distributor CASCADE")
    distributor = make_distributor("Distribuidora")
    with connection.cursor() as cursor:
        # No audit of what is made up, and as long as it takes.
        cursor.execute("SET session_replication_role = replica; SET statement_timeout = 0")
        invent(distributor, count)
        cursor.execute(STATES)
        cursor.execute(MOVES)
        cursor.execute("RESET session_replication_role; RESET statement_timeout; ANALYZE")
    client = Client()
    client.force_login(distributor, backend="companies.accounts.auth.Backend")
    return client


def invent(distributor: User, count: int) -> None:
    """Companies with their users, their ways, and a CSD for every fifth."""
    now = timezone.now()
    assert distributor.distributor is not None
    companies = Company.objects.bulk_create(
        Company(
            distributor=distributor.distributor,
            name=f"EMPRESA {number}",
            rfc=f"EMP{number:06d}AB1",
            created_at=now - timedelta(days=1095) * (number / count),
        )
        for number in range(count)
    )
    users = User.objects.bulk_create(
        User(
            company=company,
            username=f"persona{number}",
            email=f"persona{number}@example.com",
            last_login=company.created_at if number % 3 else None,
        )
        for number, company in enumerate(companies)
    )
    Onboarding.objects.bulk_create(
        Onboarding(company=company, finished_at=company.created_at, finished_by=user)
        if number % 10 == 1
        else Onboarding(company=company)
        for number, (company, user) in enumerate(zip(companies, users, strict=True))
    )
    Csd.objects.bulk_create(
        Csd(
            company=company,
            state=Csd.State.ACTIVE,
            rfc=company.rfc,
            valid_from=company.created_at,
            valid_to=now + timedelta(days=number % 1400 - 100),
            certificate=b"",
        )
        for number, company in enumerate(companies)
        if number % 5 == 0
    )

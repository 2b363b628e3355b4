"""Every list of admin × filter × ordering × search, the board likewise, and a company's pages, with few and
with many companies, in one run.

For each of them and each person the page itself, the slowest of its filters and orderings, and the slowest
search: SQL milliseconds, rows that PostgreSQL read, and how both grow. BENCH_TABLE=FILE writes the same of
every single page (thousands) as CSV. BENCH_MILLION=1 adds the search of all of admin at a million companies
(some minutes, and 6 GB).
"""

import csv
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.core.cache import cache
from django.core.management import call_command
from django.http import HttpRequest
from django.test import Client, RequestFactory

from benchmarks.figures import TINY, Figure, sized
from benchmarks.made_up import MadeUp, empty
from benchmarks.sql_time import measured, signed_in
from companies.models import Company, User
from onboarding.backoffice.board import companies as board
from onboarding.backoffice.board.filters import FILTERS
from onboarding.backoffice.companies.pages import COMPANY_PAGES

SIZES = (60, 120) if TINY else (1_000, 100_000)
MILLION = 150 if TINY else 1_000_000
MOST, MOST_SEARCH = 300, 200
# A page that somebody may still turn to.
DEEP = 300
# Rare, common, absent, two of which one is common, a part of many, one that is short.
TERMS = {
    "rare": "EMP000777AB1",
    "rare mail": "persona777@",
    "common": "empresa",
    "common mail": "persona",
    "absent": "zzzz",
    "common and rare": "EMPRESA 777",
    "without accents": "nunez 77",
    "accented": "NÚÑEZ",
    "telephone": "477 100 0777",
    "former mail": "antes777@example.com",
    "short": "b1",
}
# The tiny form asks one of each kind.
ASKED = 1 if TINY else None
SEARCHED = frozenset(
    {
        "companies.UserEvent",
        "certificates.Csd",
        "certificates.Diagnosis",
        "certificates.LetterSignature",
        "mailing.Mailbox",
        "mailing.Message",
        "onboarding.Delegation",
    }
)
BOARD, SEARCH = "/admin/companies/company/tablero/", "/admin/buscar/"


@dataclass(frozen=True)
class ListCost:
    """What one page of a list cost."""

    what: str
    milliseconds: float
    rows: int
    statements: int


type Costs = dict[tuple[str, str], dict[int, list[ListCost]]]


def run() -> Iterator[Figure]:
    """Yields, for each list and person, the costs at the larger size beside those at the smaller one."""
    call_command("migrate", verbosity=0)
    costs: Costs = {}
    for size in SIZES:
        made = MadeUp(size)
        made.fill()
        for person, user in (("support", made.support), ("half", made.large), ("ten", made.small)):
            for name, found in itertools.chain(_lists(user), _pages(user)):
                costs.setdefault((person, name), {})[size] = found
    for (person, name), by_size in costs.items():
        yield from _figures(f"{name}, {person}", by_size)
    if table := os.environ.get("BENCH_TABLE"):
        _write(Path(table), costs)
    yield Figure("pages", sum(len(found) for each in costs.values() for found in each.values()), "pages")
    if TINY or os.environ.get("BENCH_MILLION"):
        yield from _million()
    # Rows with numbers that no sequence gave would meet those of the next benchmark.
    empty()


def _figures(name: str, by_size: dict[int, list[ListCost]]) -> Iterator[Figure]:
    """The list itself, its slowest page, its slowest search; and every other page that is too slow."""
    small, large = ({cost.what: cost for cost in by_size[size]} for size in SIZES)
    pages = [cost for cost in large.values() if "q=" not in cost.what]
    searches = [cost for cost in large.values() if "q=" in cost.what]
    slowest = [max(each, key=_time) for each in (pages, searches) if each]
    shown = [*dict.fromkeys([*[*large.values()][:1], *slowest])]
    slow = [cost for cost in large.values() if cost.milliseconds > MOST and cost not in shown]
    for cost in (*shown, *slow):
        before = small.get(cost.what, cost)
        details = {
            "page": cost.what,
            "rows": cost.rows,
            "statements": cost.statements,
            "small_ms": before.milliseconds,
            "small_rows": before.rows,
            "ratio": round(cost.milliseconds / max(before.milliseconds, 0.1), 1),
        }
        yield Figure(name, cost.milliseconds, "ms", at_most=MOST, details=details)


def _time(cost: ListCost) -> float:
    return cost.milliseconds


def _write(file: Path, costs: Costs) -> None:
    """Every page, a line each."""
    with file.open("w", newline="") as opened:
        table = csv.writer(opened)
        sizes = [f"{what} at {size}" for size in SIZES for what in ("ms", "rows")]
        table.writerow(["person", "list", "page", "statements", *sizes, "ratio"])
        for (person, name), by_size in costs.items():
            small = {cost.what: cost for cost in by_size[SIZES[0]]}
            for large in by_size[SIZES[1]]:
                few = small.get(large.what)
                before = [few.milliseconds, few.rows] if few else ["", ""]
                ratio = round(large.milliseconds / max(few.milliseconds, 0.1), 1) if few else ""
                line = [person, name, large.what, large.statements, *before, large.milliseconds, large.rows]
                table.writerow([*line, ratio])


# --- the lists


def _lists(user: User) -> Iterator[tuple[str, list[ListCost]]]:
    """Of each list that the person may see, the cost of every page."""
    for model, model_admin in admin.site._registry.items():
        request = _request(user, "")
        if model_admin.has_view_permission(request):
            changelist = model_admin.get_changelist_instance(request)
            queries = list(_queries(model_admin, changelist))
            yield model._meta.label, [_cost(model_admin, user, query) for query in queries]


def _queries(model_admin: Any, changelist: Any) -> Iterator[str]:
    """The list; each choice of each filter, each ordering, each two of them; each search."""
    choices = [
        choice["query_string"].lstrip("?")
        for spec in changelist.filter_specs
        for choice in spec.choices(changelist)
    ]
    filters = [choice for choice in dict.fromkeys(choices) if choice][:ASKED]
    sortable = range(1, len(changelist.list_display) + 1)
    columns = [n for n in sortable if changelist.get_ordering_field(changelist.list_display[n - 1])]
    orderings = [f"o={sign}{n}" for n in columns for sign in ("", "-")][:ASKED]
    deep = min(changelist.paginator.num_pages, DEEP)
    yield from ("", f"p={deep}", *filters, *orderings)
    yield from (f"{one}&{other}" for one, other in itertools.product(filters, orderings))
    if model_admin.search_fields:
        yield from (f"q={term}" for term in [*TERMS.values()][:ASKED])


def _request(user: User, query: str) -> HttpRequest:
    request = RequestFactory().get(f"/admin/x/?{query}")
    request.user = user
    return request


def _cost(model_admin: Any, user: User, query: str) -> ListCost:
    """What the list's own statements cost."""
    return _best(lambda: _once(model_admin, user, query))


def _best(once: Callable[[], ListCost]) -> ListCost:
    """The best of three where it is slow."""
    best = once()
    for _ in range(2):
        if best.milliseconds > MOST / 3:
            best = min(best, once(), key=_time)
    return best


def _once(model_admin: Any, user: User, query: str) -> ListCost:
    request = _request(user, query)
    with measured() as (sql, read):
        changelist = model_admin.get_changelist_instance(request)
        len(changelist.result_list)
    return ListCost(query, round(sql.milliseconds, 1), read(), sql.statements)


# --- what is no list of Django's


def _pages(user: User) -> Iterator[tuple[str, list[ListCost]]]:
    """The board, «Buscar», and the pages of a company, each with all of a page's statements."""
    client = signed_in(user)
    asked = [_page(client, BOARD, query, query) for query in _asked_of_the_board(user)]
    cache.clear()
    anew = _once_asked(client, BOARD, "", "with its picture drawn anew")
    yield "board", [*asked, anew]
    terms = [f"q={term}" for term in [*TERMS.values()][:ASKED]]
    yield "Buscar", [_page(client, SEARCH, term, term) for term in terms]
    company = Company.objects.visible_to(user).alive().order_by("-pk")[0]
    pages = [page for page in COMPANY_PAGES if page.linked and page.allowed(user)]
    yield "company", [_page(client, page.url(company), "", page.slug) for page in pages]


def _asked_of_the_board(user: User) -> Iterator[str]:
    """Each filter in each order, its first and a deep page; each search, and through each filter."""
    filters = ["", *(f"estado={each.name}" for each in FILTERS)][:ASKED]
    orders = [f"orden={name}" for name in board.ORDERS][:ASKED]
    deep = min(-(-board.every_move(user, board.Asked()).count() // board.PAGE), DEEP)
    for one, order in itertools.product(filters, orders):
        yield from (f"{one}&{order}", f"{one}&{order}&p={deep}")
    for term, one in itertools.product([*TERMS.values()][:ASKED], filters):
        yield f"{one}&q={term}"


def _page(client: Client, url: str, query: str, what: str) -> ListCost:
    return _best(lambda: _once_asked(client, url, query, what))


def _once_asked(client: Client, url: str, query: str, what: str) -> ListCost:
    with measured() as (sql, read):
        response = client.get(f"{url}?{query.replace('+', '%2B')}")
    assert response.status_code in (200, 302), (url, query)
    return ListCost(what, round(sql.milliseconds, 1), read(), sql.statements)


# --- the search of all of admin, at a million


def _million() -> Iterator[Figure]:
    made = MadeUp(MILLION)
    made.fill(only=SEARCHED)
    for person, user in (("support", made.support), ("half", made.large), ("ten", made.small)):
        client = signed_in(user)
        for name, term in [*TERMS.items()][:ASKED]:
            asked = (_once_asked(client, SEARCH, f"q={term}", term) for _ in range(sized(3, 1)))
            cost = min(asked, key=_time)
            details = {"companies": MILLION, "rows": cost.rows, "statements": cost.statements}
            yield Figure(
                f"search {name}, {person}", cost.milliseconds, "ms", at_most=MOST_SEARCH, details=details
            )

"""What an issuer's first view of each page is like on a slow telephone (tests/browser/first_views.py).

Needs Chromium, as the tests do. Others may use the machine: each figure is of the better of two visits.
"""

import os
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from playwright.sync_api import sync_playwright

from benchmarks.figures import TINY, Figure
from tests.browser.conftest import launch_args
from tests.browser.first_views import FirstView, first_views, packed_site
from tests.catalogue import load_piece
from tests.conftest import make_distributor, make_issuer

MOST_LCP_MS, MOST_INP_MS = 1000, 200
# The page of the logo with its sample, all in all.
LOGO, MOST_KILOBYTES = "logotipo", 60
VISITS = 1 if TINY else 2
# All of them.
PAGES = 3 if TINY else None


def run() -> Iterator[Figure]:
    """Yields three figures a page, and the bytes of one."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop runs in this thread
    call_command("migrate", verbosity=0)
    load_piece()
    with tempfile.TemporaryDirectory() as folder, packed_site(Path(folder)) as site:
        for views in zip(*(_views(site.url, visit) for visit in range(VISITS)), strict=True):
            yield from figures(views)


def _views(url: str, visit: int) -> list[FirstView]:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE companies_company, companies_user, companies_distributor CASCADE")
    issuer = make_issuer(
        make_distributor("Distribuidora"), name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia"
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_args())  # type: ignore[arg-type]
        try:
            # The first visit of all warms the server up.
            return list(islice(first_views(browser, url, issuer, throttled=not TINY), PAGES))
        finally:
            browser.close()


def figures(visits: tuple[FirstView, ...]) -> Iterator[Figure]:
    """One page's, of its better visit."""
    best = min(visits, key=lambda view: view.lcp_ms)
    inp = min(view.inp_ms for view in visits)
    yield Figure(f"{best.name}: LCP", round(best.lcp_ms), "ms", at_most=MOST_LCP_MS, compared=False)
    yield Figure(f"{best.name}: CLS", max(view.cls for view in visits), "", at_most=0)
    yield Figure(f"{best.name}: INP", inp, "ms", at_most=MOST_INP_MS, compared=False)
    most = MOST_KILOBYTES if best.name == LOGO else None
    yield Figure(f"{best.name}: came", best.kilobytes, "KB", at_most=most)

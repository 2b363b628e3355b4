"""Each page's first view on a slow telephone: nothing moves, answers come at once, and little is sent.

Marks of time are benchmarks/first_views.py's: here they are wide, for a busy machine. It prints a table.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from companies.models import User
from tests.browser.first_views import (
    AFTERWARDS,
    HEADINGS,
    INSIDE,
    OUTSIDE,
    FirstView,
    first_views,
    packed_site,
)
from tests.stack import Stack

MOST_LCP_MS, MOST_INP_MS = 5000, 1000
# All of a page: HTML, style sheet, scripts, and the sample on the page of the logo.
MOST_KILOBYTES = {"logotipo": 60}
USUAL_KILOBYTES = 40

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def packed(tmp_path: Path) -> Iterator[Stack]:
    """The site as production packs it."""
    with packed_site(tmp_path) as site:
        yield site


def test_first_views(packed: Stack, browser: Browser, issuer: User) -> None:
    views = {view.name: view for view in first_views(browser, packed.url, issuer)}
    print("", HEADINGS, *views.values(), sep="\n")

    assert views.keys() == OUTSIDE.keys() | INSIDE.keys() | AFTERWARDS.keys()
    assert [view.name for view in views.values() if view.cls > 0] == []
    assert [str(view) for view in views.values() if view.lcp_ms > MOST_LCP_MS or not view.lcp_ms] == []
    assert [str(view) for view in views.values() if view.inp_ms > MOST_INP_MS or not view.inp_ms] == []
    assert [str(view) for view in views.values() if view.kilobytes > _most(view)] == []


def _most(view: FirstView) -> int:
    return MOST_KILOBYTES.get(view.name, USUAL_KILOBYTES)

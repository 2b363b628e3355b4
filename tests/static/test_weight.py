"""What a page's first view costs on a telephone; the marks are ux.md's."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from certificates.testing import Pair
from onboarding.steps import STEPS
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import Tab
from tests.onboarding.conftest import authority, notice, pair, tab  # noqa: F401
from tests.onboarding.steps.test_sellos import work

FIRST_VIEW = 60 * 1024
REQUESTS = 6
VISITORS = ("/", "/entrar/", "/recuperar/", "/asistencia/", "/manuales/")
# The icon of the tab comes later, and once for all.
WHAT_A_PAGE_LOADS = re.compile(r'<(?:link rel="stylesheet"[^>]*href|script[^>]*src|img[^>]*src)="([^"]+)"')


@pytest.mark.parametrize(("name", "kilobytes"), [("css/app.css", 8), ("js/app.js", 6)])
def test_it_is_light(name: str, kilobytes: int) -> None:
    data = Path(settings.BASE_DIR, "static", name).read_bytes()

    assert len(gzip.compress(data)) <= kilobytes * 1024


def test_admins_own_style_sheets_are_light() -> None:
    sheets = (Path(settings.BASE_DIR, "static/css", name) for name in ("admin-frame.css", "admin.css"))

    assert sum(len(gzip.compress(sheet.read_bytes())) for sheet in sheets) <= 12 * 1024


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/entrar/", "/manuales/", "/manuales/guia/"])
def test_the_first_view_of_a_public_page_is_light(client: Client, path: str) -> None:
    """All that it needs before somebody opens something: style, script, and pictures in plain view."""
    page = client.get(path).text
    needed = set(re.findall(r"/static/([^\"']+)", re.sub(r"(?s)<details>.*?</details>", "", page)))

    parts = [page.encode(), *(Path(settings.BASE_DIR, "static", name).read_bytes() for name in needed)]

    assert {"css/app.css", "js/app.js"} <= needed
    assert sum(len(gzip.compress(part)) for part in parts) <= 60 * 1024


def loads(client: Client, html: str) -> Iterator[tuple[str, int]]:
    """Each file that a page asks for, with the bytes that travel: also the pictures that come later."""
    for address in dict.fromkeys(WHAT_A_PAGE_LOADS.findall(html)):
        address = address.replace("&amp;", "&")
        if address.startswith("/static/"):
            data = Path(settings.BASE_DIR, "static", address.removeprefix("/static/")).read_bytes()
            # WhiteNoise's: texts packed, pictures as they are.
            yield address, len(data if address.endswith(".png") else gzip.compress(data))
        else:
            yield address, len(client.get(address, headers={"Accept-Encoding": "gzip"}).content)


def first_view(client: Client, address: str) -> tuple[int, int]:
    """Bytes and requests of a page that nobody has seen before; the page itself is sent as it is."""
    response = client.get(address)
    assert response.status_code == 200, address
    loaded = dict(loads(client, response.content.decode()))
    return len(response.content) + sum(loaded.values()), 1 + len(loaded)


def test_no_page_is_heavier_than_its_first_view_may_be(tab: Tab, pair: Pair) -> None:  # noqa: F811
    for slug in ANSWERS:
        if slug not in ("usuario", "terminar"):
            assert tab.submit(slug, ANSWERS[slug]()).status_code == 302, slug
    tab.submit("sellos", csd_files(pair))
    work()
    steps = [f"/configuracion/{step.slug}/" for step in STEPS]

    costs = {page: first_view(tab.client, page) for page in ("/configuracion/", *steps)}
    costs |= {page: first_view(Client(), page) for page in VISITORS}
    costs["/configuracion/constancia/"] = first_view(tab.client, "/configuracion/constancia/")

    assert {page: cost for page, (cost, _) in costs.items() if cost > FIRST_VIEW} == {}
    assert {page: count for page, (_, count) in costs.items() if count > REQUESTS} == {}

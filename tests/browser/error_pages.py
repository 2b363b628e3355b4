"""Our pages in trouble, brought about before the running product; where that would take it down, drawn."""

import sys
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from playwright.sync_api import FilePayload, Route

from facturamos import error_pages
from tests.browser.interruptions import CSF_PAGE
from tests.browser.outcomes import Visitor
from tests.conftest import make_distributor

PAGES = sorted(page.stem for page in (settings.BASE_DIR / "templates/errors").glob("[!_]*.html"))
# More fields than a request may have, in the form that is sent.
TOO_MANY = """() => {
    const form = document.querySelector("main form");
    for (let number = 0; number < 600; number += 1) form.append(Object.assign(
        document.createElement("input"), { type: "hidden", name: `campo-${number}`, value: "x" }));
}"""


def failing() -> dict[str, Callable[[HttpRequest], HttpResponse]]:
    """What the site answers when something of ours is broken."""
    return {"500": error_pages.server_error, "503": without_a_database}


def without_a_database(request: HttpRequest) -> HttpResponse:
    """As the handler meets it."""
    try:
        raise OperationalError("down")
    except OperationalError:
        assert sys.exception()
        return error_pages.server_error(request)


def see_trouble(visitor: Visitor) -> None:
    """Every page of an error, as the issuer meets it who is signed in (403: as staff)."""
    inspector, page = visitor.inspector, visitor.inspector.page
    for address, status in (("/no-existe/", 404), ("/salir/", 405)):
        inspector.open(address, status)
        inspector.look("fresh", page=f"error {status}")
    file = FilePayload(name="csf.pdf", mimeType="application/pdf", buffer=b"%PDF" + b"0" * 7_000_000)
    inspector.open(CSF_PAGE)
    page.locator("main input[type=file]").first.set_input_files(file)
    inspector.send()
    inspector.look("fresh", page="error 413")
    inspector.open(CSF_PAGE)
    page.evaluate(TOO_MANY)
    inspector.send()
    inspector.look("fresh", page="error 400")
    for code, handler in failing().items():
        drawn = handler(_anybody())
        assert drawn.status_code == int(code)
        page.route("**/falla/", answering(drawn))
        page.goto(f"{inspector.url}/falla/")
        inspector.look("fresh", page=f"error {code}")
        page.unroute("**/falla/")
    see_what_is_not_ones_own(visitor)


def _anybody() -> HttpRequest:
    request = RequestFactory().get("/falla/")
    request.user = AnonymousUser()
    return request


def answering(drawn: HttpResponse) -> Callable[[Route], None]:
    def answer(route: Route) -> None:
        route.fulfill(status=drawn.status_code, content_type="text/html", body=drawn.content.decode())

    return answer


def see_what_is_not_ones_own(visitor: Visitor) -> None:
    """What admin has, but not for distributors; the issuer is signed in again afterwards."""
    staff = Client()
    staff.force_login(make_distributor("Distribuidora"), backend="companies.accounts.auth.Backend")
    value = staff.cookies["sesion"].value
    visitor.context.add_cookies([{"name": "sesion", "value": value, "url": visitor.inspector.url}])
    visitor.inspector.open("/admin/companies/privacynotice/add/", 403)
    visitor.inspector.look("fresh", page="error 403")
    visitor.sign_in()

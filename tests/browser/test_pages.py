"""Every page in every state: on each screen, in both colour schemes, with the largest text, by keyboard.

The pages come from `STEPS` and from the addresses of the site, and the states that each must be seen in from
what it has: fields, questions, a worker's outcome, something that is waited for. A new one that is missing
here fails.
"""

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from playwright.sync_api import BrowserContext, expect

from certificates.models import CsdValidation
from certificates.testing import CA, Pair
from companies.accounts import held_email, renewal, second_factor_views
from companies.accounts.email_confirmation import email_token
from companies.models import PrivacyNotice, User
from facturamos.buttons import has_a_page
from facturamos.devserver import views as devserver_views
from mailing.models import Mailbox
from onboarding.delegation import links
from onboarding.delegation import services as delegation
from onboarding.steps import STEPS
from onboarding.steps.sellos import CsdStep
from onboarding.wizard.step import Step
from tests.authority import known_ca
from tests.browser import error_pages
from tests.browser.inspection import Inspector
from tests.browser.interruptions import (
    CHANGED,
    CSF_PAGE,
    Editor,
    around_the_csf,
    change_in_two_tabs,
    doubt,
    lose_the_session,
    lose_the_token,
    note,
    refuse,
    step,
)
from tests.browser.letters import signs_letters
from tests.browser.outcomes import (
    LONG_ADDRESS,
    LONG_NAME,
    LONGEST,
    STEP_PAGES,
    Visitor,
    invoice_in_trouble,
    letter_in_trouble,
    letter_on_its_way,
    letter_signed,
    mailbox_in_trouble,
    renewal_in_trouble,
    seals_in_trouble,
    validator_in_trouble,
    work,
)
from tests.conftest import make_distributor, make_issuer
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# No pages, though nothing in the address or in the view says so: they answer a program, or with a file.
# «Abrir» leads on to another page, however it is asked.
FOR_PROGRAMS = {
    *("salud_vivo", "salud_listo", "metrics"),
    *("robots", "favicon", "security_txt", "change_password", "csp"),
}
NO_PAGES = FOR_PROGRAMS | {"codigo_postal", "descarga", "encargo_abrir"}
# Looked at where a provider answers (tests/browser/test_oauth.py): this server knows none of them.
AT_A_PROVIDER = {"correo_conectar", "correo_autorizado"}
# Not an issuer's: what only `make run` has, and the second factor (tests/browser/test_second_factor.py).
OTHERS = {devserver_views.__name__, second_factor_views.__name__}

# --- the pages there are


def patterns(among: Iterable[Any] | None = None) -> Iterator[tuple[URLPattern, str]]:
    """All that the site answers to, but admin, with its path."""
    for pattern in get_resolver().url_patterns if among is None else among:
        path = str(pattern.pattern)
        if isinstance(pattern, URLResolver) and not path:
            yield from patterns(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            yield pattern, path


def is_page(pattern: URLPattern, path: str) -> bool:
    """Whether a person reads it: no file, no part of a page, no address of a button."""
    in_part = bool(PurePath(path).suffix) or path.endswith("/estado/")
    return not (in_part or has_a_page(pattern.callback) or pattern.callback.__module__ in OTHERS)


PAGES = {
    str(pattern.name): path
    for pattern, path in patterns()
    if is_page(pattern, path) and pattern.name not in NO_PAGES | AT_A_PROVIDER | {"paso"}
}


def required(inspector: Inspector) -> set[tuple[str, str]]:
    """Every page with the states that follow from what it is, or was seen to have."""
    wanted = {(name, "fresh") for name in PAGES}
    wanted |= {(f"error {name}", "fresh") for name in error_pages.PAGES}
    for each in STEPS:
        wanted |= {(each.slug, state) for state in ("fresh", "refused", "filled", "done", "noted")}
        if each.asks:
            wanted.add((each.slug, "doubts"))
        if each.slug in inspector.with_text and not each.stale_message:
            wanted.add((each.slug, "conflict"))
        if type(each).faults is not Step.faults:
            wanted |= {(each.slug, "waiting"), (each.slug, "failed")}
    wanted |= {("carta-manifiesto", f"e.firma {state}") for state in ("missing", "refused", "read", "signed")}
    wanted |= {(page, "renewal refused") for page in ("sellos", "panel")}
    wanted |= {(name, "refused") for name in inspector.with_fields}
    wanted |= {(name, state) for name in inspector.with_mark for state in ("over", "csrf")}
    return wanted


def polls() -> set[str]:
    """What pages ask for again and again: each must have been seen waited for."""
    return {str(pattern.name) for pattern, path in patterns() if path.endswith("/estado/")}


# --- the cast

# Settings that put more on the pages.
EVERYTHING = {
    "SAT_VALIDATOR": "on",
    "SUPPORT_PHONE": "800 000 0000",
    "SUPPORT_WHATSAPP": "+52 55 0000 0000",
    "SUPPORT_HOURS": "lunes a viernes de 9 a 18 h, sábados de 10 a 14 h",
}


@pytest.fixture
def asking_site(
    transactional_db: None, tmp_path_factory: pytest.TempPathFactory, permitted: None, fiel_ca: CA
) -> Iterator[Stack]:
    """A web server that may ask the SAT; what waits for a worker waits until the test does its work."""
    folder = tmp_path_factory.mktemp("stack")
    stack = Stack(folder, more=EVERYTHING | signs_letters(folder, fiel_ca))
    try:
        stack.start_web()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def visitor(asking_site: Stack, context: BrowserContext, db: None, shots: Any) -> Visitor:
    """An issuer whose name and address are as long as they come; not signed in yet."""
    user = make_issuer(
        make_distributor("Distribuidora"), name=LONG_NAME, rfc="PNA190312AB1", username="panaderia"
    )
    User.objects.filter(pk=user.pk).update(email=LONG_ADDRESS)
    user.refresh_from_db()
    return Visitor(Inspector(context.new_page(), asking_site.url, shots), context, user, Tab(Client()))


# --- the walk


def public_pages(visitor: Visitor) -> None:
    """What a visitor sees, also behind the links of mails, and what is refused to one."""
    inspector, user = visitor.inspector, visitor.user
    for path in PAGES.values():
        if "<" not in path:
            inspector.show(f"/{path}", "fresh")
    links = {
        f"/recuperar/correo/{email_token(user, user.email)}/": "fresh",
        "/recuperar/correo/roto/": "used up",
        f"/recuperar/credenciales/{renewal.token(user)}/": "fresh",
        "/recuperar/credenciales/roto/": "used up",
        f"/recuperar/no-fui-yo/{held_email.token(user)}/": "fresh",
        "/recuperar/no-fui-yo/roto/": "used up",
        reset_link(user): "fresh",
        "/recuperar/MQ/roto/": "used up",
        "/recordatorios/roto/": "fresh",
        "/encargo/enlace/roto/": "used up",
    }
    for address, state in links.items():
        inspector.show(address, state)
    for name, address in (
        ("entrar", "/entrar/"),
        ("recuperar", "/recuperar/"),
        ("recuperar_nueva", reset_link(user)),
    ):
        refuse(inspector, Editor(name, address))
    inspector.open("/no-existe/", 404)
    inspector.look("outside", page="error 404")
    for _ in range(6):
        inspector.open("/entrar/")
        inspector.page.get_by_label("Usuario", exact=True).fill("nadie")
        inspector.page.get_by_label("Contraseña", exact=True).fill("x")
        inspector.send()
    expect(inspector.page.get_by_role("heading", name="Demasiados intentos")).to_be_visible()
    inspector.look("locked out")


def reset_link(user: User) -> str:
    """The link of the mail that «¿Olvidó su contraseña?» sends."""
    uidb64 = urlsafe_base64_encode(force_bytes(user.pk))
    return f"/recuperar/{uidb64}/{default_token_generator.make_token(user)}/"


def first_steps(visitor: Visitor) -> None:
    """Before the notice, then every page empty, refused, and with the session over."""
    inspector, notice = visitor.inspector, STEPS[0].slug
    visitor.sign_in()
    inspector.show(STEP_PAGES[notice], "unpublished")
    PrivacyNotice(version="1", text="1. Qué datos guardamos\nLos de su empresa.\n\n" + "Ñ" * 300).publish()
    inspector.show("/configuracion/", "new")
    inspector.show(STEP_PAGES[notice], "fresh")
    interrupt(visitor, step(notice))
    visitor.answer(notice)
    for address in (*STEP_PAGES.values(), *(f"/{path}" for path in PAGES.values() if "<" not in path)):
        inspector.show(address, "fresh")
    for slug in list(STEP_PAGES)[1:]:
        interrupt(visitor, step(slug))
    for editor in around_the_csf():
        interrupt(visitor, editor)
    ask_somebody(visitor)


def ask_somebody(visitor: Visitor) -> None:
    """For step 9; the pages of who was asked are looked at in tests/browser/test_delegation.py."""
    inspector = visitor.inspector
    inspector.open("/configuracion/sellos/pedir/")
    inspector.look("fresh", page="pedir")
    refuse(inspector, Editor("pedir", "/configuracion/sellos/pedir/", "main form"))
    said = "Ñandú " * 80
    asked = delegation.ask(visitor.user, CsdStep(), name=LONG_NAME[:120], email=LONG_ADDRESS, message=said)
    inspector.open("/configuracion/sellos/pedir/")
    inspector.look("asked", page="pedir")
    inspector.show(f"/encargo/enlace/{links.token(asked)}/", "fresh")
    inspector.page.get_by_role("button", name="Abrir").click()
    expect(inspector.page.get_by_role("heading", name="Antes de empezar")).to_be_visible()
    inspector.look("notice")


def interrupt(visitor: Visitor, editor: Editor) -> None:
    """Refused, the session over, the page too old."""
    refuse(visitor.inspector, editor)
    lose_the_session(visitor, editor)
    visitor.sign_in()
    lose_the_token(visitor, editor)
    visitor.sign_in()


def fill_in(visitor: Visitor, pair: Pair) -> None:
    """Every step, with values as long as they come."""
    for slug in ANSWERS:
        if slug not in ("terminar", STEPS[0].slug):
            visitor.answer(slug, **LONGEST.get(slug, {}))
    visitor.sign_in()  # the new password ended the session
    visitor.upload(pair)
    work(CsdValidation)
    Mailbox.objects.get().approve()


def test_every_page_holds_in_every_state(visitor: Visitor, fiel_ca: CA) -> None:
    inspector = visitor.inspector
    ca = known_ca()
    pair = ca.issue(rfc="PNA190312AB1", name=LONG_NAME)
    public_pages(visitor)
    first_steps(visitor)
    error_pages.see_trouble(visitor)
    validator_in_trouble(visitor)
    seals_in_trouble(visitor, ca, pair)
    mailbox_in_trouble(visitor)
    doubt(visitor)
    letter_in_trouble(visitor, fiel_ca)

    fill_in(visitor, pair)
    invoice_in_trouble(visitor, STEP_PAGES["terminar"])
    for address in (*STEP_PAGES.values(), "/configuracion/", CSF_PAGE):
        inspector.show(address, "filled")
    for slug in CHANGED:
        change_in_two_tabs(visitor, slug)
    note(visitor)

    assert visitor.tab.submit("terminar", {}).headers["Location"] == "/panel/"
    for address in (*STEP_PAGES.values(), "/panel/"):
        inspector.show(address, "done", brief=address != "/panel/")
    inspector.seen.add(("panel", "fresh"))  # there is none before that
    invoice_in_trouble(visitor, "/panel/", brief=True)
    renewal_in_trouble(visitor, ca)
    letter_signed(visitor, fiel_ca)
    letter_on_its_way(visitor)

    assert not inspector.faults, "\n".join(inspector.faults)
    assert required(inspector) - inspector.seen == set()
    assert polls() - inspector.polled == set()
    assert inspector.fields_tried > 150

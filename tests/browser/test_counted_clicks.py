"""What distributors and support do all day, with every click counted: on a desk and on a telephone.

A click is a press or a tap, one into a field too; so is Enter. Typing is none, nor is signing in: whoever
does lands on the board, where all of these begin. `before` is what they took in a list of tables.
"""

import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from certificates.models import Diagnosis
from companies.accounts.auth import limit_key
from companies.accounts.credentials import CREDENTIALS
from companies.models import Company, SecurityEvent, User
from mailing.models import Message
from tests.browser.walk import Walk
from tests.conftest import PASSWORD, make_distributor, make_issuer
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

SEARCH = "Código, RFC, nombre, teléfono o correo"
CODE = "CSD-FZMW"
DISTRIBUTOR, SUPPORT = User.Role.DISTRIBUTOR, User.Role.SUPPORT


@dataclass
class Hand:
    """Somebody's hand at a page: each thing that it presses is counted."""

    page: Page
    clicks: int = 0

    def press(self, target: Locator) -> None:
        """A link, a button, a field."""
        target.click()
        self.clicks += 1

    def dial(self, target: Locator) -> None:
        """A link that another program opens: it can be pressed, which is all that can be seen here."""
        target.click(trial=True)
        self.clicks += 1

    def write(self, target: Locator, text: str) -> None:
        """Into a field, over what stands in it."""
        self.press(target)
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def search(self, text: str) -> None:
        """In the box that every page has."""
        self.write(self.page.get_by_label(SEARCH), text)
        self.page.keyboard.press("Enter")
        self.clicks += 1


@dataclass(frozen=True)
class Task:
    """One everyday task: who does it, how many clicks it may take, how many it took, and how it is done."""

    name: str
    by: User.Role
    most: int
    before: str
    do: Callable[[Hand, Company], None]


def row(page: Page, name: str) -> Locator:
    """A company's line on the board."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def call_a_stuck_client(hand: Hand, company: Company) -> None:
    hand.press(hand.page.get_by_role("link", name=re.compile("^Detenida ")))
    telephone = row(hand.page, company.name).get_by_role("link", name="477 123 4567")
    expect(telephone).to_have_attribute("href", "tel:+524771234567")
    hand.dial(telephone)


def resend(hand: Hand, company: Company) -> None:
    hand.press(row(hand.page, company.name).get_by_role("link", name="Reenviar credenciales"))
    hand.press(hand.page.get_by_role("button", name="Reenviar credenciales"))
    expect(hand.page).to_have_url(re.compile("/tablero/"))
    assert Message.objects.filter(kind=CREDENTIALS, company=company, bounce="").count() == 1


def correct_an_address(hand: Hand, company: Company) -> None:
    hand.press(row(hand.page, company.name).get_by_role("link", name="Corregir y reenviar…"))
    hand.write(hand.page.get_by_label("Correo electrónico", exact=True), "lucia@example.org")
    hand.press(hand.page.get_by_role("button", name="Corregir y reenviar"))
    expect(hand.page).to_have_url(re.compile("/tablero/"))
    assert User.objects.get(company=company).email == "lucia@example.org"


def look_up_a_dictated_code(hand: Hand, company: Company) -> None:
    hand.search("csd fzmw")
    expect(hand.page.get_by_role("heading", name=company.name)).to_be_visible()
    expect(hand.page.get_by_role("link", name=CODE)).to_be_visible()


def let_a_caller_in(hand: Hand, company: Company) -> None:
    hand.search(company.rfc.lower())
    hand.press(hand.page.get_by_role("button", name="Desbloquear"))
    expect(hand.page.locator(".ask.success")).to_contain_text("puede volver a intentarlo")
    assert not AccessAttempt.objects.exists()


def let_in_from_the_board(hand: Hand, company: Company) -> None:
    hand.press(row(hand.page, company.name).get_by_role("link", name=company.name, exact=True))
    hand.press(hand.page.get_by_role("button", name="Desbloquear"))
    expect(hand.page.locator(".ask.success")).to_contain_text("puede volver a intentarlo")


TASKS = (
    Task("Llamar a un cliente detenido", DISTRIBUTOR, 2, "abrir, leer y marcar", call_a_stuck_client),
    Task("Reenviar sus credenciales a uno", DISTRIBUTOR, 2, "5", resend),
    Task("Corregir un correo y reenviar", DISTRIBUTOR, 3, "imposible (Asistencia: 8)", correct_an_address),
    Task("Buscar un código dictado", SUPPORT, 2, "6", look_up_a_dictated_code),
    Task("Dejar entrar a quien llama", SUPPORT, 3, "7", let_a_caller_in),
    Task("Lo mismo, desde el tablero", SUPPORT, 3, "7", let_in_from_the_board),
)


@pytest.fixture
def company(transactional_db: None) -> Company:
    """A client that everything has happened to, among others."""
    distributor = make_distributor("distribuidora")
    for number in range(12):
        make_issuer(
            distributor, name=f"OTRA {number}", rfc=f"OTR1903{number:02}AB1", username=f"otra{number}"
        )
    issuer = make_issuer(distributor, name="PANADERÍA LA ÑAPA", rfc="PNA190312AB1", username="panaderia")
    support = User(username="soporte", role=User.Role.SUPPORT, full_name="Sofía Soporte")
    support.set_password(PASSWORD)
    support.save()
    long_ago = timezone.now() - timedelta(days=9)
    Company.objects.filter(users=issuer).update(created_at=long_ago, phone="477 123 4567")
    return Company.objects.get(users=issuer)


def never_in(company: Company) -> None:
    User.objects.filter(company=company).update(
        password_is_temporary=True, last_login=None, confirmed_email=""
    )


def prepare(task: Task, company: Company) -> None:
    """What the task finds: a client that came in and stopped, or one that never could."""
    user = User.objects.get(company=company)
    if task.do in (resend, correct_an_address):
        never_in(company)
    else:
        User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=9))
    if task.do is correct_an_address:
        Message.objects.create(
            kind=CREDENTIALS,
            to=user.email,
            about=str(user.pk),
            company=company,
            bounce=Message.Bounce.NO_ADDRESS,
            state=Message.State.DONE,
            give_up_at=timezone.now(),
        )
    if task.do is look_up_a_dictated_code:
        Diagnosis.objects.create(
            company=company, code=CODE, ok=False, for_support=False, rfc=company.rfc, report=[]
        )
    if task.do in (let_a_caller_in, let_in_from_the_board):
        AccessAttempt.objects.create(
            username=limit_key(user.username), ip_address="192.0.2.78", failures_since_start=5
        )
        SecurityEvent.objects.create(user=user, kind=SecurityEvent.Kind.REFUSED, address="192.0.2.78")


@pytest.mark.parametrize("width", [1280, 390])
def test_everyday_tasks_take_few_clicks(
    site: Stack, context: BrowserContext, console: list[str], company: Company, shots: Path | None, width: int
) -> None:
    taken = [(task, counted(task, site, context, company, shots, width)) for task in TASKS]
    for task, clicks in taken:
        print(f"{width:>5} px | {task.name:<31} | antes {task.before:<26} | {clicks} de {task.most}")
    assert [task.name for task, clicks in taken if clicks > task.most] == []


def counted(
    task: Task, site: Stack, context: BrowserContext, company: Company, shots: Path | None, width: int
) -> int:
    """Does one task on a company that is as the task needs it; returns what it took."""
    prepare(task, company)
    context.clear_cookies()
    with closing(context.new_page()) as page:
        page.set_viewport_size({"width": width, "height": 900})
        walk = Walk(page, site.url, shots, f"clics-{width}-{TASKS.index(task)}")
        page.goto(f"{site.url}/entrar/")
        walk.fill(Usuario=User.objects.get(role=task.by).username, Contraseña=PASSWORD)
        walk.press("Entrar")
        expect(page).to_have_url(re.compile(r"/tablero/$"))
        hand = Hand(page)
        task.do(hand, company)
        walk.look("hecho")
        return hand.clicks

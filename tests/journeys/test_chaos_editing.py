"""Three members of support and the issuer correct one company at the same time: no value is lost.

A value is lost when somebody who did not see it wrote over it. The audit is asked: each change must be
somebody's accepted save, and what it replaced must be what that person was shown. The long form (3 × 200
saves of support's, 200 of the issuer's) runs with CHAOS=1 (`make chaos`).
"""

import html
import os
import random
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple, dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from companies.models import Address, Company, User
from onboarding.models import Onboarding, StepState
from tests.admin_page import sent_by
from tests.conftest import PASSWORD
from tests.onboarding.backoffice.rows import ADDRESS, published_notice

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(3600)]

TIMES = 200 if os.environ.get("CHAOS") else 5
LABELS = {"name": "Nombre", "phone": "Teléfono", "addresses-0-street": "Dirección · Calle"}
STEP = "/configuracion/datos-fiscales/"


@dataclass(frozen=True)
class AcceptedSave:
    """What somebody changed, and what was there as far as that person was shown."""

    user: int
    column: str
    shown: str
    new: str


@dataclass
class Editor:
    """Somebody who corrects the company again and again."""

    user: User
    number: int
    saves: list[AcceptedSave] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.number)  # noqa: S311  # no secret
        self.client = Client(raise_request_exception=False)
        self.client.force_login(self.user, backend="companies.accounts.auth.Backend")

    def value_for(self, name: str, turn: int) -> str:
        if name == "phone":
            return f"477{self.number}{turn:06d}"
        letters = "".join(chr(65 + int(digit)) for digit in f"{self.number}{turn}")
        return f"{'CALLE' if 'street' in name else 'EMPRESA'} {letters}"

    def note(self, name: str, shown: str, new: str) -> None:
        self.saves.append(AcceptedSave(self.user.pk, name.split("-")[-1], shown, new))

    def edit(self, turn: int, url: str) -> None:
        raise NotImplementedError

    def answer_of(self, response: Any) -> Any:
        self.statuses[response.status_code] += 1
        return response


class SupportEditor(Editor):
    """In admin; where both changed the same it insists, or lets the other's be."""

    def edit(self, turn: int, url: str) -> None:
        data = sent_by(self.answer_of(self.client.get(url)))
        name = self.chance.choice(list(LABELS))
        shown, new = str(data[name]), self.value_for(name, turn)
        data[name] = new
        for _ in range(20):
            response = self.answer_of(self.client.post(url, data))
            if response.status_code != 200:
                break
            page = response.content.decode()
            pattern = rf'<th scope="row">{LABELS[name]}</th><td>(.*?)</td><td>(.*?)\s*<small>'
            found = re.search(pattern, page, re.DOTALL)
            assert found, page[page.find("errorlist") - 200 :][:600]
            if self.chance.random() < 0.5:
                return
            shown, data = html.unescape(found[2]), sent_by(response)
        if response.status_code == 302:
            self.note(name, shown, new)


class IssuerEditor(Editor):
    """On its own page, which is compared as a whole."""

    def edit(self, turn: int, url: str) -> None:
        data = sent_by(self.answer_of(self.client.get(STEP)))
        column = self.chance.choice(["name", "phone"])
        name, new = f"datos-fiscales-{column}", self.value_for(column, turn)
        shown, data[name] = str(data[name]), new
        response = self.answer_of(self.client.post(STEP, data | {"accion": "guardar"}))
        if response.status_code == 302:
            self.note(column, shown, new)


def run(editor: Editor, url: str) -> None:
    try:
        for turn in range(TIMES):
            editor.edit(turn, url)
    finally:
        connection.close()


@pytest.fixture
def editors(issuer: User, support: User) -> list[Editor]:
    company = Company.objects.get(users=issuer)
    Company.objects.filter(pk=company.pk).update(
        phone="4771234567", expedition_place="37000", tax_regime="601"
    )
    Address.objects.create(company=company, kind=Address.Kind.FISCAL, **ADDRESS)
    published_notice().accept(company, issuer, "192.0.2.1", "")
    onboarding = Onboarding.objects.get(company=company)
    StepState.note_saved(onboarding, ["aviso-de-privacidad"])
    found: list[Editor] = [IssuerEditor(issuer, 0), SupportEditor(support, 1)]
    for number in (2, 3):
        colleague = User(username=f"soporte{number}", role=User.Role.SUPPORT, full_name=f"Soporte {number}")
        colleague.set_password(PASSWORD)
        colleague.save()
        found.append(SupportEditor(colleague, number))
    return found


def changes(event_model: str, columns: tuple[str, ...]) -> list[tuple[object, ...]]:
    """By whom, which column, what it was and what it became; the first event is the beginning."""
    rows = apps.get_model("companies", event_model)._default_manager.select_related("pgh_context")
    events = list(rows.order_by("pgh_id"))
    return [
        (event.pgh_context.metadata["user"], column, getattr(before, column), getattr(event, column))
        for before, event in pairwise(events)
        for column in columns
        if event.pgh_context and getattr(before, column) != getattr(event, column)
    ]


def test_no_value_is_lost_and_nothing_fails(editors: list[Editor], issuer: User) -> None:
    onboarding = Onboarding.objects.get(company=issuer.company)
    url = f"/admin/companies/company/{onboarding.company_id}/change/"

    with ThreadPoolExecutor(len(editors)) as pool:
        list(pool.map(run, editors, [url] * len(editors)))

    statuses = sum((editor.statuses for editor in editors), Counter[int]())
    assert {status for status in statuses if status >= 400} == set(), statuses
    saves = [save for editor in editors for save in editor.saves]
    assert all(editor.saves for editor in editors)
    made = [
        *changes("CompanyEvent", ("name", "phone", "rfc", "expedition_place", "tax_regime")),
        *changes("AddressEvent", ("street", "reference", "postal_code")),
    ]
    accepted = Counter(tuple[object, ...](astuple(save)) for save in saves)
    lost = Counter(made) - accepted
    assert not lost, f"written over unseen, or by nobody: {lost}"
    assert not accepted - Counter(made), "said to be saved, and is not"

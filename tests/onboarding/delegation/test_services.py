"""What is done although nobody came back, who did it in the history, and two at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client

from certificates.models import Csd
from certificates.testing import Pair
from companies.models import Company, User
from mailing.models import Message
from onboarding.backoffice.case_file.timeline import timeline
from onboarding.delegation import services
from onboarding.delegation.links import Link, read
from onboarding.delegation.models import Delegation
from onboarding.tasks import settle_delegations
from tests.onboarding.answers import ANSWERS, csd_files
from tests.onboarding.browser import Tab, hidden
from tests.onboarding.delegation.conftest import Ask
from tests.onboarding.steps.test_sellos import work


def test_what_was_done_is_told_although_nobody_came_back_to_see_it(ask: Ask, pair: Pair) -> None:
    ana = ask("sellos").accept()
    ana.submit("sellos", csd_files(pair))
    settle_delegations()
    assert not Message.objects.filter(kind=services.DONE).exists()
    work()

    settle_delegations()
    settle_delegations()

    assert Message.objects.filter(kind=services.DONE).count() == 1
    assert Delegation.objects.get().done_at is not None


def test_what_the_issuer_did_itself_ends_it_without_a_word(
    ask: Ask, ready: User, sign_in: Callable[[User], Client]
) -> None:
    ask("datos-fiscales").accept()
    tab = Tab(sign_in(ready))
    for slug in ("datos-fiscales", "direccion-fiscal"):
        tab.submit(slug, ANSWERS[slug]())

    settle_delegations()

    assert (Delegation.objects.get().done_at, Delegation.objects.get().ended_why) == (None, "unneeded")
    assert not Message.objects.filter(kind=services.DONE).exists()


def test_the_history_has_who_was_asked_as_the_author(ask: Ask, ready: User) -> None:
    ana = ask("datos-fiscales").accept()

    ana.submit("datos-fiscales", ANSWERS["datos-fiscales"]())

    company = Company.objects.get(users=ready)
    change = next(each for each in timeline(company) if each.what == "Empresa" and not each.is_new)
    assert change.who == "Ana Contadora <ana@despacho.example>"
    assert change.source == "Página de quien ayuda"
    assert "601" in str(change.values)


def test_who_is_signed_in_for_another_company_is_not_the_author(
    ask: Ask, ready: User, other_issuer: User
) -> None:
    ana = ask("datos-fiscales")
    ana.client.force_login(other_issuer, backend="companies.accounts.auth.Backend")
    ana.accept()

    page = ana.client.get("/encargo/datos-fiscales/").content.decode()
    ana.submit("datos-fiscales", ANSWERS["datos-fiscales"]())

    assert "NÚÑEZ" not in page
    authors = {change.who for change in timeline(Company.objects.get(users=ready))}
    assert authors == {"Ana Contadora <ana@despacho.example>", "panaderia", ""}
    # Its own account is as it was.
    assert "NÚÑEZ" in ana.client.get("/configuracion/").content.decode()


def test_the_issuer_reads_who_changed_the_page_meanwhile(ask: Ask, ready: User) -> None:
    client = Client()
    client.force_login(ready, backend="companies.accounts.auth.Backend")
    tab, ana = Tab(client), ask("datos-fiscales").accept()
    mine, theirs = tab.open("datos-fiscales"), hidden(ana.client.get("/encargo/datos-fiscales/"))

    ana.submit("datos-fiscales", ANSWERS["datos-fiscales"]())
    answer = tab.submit("datos-fiscales", ANSWERS["datos-fiscales"]() | {"phone": "4770000009"}, mine)
    assert "Los cambió Ana Contadora &lt;ana@despacho.example&gt;" in answer.content.decode()

    sent = {f"datos-fiscales-{name}": value for name, value in ANSWERS["datos-fiscales"]().items()}
    stale = ana.client.post(
        "/encargo/datos-fiscales/", {**theirs, **sent, "datos-fiscales-phone": "4770000008"}
    )
    assert "Los cambió usted, en otra ventana" in " ".join(stale.content.decode().split())


def test_what_the_csd_says_stays_unreadable(ask: Ask, pair: Pair) -> None:
    ana = ask("sellos").accept()

    ana.submit("sellos", csd_files(pair))
    work()

    assert Csd.objects.get().state == "active"
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, password FROM certificates_csd")
        key, password = map(bytes, cursor.fetchone())
    assert pair.key[60:120] not in key
    assert pair.password not in password
    for address in ("/encargo/sellos/", "/encargo/sellos/estado/", "/encargo/"):
        assert pair.password not in ana.client.get(address).content


@pytest.mark.django_db(transaction=True)
def test_of_browsers_that_open_it_at_once_one_is_let_in(ask: Ask) -> None:
    link = read(ask("sellos").link().split("/")[-2])
    assert link is not None

    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(_open, [link] * 8))

    assert opened.count(True) == 1


def _open(link: Link) -> Any:
    try:
        return services.open_link(link)
    finally:
        connections.close_all()

"""The same page sent many times at the same moment: one row, one job, one mail."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from certificates.models import Csd, CsdValidation
from certificates.testing import Pair
from companies.models import Address, NoticeAcceptance, User
from mailing.models import Mailbox, MailboxTest
from onboarding.models import StepState
from tests.onboarding.answers import ADDRESS, ANSWERS, NEW_PASSWORD, csd_files
from tests.onboarding.browser import Tab

pytestmark = pytest.mark.django_db(transaction=True)

TIMES = 50


def at_once(tab: Tab, slug: str, answers: Callable[[], dict[str, Any]], **extra: str) -> list[int]:
    """Sends one page TIMES times from as many threads; returns the statuses."""
    page, start = tab.open(slug), Barrier(TIMES)

    def send(_: int) -> int:
        client = Client()
        client.cookies = tab.client.cookies
        try:
            start.wait()
            return int(Tab(client).submit(slug, answers(), page, **extra).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(send, range(TIMES)))


def test_an_address_is_saved_once(tab: Tab, issuer: User) -> None:
    statuses = at_once(tab, "direccion-fiscal", lambda: dict(ADDRESS))

    assert set(statuses) == {302}
    address = Address.objects.get(company=issuer.company)
    assert address.events.count() == 1  # type: ignore[attr-defined]
    assert StepState.objects.filter(slug="direccion-fiscal").count() == 1


def test_a_csd_is_received_once(tab: Tab, pair: Pair) -> None:
    statuses = at_once(tab, "sellos", lambda: csd_files(pair))

    assert set(statuses) == {302}
    assert (Csd.objects.count(), CsdValidation.objects.count()) == (1, 1)


def test_a_test_mail_is_asked_for_once(tab: Tab) -> None:
    statuses = at_once(tab, "correo", ANSWERS["correo"], accion="probar")

    assert set(statuses) == {302}
    assert (Mailbox.objects.count(), MailboxTest.objects.count()) == (1, 1)


def test_the_notice_is_accepted_once(issuer: User, sign_in: Callable[[User], Client], notice: object) -> None:
    statuses = at_once(Tab(sign_in(issuer)), "aviso-de-privacidad", lambda: {"accept": "on"})

    assert set(statuses) == {302}
    assert NoticeAcceptance.objects.count() == 1


def test_a_user_is_saved_once(tab: Tab, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(password_is_temporary=True)
    events = issuer.events.count()  # type: ignore[attr-defined]

    statuses = at_once(tab, "usuario", ANSWERS["usuario"])

    # Who comes late finds its session ended by the new password, and is asked to sign in.
    assert set(statuses) == {302}
    issuer.refresh_from_db()
    assert issuer.check_password(NEW_PASSWORD)
    assert issuer.events.count() == events + 1  # type: ignore[attr-defined]

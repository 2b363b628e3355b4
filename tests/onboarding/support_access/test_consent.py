"""The issuer's switch: support may look for 72 hours, or until the issuer withdraws it."""

import logging
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from companies.models import User
from onboarding.models import Onboarding, SupportView
from onboarding.support_access import consent
from tests.onboarding.browser import Tab

PERMIT, WITHDRAW = "Permitir que soporte vea mi configuración", "Retirar el permiso"


def until(issuer: User) -> object:
    return consent.until(Onboarding.objects.get(company=issuer.company_id))


def test_it_is_off_until_the_issuer_says_so(tab: Tab, issuer: User) -> None:
    page = tab.client.get("/configuracion/").content.decode()
    assert PERMIT in page
    assert WITHDRAW not in page
    assert until(issuer) is None


def test_it_ends_by_itself(tab: Tab, issuer: User) -> None:
    page = tab.client.post("/panel/soporte/", {"accion": "permitir"}, follow=True).content.decode()
    assert WITHDRAW in page
    assert until(issuer) is not None
    with time_machine.travel(timezone.now() + timedelta(hours=71, minutes=59)):
        assert until(issuer) is not None
    with time_machine.travel(timezone.now() + timedelta(hours=72, minutes=1)):
        assert until(issuer) is None


def test_it_is_withdrawn_at_once(tab: Tab, issuer: User) -> None:
    tab.client.post("/panel/soporte/", {"accion": "permitir"})
    page = tab.client.post("/panel/soporte/", {"accion": "retirar"}, follow=True).content.decode()
    assert "Soporte ya no puede ver su configuración." in page
    assert until(issuer) is None
    events = Onboarding.objects.get(company=issuer.company_id).events.order_by("pgh_id")  # type: ignore[attr-defined]
    assert [event.support_access_until is None for event in events] == [True, False, True]
    assert events.last().pgh_context.metadata["user"] == issuer.pk


def test_a_get_switches_nothing(tab: Tab, issuer: User) -> None:
    assert tab.client.get("/panel/soporte/").status_code == 405
    assert until(issuer) is None


def test_the_switch_is_ones_own(tab: Tab, issuer: User, other_issuer: User) -> None:
    tab.client.post("/panel/soporte/", {"accion": "permitir"})
    assert until(other_issuer) is None


def test_the_issuer_sees_when_and_why_support_looked(tab: Tab, issuer: User, support: User) -> None:
    assert issuer.company is not None
    consent.note(issuer.company, support, consent.SupportAccess("Llamó <b>sin</b> poder entrar."), "sellos/")
    page = tab.client.get("/configuracion/").content.decode()
    assert "Soporte miró su configuración por última vez" in page
    assert "Llamó &lt;b&gt;sin&lt;/b&gt; poder entrar." in page
    assert support.full_name not in page
    assert SupportView.objects.count() == 1


def test_the_log_of_security_tells_of_both(tab: Tab, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "facturamos.security"):
        tab.client.post("/panel/soporte/", {"accion": "permitir"})
        tab.client.post("/panel/soporte/", {"accion": "retirar"})

    assert [record.getMessage() for record in caplog.records if record.name == "facturamos.security"] == [
        "consent.support-access",
        "consent.support-access-withdrawn",
    ]

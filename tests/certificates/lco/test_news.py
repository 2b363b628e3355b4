"""Who is told of what a reading of the list has changed: each once, and nobody one mail for each company."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from certificates import emails
from certificates.findings import sat_findings
from certificates.lco import fetching
from certificates.models import Csd, SatList
from companies.models import Company, Distributor, User
from facturamos.https import StandIn
from facturamos.status.report import Level
from mailing.models import Message
from mailing.outbox import Mail, Moot
from onboarding.backoffice.board import filters
from onboarding.backoffice.board.models import LastMove
from tests.certificates.conftest import NOW, Issue, receive, work
from tests.certificates.lco.conftest import DAY, NUMBER, Container, mails, publish

pytestmark = pytest.mark.django_db

OTHER = "30001000000587654321"


@pytest.fixture
def others(other_issuer: User, issue: Issue, csd: Csd) -> Csd:
    """Another company's, of the same distributor."""
    assert other_issuer.company is not None
    Company.objects.filter(pk=other_issuer.company.pk).update(distributor=csd.company.distributor)
    theirs = receive(other_issuer.company, issue(number=OTHER, rfc=other_issuer.company.rfc))
    work(theirs)
    assert theirs.state == Csd.State.ACTIVE
    return theirs


@pytest.fixture
def read(container: Container, reached: StandIn) -> Callable[..., None]:
    """Reads lists of the days that follow each other, twice each."""

    def read(*lists: Any) -> None:
        for certificates in lists:
            day = SatList.objects.count()
            publish(container, *certificates, day=DAY + timedelta(days=day))
            for _ in range(2):
                fetching.fetch(NOW + timedelta(days=day), stand_in=reached)

    return read


def last(kind: str) -> Mail:
    """The mail of a kind about the last reading."""
    message = Message.objects.get(kind=f"certificates.{kind}", about=str(SatList.objects.latest("pk").pk))
    mail: Mail = getattr(emails, kind)(message)
    return mail


# --- that it is there again


@pytest.mark.parametrize("ended", [[(NUMBER, "R")], [(NUMBER, "C")], []])
def test_who_was_told_that_it_ended_is_told_that_it_is_there_again(
    csd: Csd, issuer: User, read: Callable[..., None], ended: Any
) -> None:
    read([(NUMBER, "A")], ended)
    Message.objects.exclude(kind="certificates.csd_ended").delete()

    read([(NUMBER, "A")], [(NUMBER, "A")])

    csd.refresh_from_db()
    assert csd.sat_status == "A"
    assert mails("csd_back") == [issuer.confirmed_email]
    assert mails("csd_usable") == []
    assert mails("client_lco_changes") == [csd.company.distributor.email]
    assert mails("lco_changes") == ["ayuda@example.com"]
    told = emails.csd_back(Message.objects.get(kind="certificates.csd_back"))
    for text in (told.text, told.html):
        assert "otra vez activo" in text
        assert NUMBER in text
    for kind in ("client_lco_changes", "lco_changes"):
        message = Message.objects.get(kind=f"certificates.{kind}")
        assert (
            f"El SAT los tiene otra vez activos:\n- {csd.company.name}" in getattr(emails, kind)(message).text
        )
    with pytest.raises(Moot):
        emails.csd_ended(Message.objects.get(kind="certificates.csd_ended"))


def test_one_that_comes_and_goes_is_told_each_time(csd: Csd, issuer: User, read: Callable[..., None]) -> None:
    read([(NUMBER, "A")], [(NUMBER, "R")], [(NUMBER, "A")], [], [(NUMBER, "A")])

    assert len(mails("csd_ended")) == 2
    assert len(mails("csd_back")) == 2
    assert len(mails("csd_usable")) == 1
    assert len(mails("lco_changes")) == 5


def test_one_that_ended_in_one_way_and_then_in_another_is_no_news(
    csd: Csd, issuer: User, read: Callable[..., None]
) -> None:
    read([(NUMBER, "A")], [(NUMBER, "R")], [(NUMBER, "C")])

    csd.refresh_from_db()
    assert csd.sat_status == "C"
    assert len(mails("csd_ended")) == 1
    assert len(mails("lco_changes")) == 2
    # The mail of the list that ended it still has it to tell.
    assert "caducos" in emails.csd_ended(Message.objects.get(kind="certificates.csd_ended")).text

    read([(NUMBER, "A")])

    assert len(mails("csd_back")) == 1


def test_one_that_ended_again_meanwhile_is_not_told_of_as_active(
    csd: Csd, issuer: User, read: Callable[..., None]
) -> None:
    read([(NUMBER, "A")], [(NUMBER, "R")], [(NUMBER, "A")])
    back = Message.objects.get(kind="certificates.csd_back")
    read([(NUMBER, "R")])

    with pytest.raises(Moot):
        emails.csd_back(back)


# --- one mail for all of a list


def test_a_distributor_gets_one_mail_that_names_all_its_companies(
    csd: Csd, others: Csd, issuer: User, read: Callable[..., None]
) -> None:
    read([(NUMBER, "A")], [(NUMBER, "R"), (OTHER, "A")])

    assert len(mails("client_lco_changes")) == len(mails("lco_changes")) == 2
    for kind in ("client_lco_changes", "lco_changes"):
        told = last(kind)
        for text in (told.text, told.html):
            assert csd.company.code in text
            assert others.company.code in text
            assert "El SAT revocó sus sellos" in text
            assert "El SAT ya los tiene activos" in text
        assert "/admin/?estado=con-problema-en-sellos" in told.text
    assert last("client_lco_changes").subject == "El SAT terminó el CSD de 1 de sus clientes"


def test_what_is_too_much_for_a_mail_is_counted(
    csd: Csd, others: Csd, read: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(emails, "MOST_NAMED", 1)
    read([(NUMBER, "A"), (OTHER, "A")])

    assert "… y 1 más." in last("client_lco_changes").text
    assert last("client_lco_changes").subject == "El SAT ya tiene activo el CSD de 2 de sus clientes"


def test_a_distributor_is_told_of_its_own_companies_alone(
    csd: Csd, others: Csd, read: Callable[..., None]
) -> None:
    north = Distributor.objects.create(name="Distribuidora del Norte", email="norte@example.com")
    Company.objects.filter(pk=others.company_id).update(distributor=north)

    read([(NUMBER, "A"), (OTHER, "A")])

    messages = Message.objects.filter(kind="certificates.client_lco_changes").order_by("to")
    told = {each.to: emails.client_lco_changes(each).text for each in messages}
    assert sorted(told) == ["norte@example.com", "ventas@example.com"]
    assert others.company.code in told["norte@example.com"]
    assert csd.company.code not in told["norte@example.com"]
    assert others.company.code not in told["ventas@example.com"]


# --- without SUPPORT_EMAIL


def test_without_an_address_of_support_estado_and_the_board_tell_it(
    csd: Csd, support: User, read: Callable[..., None], settings: Any
) -> None:
    settings.SUPPORT = settings.SUPPORT | {"email": ""}
    read([(NUMBER, "A")])
    assert said_on_estado() == ("0", Level.GOOD)

    read([(NUMBER, "R")])

    assert mails("lco_changes") == []
    assert said_on_estado() == ("1", Level.WARNING)
    wrong = filters.named("con-problema-en-sellos")
    assert wrong is not None
    assert [move.company_id for move in wrong.among(LastMove.objects.all(), timezone.now(), support)] == [
        csd.company_id
    ]


def test_whose_support_has_a_mail_is_not_warned_as_well(csd: Csd, read: Callable[..., None]) -> None:
    read([(NUMBER, "A")], [(NUMBER, "R")])

    assert said_on_estado() == ("1", Level.GOOD)


def said_on_estado() -> tuple[str, Level]:
    (found,) = [each for each in sat_findings() if each.key == "sat.csds_ended"]
    return found.said, found.level

"""The SAT's list, fetched every day: what changed is told once, and what is broken changes nothing."""

import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates import emails, services, tasks
from certificates.lco import fetching
from certificates.lco.services import ListRefused
from certificates.models import Csd, SatList
from companies.models import Company, Distributor, User
from facturamos.devserver.tls import LocalAuthority
from facturamos.https import HttpsLimits, StandIn
from mailing.models import Message
from mailing.outbox import Mail, Moot
from tests.certificates.conftest import NOW, Issue, receive, work
from tests.certificates.lco.conftest import DAY, NUMBER, Answer, Container, fetched, mails, publish
from tests.certificates.lco_files import xml

pytestmark = pytest.mark.django_db

TOLD = ("csd_ended", "client_lco_changes", "lco_changes")


def build(kind: str) -> Mail:
    """The mail of the only message of a kind."""
    mail: Mail = getattr(emails, kind)(Message.objects.get(kind=f"certificates.{kind}"))
    return mail


# --- a day's difference


@pytest.mark.parametrize(
    ("second", "status", "heading"),
    [
        ([(NUMBER, "R")], "R", "El SAT revocó sus sellos"),
        ([(NUMBER, "C")], "C", "Para el SAT, sus sellos ya no están vigentes"),
        ([], "N", "Sus sellos ya no están en la lista del SAT"),
    ],
)
def test_what_the_sat_ended_is_told_to_all_once(
    csd: Csd, issuer: User, reached: StandIn, container: Container, second: Any, status: str, heading: str
) -> None:
    Csd.objects.update(activated_at=NOW - timedelta(days=31))  # it has long been used
    publish(container, (NUMBER, "A"))
    assert fetched(csd, reached).sat_status == "A"
    assert not Message.objects.filter(kind__contains="lco_changes").exists()

    for day in (1, 2):
        publish(container, *second, day=DAY + timedelta(days=day))
        fetched(csd, reached, day)

    assert csd.sat_status == status
    assert services.overview(csd.company).heading == heading
    assert mails("csd_ended") == [issuer.confirmed_email]
    assert mails("client_lco_changes") == [csd.company.distributor.email]
    assert mails("lco_changes") == ["ayuda@example.com"]
    assert [each.ended for each in SatList.objects.order_by("day")] == [0, 1, 0]
    for kind in TOLD:
        built = build(kind)
        for text in (built.text, built.html):
            assert NUMBER in text or csd.company.code in text
            assert heading in built.subject + text
    other = Distributor.objects.create(name="Distribuidora del Norte", email="norte@example.com")
    Company.objects.filter(pk=csd.company_id).update(distributor=other)
    with pytest.raises(Moot):
        emails.client_lco_changes(Message.objects.get(kind="certificates.client_lco_changes"))


def test_a_new_one_is_told_when_the_list_first_has_it(
    company: Company, issuer: User, issue: Issue, reached: StandIn, container: Container
) -> None:
    csd = receive(company, issue(number=NUMBER, valid_from=NOW - timedelta(hours=5)))
    work(csd)
    publish(container)
    assert fetched(csd, reached).sat_status == ""  # not gone: it has not been there yet
    assert not Message.objects.filter(kind__startswith="certificates.").exists()

    for day in (1, 2):
        publish(container, (NUMBER, "A"), day=DAY + timedelta(days=day))
        fetched(csd, reached, day)

    assert csd.usable_since == NOW + timedelta(days=1)
    assert mails("csd_usable") == [issuer.confirmed_email]
    assert mails("client_lco_changes") == [csd.company.distributor.email]
    assert mails("lco_changes") == ["ayuda@example.com"]
    for kind in ("client_lco_changes", "lco_changes"):
        built = build(kind)
        assert "El SAT ya tiene activo el CSD de" in built.subject
        assert f"El SAT ya los tiene activos:\n- {csd.company.name}" in built.text


def test_one_that_support_saw_work_is_not_gone(csd: Csd, reached: StandIn, container: Container) -> None:
    services.mark_usable(csd)
    publish(container)

    assert fetched(csd, reached).sat_status == ""


# --- what is broken changes nothing


def hang_up(answer: Answer) -> None:
    answer.begin(1000)
    answer.wfile.write(b"\x1f\x8b")
    answer.close_connection = True


def flood(answer: Answer) -> None:
    answer.begin(10_000_000)
    for _ in range(100):
        answer.wfile.write(b"x" * 100_000)


def elsewhere(answer: Answer) -> None:
    answer.send_response(302)
    answer.send_header("Location", "https://otro.example/LCO.XML.gz")
    answer.send_header("Content-Length", "0")
    answer.end_headers()


BROKEN: dict[str, tuple[bytes | Callable[[Answer], None], str]] = {
    "cut gzip": (gzip.compress(xml())[:-9], "incompleto o dañado"),
    "a page": (b"<html>mantenimiento</html>", "no es una LCO|no es un XML"),
    "empty": (b"", "no es un XML"),
    "hangs up": (hang_up, "no contesta"),
    "floods": (flood, "manda más"),
    "leads elsewhere": (elsewhere, "contesta 302"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_file_changes_nothing(
    csd: Csd, reached: StandIn, container: Container, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(fetching, "FILE", HttpsLimits(total=5, body=1_000_000))
    publish(container, (NUMBER, "A"))
    fetched(csd, reached)
    day = DAY + timedelta(days=1)
    publish(container, (NUMBER, "R"), day=day)
    container.files[f"LCO_{day}_1.XML.gz"], said = BROKEN[how]

    with pytest.raises(ListRefused, match=said):
        fetched(csd, reached, 1)

    csd.refresh_from_db()
    assert csd.sat_status == "A"
    assert SatList.objects.count() == 1
    assert mails("csd_ended") == []


def test_a_list_whose_part_is_missing_is_not_whole(csd: Csd, reached: StandIn, container: Container) -> None:
    publish(container, (NUMBER, "A"), parts=3)
    del container.files[f"LCO_{DAY}_2.XML.gz"]

    with pytest.raises(ListRefused, match="faltan archivos"):
        fetched(csd, reached)


def test_a_list_that_shrank_by_a_tenth_was_cut(csd: Csd, reached: StandIn, container: Container) -> None:
    publish(container, (NUMBER, "A"))
    fetched(csd, reached)
    publish(container, day=DAY + timedelta(days=1), parts=2)
    del container.files[f"LCO_{DAY + timedelta(days=1)}_2.XML.gz"]

    with pytest.raises(ListRefused, match="parece incompleta"):
        fetched(csd, reached, 1)

    csd.refresh_from_db()
    assert csd.sat_status == "A"


def test_a_list_that_grows_while_it_is_read_is_not_whole(
    csd: Csd, reached: StandIn, container: Container
) -> None:
    """The SAT still writes it: all from the first on were there, and ours is in the part that comes."""
    publish(container, (NUMBER, "A"), parts=3)
    last = container.files.pop(f"LCO_{DAY}_3.XML.gz")
    second = container.files[f"LCO_{DAY}_2.XML.gz"]
    assert isinstance(second, bytes)

    def come_meanwhile(answer: Answer) -> None:
        container.files[f"LCO_{DAY}_3.XML.gz"] = last
        answer.file(second)

    container.files[f"LCO_{DAY}_2.XML.gz"] = come_meanwhile

    with pytest.raises(ListRefused, match="todavía se está publicando"):
        fetched(csd, reached)
    assert not SatList.objects.exists()

    assert fetched(csd, reached).sat_status == "A"


def test_who_is_not_the_sat_is_not_read(
    csd: Csd, reached: StandIn, container: Container, tmp_path: Path
) -> None:
    publish(container, (NUMBER, "A"))
    LocalAuthority().write(tmp_path / "other.pem")
    other = StandIn(reached.address, reached.port, str(tmp_path / "other.pem"))

    with pytest.raises(ListRefused, match="no prueba ser quien dice"):
        fetching.fetch(NOW, stand_in=other)


def test_beat_s_task_says_in_the_log_what_went_wrong(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.LCO_URL = "https://127.0.0.1/lco"  # no public address: nobody is asked

    tasks.fetch_lco()

    assert "127.0.0.1 no contesta" in caplog.text


def test_without_an_address_nobody_is_asked(settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.LCO_URL = ""

    tasks.fetch_lco()

    assert not caplog.records

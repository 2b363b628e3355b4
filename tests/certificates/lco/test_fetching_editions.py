"""A list is downloaded once, and again when the SAT has put another in its place; never an older one."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connections

from certificates.lco import fetching, news
from certificates.lco.services import ListRefused, ListUnusable, import_files
from certificates.models import Csd, SatList
from companies.models import User
from facturamos.https import StandIn
from mailing.models import Message
from tests.certificates.conftest import NOW
from tests.certificates.lco.conftest import DAY, NUMBER, Answer, Container, fetched, mails, publish
from tests.certificates.lco_files import xml

pytestmark = pytest.mark.django_db


def later(reached: StandIn, hours: int = 1) -> object:
    return fetching.fetch(NOW + timedelta(hours=hours), stand_in=reached)


def test_what_is_read_is_not_downloaded_again(csd: Csd, reached: StandIn, container: Container) -> None:
    publish(container, (NUMBER, "A"))
    fetched(csd, reached)
    container.asked.clear()

    assert later(reached) is None
    assert len(container.asked) == 1
    assert container.files_asked() == []


def test_until_today_s_is_there_yesterday_s_serves(csd: Csd, reached: StandIn, container: Container) -> None:
    publish(container, (NUMBER, "A"), day=DAY - timedelta(days=1))

    assert fetched(csd, reached).sat_status == "A"
    assert SatList.objects.get().day == DAY - timedelta(days=1)


def test_one_that_is_mended_on_its_day_is_read_again(
    csd: Csd, issuer: User, reached: StandIn, container: Container
) -> None:
    publish(container, (NUMBER, "R"))
    assert fetched(csd, reached).sat_status == "R"

    publish(container, (NUMBER, "A"))
    for hours in (1, 2):
        later(reached, hours)

    csd.refresh_from_db()
    assert csd.sat_status == "A"
    assert SatList.objects.filter(day=DAY).count() == 2
    assert mails("csd_back") == [issuer.confirmed_email]
    # The first one again is another than the last.
    publish(container, (NUMBER, "R"))
    later(reached, 3)
    csd.refresh_from_db()
    assert csd.sat_status == "R"


def test_one_that_would_not_do_is_read_when_it_is_mended(
    csd: Csd, reached: StandIn, container: Container
) -> None:
    publish(container, (NUMBER, "A"))
    whole = container.files[f"LCO_{DAY}_2.XML.gz"]
    container.files[f"LCO_{DAY}_2.XML.gz"] = b"\x1f\x8bx"
    with pytest.raises(ListUnusable):
        fetched(csd, reached)
    container.asked.clear()
    assert later(reached) is None
    assert container.files_asked() == []

    container.files[f"LCO_{DAY}_2.XML.gz"] = whole

    assert fetched(csd, reached).sat_status == "A"


def test_where_the_container_says_the_sum_one_that_is_written_again_is_the_same(
    csd: Csd, reached: StandIn, container: Container
) -> None:
    container.says_sums = True
    publish(container, (NUMBER, "A"))
    fetched(csd, reached)
    container.asked.clear()
    container.written += 1

    assert later(reached) is None
    assert container.files_asked() == []

    publish(container, (NUMBER, "R"))
    assert later(reached) is not None


def test_one_that_is_replaced_while_it_is_read_is_not_one(
    csd: Csd, reached: StandIn, container: Container
) -> None:
    publish(container, (NUMBER, "A"))
    last = container.files[f"LCO_{DAY}_2.XML.gz"]
    assert isinstance(last, bytes)

    def replace_meanwhile(answer: Answer) -> None:
        container.written += 1
        answer.file(last)

    container.files[f"LCO_{DAY}_2.XML.gz"] = replace_meanwhile

    with pytest.raises(ListRefused, match="todavía se está publicando"):
        fetched(csd, reached)
    assert not SatList.objects.exists()


def test_when_today_s_is_taken_away_yesterday_s_is_not_read_over_it(
    csd: Csd, reached: StandIn, container: Container
) -> None:
    publish(container, (NUMBER, "A"))
    fetched(csd, reached)
    container.files.clear()
    publish(container, (NUMBER, "R"), day=DAY - timedelta(days=1))

    assert later(reached) is None
    csd.refresh_from_db()
    assert csd.sat_status == "A"


def test_an_empty_one_is_never_whole(csd: Csd, reached: StandIn, container: Container) -> None:
    Csd.objects.update(sat_status="A")
    container.files[f"LCO_{DAY}_1.XML.gz"] = xml()

    with pytest.raises(ListUnusable, match="La lista no trae ningún certificado"):
        fetched(csd, reached)

    csd.refresh_from_db()
    assert csd.sat_status == "A"
    assert not SatList.objects.exists()


# --- twice at once, and killed


class Killed(BaseException):
    """What nothing catches, as a kill."""


@pytest.mark.django_db(transaction=True)
def test_of_two_that_fetch_at_once_one_tells(
    csd: Csd, issuer: User, reached: StandIn, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(container, (NUMBER, "A"))
    fetched(csd, reached)
    publish(container, (NUMBER, "R"), day=DAY + timedelta(days=1))
    # Both have read everything before either writes.
    together = threading.Barrier(2, timeout=30)

    def import_together(paths: Any, *args: Any, **options: Any) -> Any:
        def read() -> Any:
            yield from paths
            together.wait()

        return import_files(read(), *args, **options)

    monkeypatch.setattr(fetching, "import_files", import_together)
    got: list[object] = []

    def fetch() -> None:
        try:
            got.append(fetching.fetch(NOW + timedelta(days=1), stand_in=reached))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=fetch) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    close_old_connections()
    assert len(got) == 2
    assert got.count(None) == 1
    assert SatList.objects.filter(day=DAY + timedelta(days=1)).count() == 1
    assert mails("csd_ended") == [issuer.confirmed_email]


def test_one_that_was_killed_while_it_wrote_is_taken_up_again_and_tells_once(
    csd: Csd, issuer: User, reached: StandIn, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(container, (NUMBER, "A"))
    fetched(csd, reached)
    publish(container, (NUMBER, "R"), day=DAY + timedelta(days=1))
    before = Message.objects.count()

    tell = news.tell

    def tell_and_die(reading: SatList) -> None:
        tell(reading)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(news, "tell", tell_and_die)
        with pytest.raises(Killed):
            fetched(csd, reached, 1)
    csd.refresh_from_db()
    assert csd.sat_status == "A"
    assert Message.objects.count() == before

    for _ in range(2):
        fetched(csd, reached, 1)

    assert csd.sat_status == "R"
    assert mails("csd_ended") == [issuer.confirmed_email]

"""A list that will not do: how it gets in all the same, how often it is asked for, and what Estado says."""

import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates import tasks
from certificates.findings import sat_findings
from certificates.lco import fetching
from certificates.lco.services import LCO_IMPORT, ListRefused
from certificates.models import Csd, SatList
from facturamos import prose
from facturamos.https import HttpsLimits, StandIn
from facturamos.status.models import SignOfLife
from facturamos.status.report import Level
from tests.certificates.conftest import NOW
from tests.certificates.lco.conftest import DAY, NUMBER, OTHERS, Answer, Container, fetched, publish
from tests.certificates.lco_files import taxpayer, xml

pytestmark = pytest.mark.django_db

SHORT = OTHERS[:10]


def write(path: Path, *certificates: tuple[str, str]) -> str:
    path.write_bytes(xml(*(taxpayer("XYZ010101AB1", each) for each in certificates)))
    return str(path)


def publish_short(container: Container, day: Any, *certificates: tuple[str, str]) -> None:
    content = xml(*(taxpayer("XYZ010101AB1", each) for each in (*SHORT, *certificates)))
    container.files[f"LCO_{day:%Y-%m-%d}_1.XML.gz"] = content


def left_behind() -> set[Path]:
    return set(Path(gettempdir()).glob(f"{fetching.FOLDERS}*"))


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    yield
    assert left_behind() == set()


# --- a list that is rightly shorter


def test_by_hand_a_whole_list_is_held_against_the_last(csd: Csd, tmp_path: Path) -> None:
    for name, certificates in (("first", (*OTHERS, (NUMBER, "A"))), ("second", OTHERS)):
        call_command("import_lco", write(tmp_path / name, *certificates), "--completa")

    csd.refresh_from_db()
    assert csd.sat_status == "N"


def test_one_that_is_rightly_shorter_is_what_the_next_are_held_against(
    csd: Csd, reached: StandIn, container: Container, tmp_path: Path
) -> None:
    publish(container, (NUMBER, "A"))
    fetched(csd, reached)
    publish_short(container, DAY + timedelta(days=1), (NUMBER, "A"))
    with pytest.raises(ListRefused, match="«--completa --aunque-sea-menor»"):
        fetched(csd, reached, 1)
    by_hand = write(tmp_path / "by-hand", *SHORT, (NUMBER, "A"))
    with pytest.raises(CommandError, match="parece incompleta"):
        call_command("import_lco", by_hand, "--completa")

    call_command("import_lco", by_hand, "--completa", "--aunque-sea-menor")

    publish_short(container, DAY + timedelta(days=2))
    assert fetched(csd, reached, 2).sat_status == "N"


def test_only_a_whole_list_may_be_shorter(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="va con «--completa»"):
        call_command("import_lco", write(tmp_path / "some", *SHORT), "--aunque-sea-menor")

    assert not SatList.objects.exists()


# --- asked for again


def test_one_that_will_not_do_is_downloaded_once_a_day(
    csd: Csd, reached: StandIn, container: Container
) -> None:
    publish(container, (NUMBER, "A"))
    fetched(csd, reached)
    for day in (1, 2):
        publish_short(container, DAY + timedelta(days=day))
        with pytest.raises(ListRefused, match="parece incompleta"):
            fetched(csd, reached, day)
        container.asked.clear()

        assert fetching.fetch(NOW + timedelta(days=day, hours=1), stand_in=reached) is None
        assert [each for each in container.asked if "?" not in each] == []


def test_one_that_broke_off_is_downloaded_again(csd: Csd, reached: StandIn, container: Container) -> None:
    publish(container, (NUMBER, "A"))
    name = f"LCO_{DAY}_2.XML.gz"
    whole = container.files[name]

    def break_off(answer: Answer) -> None:
        answer.begin(1000)
        answer.close_connection = True

    container.files[name] = break_off
    with pytest.raises(ListRefused, match="se cortó"):
        fetched(csd, reached)
    container.files[name] = whole

    assert fetched(csd, reached).sat_status == "A"


# --- how much lies there


def test_one_file_at_a_time_lies_there(
    csd: Csd, reached: StandIn, container: Container, tmp_path: Path
) -> None:
    publish(container, (NUMBER, "A"), parts=4)
    lying: list[int] = []

    def counted(content: Any) -> Any:
        def send(answer: Answer) -> None:
            lying.append(len(list(tmp_path.glob("*/*.XML.gz"))))
            answer.file(content)

        return send

    container.files = {name: counted(content) for name, content in container.files.items()}

    assert fetched(csd, reached).sat_status == "A"
    # The one that is written.
    assert lying == [1, 1, 1, 1]


def test_all_files_together_have_a_limit(
    csd: Csd, reached: StandIn, container: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(container, (NUMBER, "A"), parts=4)
    sizes = [len(content) for content in container.files.values() if isinstance(content, bytes)]
    monkeypatch.setattr(fetching, "FILE", HttpsLimits(total=5, body=max(sizes)))
    monkeypatch.setattr(fetching, "ALL_BYTES", sum(sizes) - 1)

    with pytest.raises(ListRefused, match="manda más"):
        fetched(csd, reached)

    assert not SatList.objects.exists()


def test_what_takes_too_long_ends_and_leaves_no_folder(
    csd: Csd, reached: StandIn, container: Container, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    publish(container, (NUMBER, "A"))
    fetch, download = fetching.fetch, fetching._download

    def late(*args: Any) -> Path:
        download(*args)
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(fetching, "_download", late)
    monkeypatch.setattr(fetching, "fetch", lambda now: fetch(now, stand_in=reached))

    tasks.fetch_lco()

    assert "no se terminó de leer a tiempo" in caplog.text
    soft, hard = tasks.fetch_lco.soft_time_limit, tasks.fetch_lco.time_limit
    assert soft is not None
    assert hard is not None
    assert soft < hard <= 3600


def test_folders_of_processes_that_were_killed_go_and_one_at_work_stays(
    csd: Csd, reached: StandIn, container: Container, tmp_path: Path
) -> None:
    old, young = (tmp_path / f"{fetching.FOLDERS}{name}" for name in ("old", "young"))
    for folder, age in ((old, timedelta(hours=3)), (young, timedelta(minutes=50))):
        folder.mkdir()
        (folder / "LCO_1.XML.gz").write_bytes(b"x")
        moment = time.time() - age.total_seconds()
        os.utime(folder, (moment, moment))
    publish(container, (NUMBER, "A"))

    fetched(csd, reached)

    assert left_behind() == {young}
    (young / "LCO_1.XML.gz").unlink()
    young.rmdir()


# --- Estado


def said_on_estado() -> tuple[str, Level]:
    (found,) = [each for each in sat_findings() if each.key == "sat.lco_age_seconds"]
    return found.said, found.level


def test_estado_says_when_a_list_was_read_by_hand(settings: Any) -> None:
    settings.LCO_URL = ""
    assert said_on_estado() == ("Nunca se ha importado", Level.GOOD)

    SignOfLife.objects.note(LCO_IMPORT, NOW - timedelta(hours=3))
    assert said_on_estado() == (f"Importada el {prose.day(NOW - timedelta(hours=3))}, hace 3 h", Level.GOOD)
    SignOfLife.objects.note(LCO_IMPORT, NOW - timedelta(days=8))
    assert said_on_estado()[1] is Level.BAD


def test_where_the_site_reads_it_a_part_read_by_hand_does_not_make_estado_good(
    settings: Any, tmp_path: Path
) -> None:
    settings.LCO_URL = "https://127.0.0.1/lco"  # no public address: nobody is asked
    assert said_on_estado() == ("Nunca se ha importado completa", Level.GOOD)
    tasks.fetch_lco()
    assert said_on_estado() == ("Nunca se ha importado completa", Level.BAD)
    eight_days_ago = timezone.now() - timedelta(days=8)
    SatList.objects.create(is_whole=True, listed=20, ours=0, read_at=eight_days_ago)

    call_command("import_lco", write(tmp_path / "some", *SHORT))
    told = f"Importada completa el {prose.day(eight_days_ago)}, hace 8 días"
    assert said_on_estado() == (told, Level.BAD)

    call_command("import_lco", write(tmp_path / "all", *OTHERS), "--completa")
    assert said_on_estado()[1] is Level.GOOD

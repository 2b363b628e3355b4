"""`manage.py import_lco`: what the SAT's list says reaches our CSDs, and nobody else's."""

import gzip
import io
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from certificates import services
from certificates.lco import reading
from certificates.models import Csd
from companies.models import Company, User
from mailing.models import Message
from tests.certificates.conftest import NOW, Issue, receive, work
from tests.certificates.lco_files import HEAD, TAIL, in_parts, signed, taxpayer, write_long, xml

pytestmark = pytest.mark.django_db

NUMBER = "30001000000512345678"
OTHERS = taxpayer("XYZ010101AB1", ("00001000000500000001", "A"), ("00001000000500000002", "R"))
COUNT, MEGABYTES = (1_500_000, 64) if os.environ.get("FUZZ") else (60_000, 64)


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def csd(company: Company, issue: Issue) -> Csd:
    """The company's active CSD, so new that the SAT may not have it yet."""
    csd = receive(company, issue(number=NUMBER, valid_from=NOW - timedelta(hours=5)))
    work(csd)
    return csd


def import_list(folder: Path, *contents: bytes) -> str:
    """Imports files with these contents; what the command says."""
    paths = []
    for number, content in enumerate(contents):
        path = folder / f"LCO_2026-03-02_{number}.XML.gz"
        path.write_bytes(content)
        paths.append(str(path))
    out = io.StringIO()
    call_command("import_lco", *paths, stdout=out)
    return out.getvalue()


def listed(status: str, number: str = NUMBER) -> bytes:
    return xml(OTHERS, taxpayer("PNA190312AB1", (number, status)))


# --- what it changes


def test_an_active_entry_makes_the_csd_usable_at_once(csd: Csd, company: Company, tmp_path: Path) -> None:
    said = import_list(tmp_path, gzip.compress(listed("A")))

    csd.refresh_from_db()
    assert (csd.sat_status, csd.usable_since) == ("A", NOW)
    assert "Certificados en la lista: 3. Guardados aquí: 1." in said
    assert "Ahora activos en el SAT: 1." in said
    shown = services.overview(company).csd
    assert shown is not None
    assert shown.is_usable
    assert shown.activation == "Activo en el SAT, comprobado el 2 de marzo de 2026"


def test_who_waits_for_it_is_told_once(csd: Csd, issuer: User, tmp_path: Path) -> None:
    for _ in range(2):
        import_list(tmp_path, gzip.compress(listed("A")))

    message = Message.objects.get(kind="certificates.csd_usable")
    assert (message.to, message.about) == (issuer.confirmed_email, str(csd.pk))


@pytest.mark.parametrize(("status", "since"), [("R", NOW), ("C", NOW), ("A", NOW - timedelta(days=31))])
def test_nobody_is_told_of_what_is_no_news(csd: Csd, tmp_path: Path, status: str, since: datetime) -> None:
    """Who has invoiced with a CSD for a month knows that the SAT has it."""
    Csd.objects.update(activated_at=since)

    import_list(tmp_path, gzip.compress(listed(status)))

    assert not Message.objects.filter(kind="certificates.csd_usable").exists()


@pytest.mark.parametrize(
    ("status", "heading"),
    [("R", "El SAT revocó sus sellos"), ("C", "Para el SAT, sus sellos ya no están vigentes")],
)
def test_a_csd_that_the_sat_ended_is_a_problem(
    csd: Csd, company: Company, tmp_path: Path, status: str, heading: str
) -> None:
    import_list(tmp_path, listed(status))

    overview = services.overview(company)
    assert services.csd_status(company).state == "problem"
    assert overview.heading == heading
    assert "tramite un CSD nuevo" in overview.lead
    assert [(line.title, line.pac_code) for line in overview.problems] == [(heading, "304")]
    csd.refresh_from_db()
    assert (csd.state, csd.usable_since) == (Csd.State.ACTIVE, None)


def test_a_second_import_changes_nothing_and_keeps_the_date(csd: Csd, tmp_path: Path) -> None:
    import_list(tmp_path, listed("A"))
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        said = import_list(tmp_path, listed("A"))

    csd.refresh_from_db()
    assert "Ahora activos en el SAT: 0." in said
    assert csd.usable_since == NOW
    events = apps.get_model("certificates", "CsdEvent").objects.filter(pgh_obj_id=csd.pk)
    assert events.count() == 3  # received, activated, seen in the list
    assert events.latest("pgh_id").pgh_context.metadata["source"] == "import_lco"


def test_a_certificate_that_is_not_listed_is_left_alone(csd: Csd, tmp_path: Path) -> None:
    import_list(tmp_path, xml(OTHERS))

    csd.refresh_from_db()
    assert (csd.sat_status, csd.usable_since) == ("", None)


def test_an_unknown_status_is_counted_and_changes_nothing(csd: Csd, tmp_path: Path) -> None:
    said = import_list(tmp_path, listed("X"))

    csd.refresh_from_db()
    assert csd.sat_status == ""
    assert "que no conocemos, sin cambios: 1." in said


def test_records_of_former_csds_are_not_touched(csd: Csd, tmp_path: Path) -> None:
    Csd.objects.update(state=Csd.State.REPLACED, key=None, password=None)

    assert "Guardados aquí: 0." in import_list(tmp_path, listed("R"))


def test_of_several_files_the_last_word_counts(csd: Csd, tmp_path: Path) -> None:
    import_list(tmp_path, listed("A"), listed("R"))

    csd.refresh_from_db()
    assert csd.sat_status == "R"


def test_it_costs_thirteen_statements_whatever_is_listed(csd: Csd, tmp_path: Path) -> None:
    with CaptureQueriesContext(connection) as queries:
        import_list(tmp_path, listed("A"))

    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 13


# --- how lists are packed


def test_every_wrapping_gives_the_same_entries(issue: Issue) -> None:
    plain, signer = listed("A"), issue()
    wrapped = signed(plain, signer)

    expected = list(reading.entries(io.BytesIO(plain)))
    assert len(expected) == 3
    for content in (
        gzip.compress(plain),
        wrapped,
        gzip.compress(wrapped),
        signed(gzip.compress(plain), signer),
        in_parts(plain),
        in_parts(plain, size=1),
        gzip.compress(in_parts(plain)),
    ):
        assert list(reading.entries(io.BytesIO(content))) == expected


# --- what it refuses

ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + HEAD.split(b"\n", 1)[1] + TAIL
BAD = {
    "empty": (b"", "no es un XML completo"),
    "text": (b"hola", "no es un XML completo"),
    "cut off": (listed("R")[:-30], "no es un XML completo"),
    "cut off gzip": (gzip.compress(listed("R"))[:-20], "incompleto o dañado"),
    "another document": (b"<cfdi:Comprobante xmlns:cfdi='http://www.sat.gob.mx/cfd/4'/>", "no es una LCO"),
    "two slashes": (xml().replace(b"http:/w", b"http://w"), "no es una LCO"),
    "no number": (xml(b"<lco:Certificado EstatusCertificado='A'/>"), "sin número o sin estado"),
    "entities": (ENTITIES, "no es un XML completo"),
    "a certificate": (b"\x30\x03\x02\x01\x01", "incompleto o dañado"),
    "an endless tag": (
        HEAD + b"<lco:Certificado noCertificado='" + b"1" * 2_000_000,
        "no es un XML completo",
    ),
    "gzip in gzip": (gzip.compress(gzip.compress(gzip.compress(gzip.compress(b"x")))), "demasiadas veces"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_says_why_and_nothing_changes(csd: Csd, tmp_path: Path, name: str) -> None:
    content, sentence = BAD[name]

    with pytest.raises(CommandError, match=sentence):
        import_list(tmp_path, listed("R"), content)

    csd.refresh_from_db()
    assert csd.sat_status == ""


def test_a_signed_list_that_is_cut_off_is_refused(csd: Csd, issue: Issue, tmp_path: Path) -> None:
    whole = signed(listed("R"), issue())

    for length in (1, 5, 30, 200, len(listed("R"))):
        with pytest.raises(CommandError):
            import_list(tmp_path, whole[:length])

    csd.refresh_from_db()
    assert csd.sat_status == ""


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"No se puede leer «no-está\.gz»"):
        call_command("import_lco", str(tmp_path / "no-está.gz"))


# --- a list as long as the SAT's

MEASURED = """
import re, sys
from pathlib import Path
from certificates.lco import reading

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])

before = peak()
with open(sys.argv[1], "rb") as file:
    count = sum(1 for _ in reading.entries(file))
print(count, peak() - before)
"""


def test_a_long_list_of_fuzz_size_takes_little_memory(csd: Csd, tmp_path: Path) -> None:
    """1.5 million entries in the long form (`make fuzz`)."""
    path = tmp_path / "LCO.XML.gz"
    write_long(path, COUNT, [taxpayer("PNA190312AB1", (NUMBER, "A"))])
    out = io.StringIO()
    started = time.monotonic()

    call_command("import_lco", str(path), stdout=out)
    seconds = time.monotonic() - started
    # In a process of its own: this one has grown for other reasons.
    measured = subprocess.run(  # noqa: S603
        [sys.executable, "-c", MEASURED, str(path)], capture_output=True, check=True, text=True
    )

    count, kilobytes = map(int, measured.stdout.split())
    sys.stdout.write(f"{COUNT} entries: {seconds:.1f} s, +{kilobytes / 1024:.1f} MB\n")
    assert f"Certificados en la lista: {COUNT + 1}. Guardados aquí: 1." in out.getvalue()
    assert count == COUNT + 1
    assert kilobytes / 1024 <= MEGABYTES

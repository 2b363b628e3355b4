"""`doctor csd`: the checks of step 9 with their JSON and exit status, which scripts know as they are."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certificates.testing import CA, Pair, make_ca
from certificates.x509.certificate import load
from companies.models import User
from tests.certificates.authorities.test_trust import add
from tests.certificates.conftest import rsa_key
from tests.certificates.odd_files import PLAIN
from tests.onboarding.backoffice.doctor.command import Ran, doctor

AT = "2026-03-02"
ROOT = Path(__file__).resolve().parents[4]
SAT = ROOT.parent / "shared" / "data" / "sat"

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger() -> CA:
    """An authority that this site does not know."""
    return make_ca("AC DE PAPEL", key=rsa_key(9))


@pytest.fixture
def written(stranger: CA, tmp_path: Path) -> Pair:
    """A pair of an unknown authority in two files named with Ñ and spaces."""
    valid_from = datetime(2025, 9, 3, 18, tzinfo=UTC)
    pair = stranger.issue(
        rfc="PNA190312AB1",
        name="PANADERÍA LA ÑAPA",
        branch="Peñón",
        valid_from=valid_from,
        key=rsa_key(),
    )
    (tmp_path / "mi Ñapa.cer").write_bytes(pair.certificate)
    (tmp_path / "mi Ñapa.key").write_bytes(pair.key)
    return pair


def examine(folder: Path, *options: str, password: bytes = b"") -> Ran:
    return doctor("csd", folder / "mi Ñapa.cer", folder / "mi Ñapa.key", "--at", AT, *options, stdin=password)


@pytest.mark.parametrize("password", [b"12345678a", b"12345678a\n", b"12345678a\r\n"])
def test_a_valid_pair_as_json(written: Pair, tmp_path: Path, password: bytes) -> None:
    ran = examine(tmp_path, "--password-stdin", "--json", "--rfc", "pna-190312-ab1", password=password)

    report = ran.report
    assert (ran.status, report["ok"], report["kind"]) == (0, True, "CSD")
    assert report["branch"] == "Peñón"
    assert report["issuer_known"] is False
    assert report["valid_from"].startswith("2025-09-03T18:00")
    assert list(report) == [
        "ok",
        "kind",
        "number",
        "rfc",
        "name",
        "branch",
        "valid_from",
        "valid_to",
        "issuer_known",
        "checks",
    ]
    assert {tuple(check) for check in report["checks"]} == {
        ("code", "state", "message", "action", "pac_code")
    }


def test_the_kinds_are_called_as_scripts_know_them(authority: CA, written: Pair, tmp_path: Path) -> None:
    """Whatever they are called inside; without a certificate the kind is not known either."""
    kinds = []
    for certificate in (
        authority.issue(rfc="PNA190312AB1", name="PANADERÍA", kind="FIEL").certificate,
        authority.issue(rfc="PNA190312AB1", name="PANADERÍA", usage=b"\x07\x80").certificate,
        b"no es un certificado",
    ):
        (tmp_path / "mi Ñapa.cer").write_bytes(certificate)
        kinds.append(examine(tmp_path, "--json").report["kind"])

    assert kinds == ["FIEL", "desconocido", "desconocido"]


def test_refused_is_status_1_with_the_whole_report(written: Pair, tmp_path: Path) -> None:
    ran = examine(tmp_path, "--password-stdin", password=b"mala")

    assert ran.status == 1
    assert ran.said.startswith("No se puede usar\n")
    assert "✗" in ran.said


def test_without_a_password_it_says_so(written: Pair, tmp_path: Path) -> None:
    assert examine(tmp_path).status == 1


def test_unreadable_arguments_are_status_2(written: Pair, tmp_path: Path) -> None:
    assert doctor("csd", "falta.cer", "falta.key").status == 2
    assert examine(tmp_path, "--at", "ayer").status == 2


@pytest.mark.parametrize(
    "options",
    [
        ["--rfc", "no"],
        ["--rfc", "PNA19"],
        ["--rfc", "XAXX010101000"],
        ["--at", "9999-12-31T23:00:00"],
        ["--at", "0001-01-01T00:00:00+14:00"],
        ["--at", "2026-02-30"],
    ],
)
def test_an_rfc_or_a_moment_that_is_none_is_status_2(
    written: Pair, tmp_path: Path, options: list[str]
) -> None:
    ran = examine(tmp_path, *options, "--json")

    assert ran.status == 2
    assert options[1] in ran.said


def test_two_things_in_one_standard_input_are_status_2(tmp_path: Path) -> None:
    (tmp_path / "ñ.cer").write_bytes(b"nothing")

    for arguments in (["-", "-"], [str(tmp_path / "ñ.cer"), "-", "--password-stdin"]):
        assert doctor("csd", *arguments, stdin=b"nothing").status == 2


def test_it_knows_the_authorities_that_support_added(
    stranger: CA, support: User, written: Pair, tmp_path: Path
) -> None:
    add(stranger, support)

    ran = examine(tmp_path, "--password-stdin", "--json", password=b"12345678a")

    assert ran.report["issuer_known"] is True


def test_without_a_database_it_works_with_those_that_we_ship(written: Pair, tmp_path: Path) -> None:
    files = [str(tmp_path / "mi Ñapa.cer"), str(tmp_path / "mi Ñapa.key")]
    command = [sys.executable, str(ROOT / "manage.py"), "doctor", "csd", *files, "--password-stdin"]
    nowhere = os.environ | {"DATABASE_URL": "postgresql://nadie@127.0.0.1:1/nada"}

    done = subprocess.run(  # noqa: S603
        [*command, "--at", AT, "--json"], input=b"12345678a", check=False, capture_output=True, env=nowhere
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"] is True
    assert done.stderr.decode().splitlines() == [
        "No hay una base de datos a la mano: aquí no se conocen las autoridades que soporte haya agregado."
    ]


NOWHERE = os.environ | {"DATABASE_URL": "postgresql://nadie@127.0.0.1:1/nada"}
SHIPPED = ROOT / "certificates" / "authorities" / "files"


@pytest.mark.parametrize("what", ["swapped", "request", "unreadable", "authority"])
def test_without_a_database_it_says_nothing_of_issuers_where_there_is_none(
    written: Pair, tmp_path: Path, what: str
) -> None:
    good, odd = tmp_path / "mi Ñapa.key", tmp_path / "otro"
    certificate = {
        "swapped": good,
        "request": odd,
        "unreadable": odd,
        "authority": SHIPPED / "AC_UAT_2022.cer",
    }[what]
    odd.write_bytes(PLAIN["solicitud.zip"][0] if what == "request" else b"0\x82nada")
    key = tmp_path / "mi Ñapa.cer" if what == "swapped" else good
    command = [sys.executable, str(ROOT / "manage.py"), "doctor", "csd", str(certificate), str(key)]

    done = subprocess.run(command, check=False, capture_output=True, env=NOWHERE)  # noqa: S603

    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("file", sorted(SHIPPED.glob("A*.cer")), ids=lambda file: file.stem)
def test_an_authoritys_certificate_is_named(written: Pair, tmp_path: Path, file: Path) -> None:
    """Also one that has ended, and one whose RFC is none: it is nobody's CSD to be renewed."""
    if not load(file.read_bytes()).is_authority:
        pytest.skip("it is so old that it does not say what it is")
    ran = doctor("csd", file, tmp_path / "mi Ñapa.key", "--at", AT, "--rfc", "PNA190312AB1")

    assert ran.status == 1
    assert "Es el certificado de una autoridad" in ran.said
    assert "no el de su empresa" in ran.said
    assert ("autoridad del SAT" in ran.said) is file.stem.startswith("AC")
    for nonsense in ("2.5.4.45", "nadie", "Renueve", "ya venció"):
        assert nonsense not in ran.said


@pytest.mark.skipif(not SAT.exists(), reason="the SAT's test certificates are not at hand")
@pytest.mark.parametrize(
    ("name", "at", "ok"),
    [
        ("csd-EKU9003173C9", AT, True),
        ("csd-CACX7605101P8", AT, True),
        ("csd-ONO120726RX3-expired", AT, False),
        ("csd-ONO120726RX3-expired", "2021-01-01", True),
        ("fiel-EKU9003173C9", AT, False),
    ],
)
def test_the_sats_own_pairs(name: str, at: str, ok: bool) -> None:
    files = (SAT / f"{name}.cer", SAT / f"{name}.key")

    ran = doctor("csd", *files, "--password-stdin", "--json", "--at", at, stdin=b"12345678a")

    assert (ran.status, json.loads(ran.said)["ok"]) == (0 if ok else 1, ok)

"""`doctor logo`: a picture as it would be kept; asks no database and keeps nothing but where it is told."""

from io import BytesIO
from pathlib import Path

from PIL import Image

from tests.companies.pictures import jpeg, other
from tests.onboarding.backoffice.doctor.command import doctor

KEYS = ["ok", "code", "message", "width", "height", "doubt"]


def test_a_logo_as_json_and_as_a_file(tmp_path: Path) -> None:
    picture, out = tmp_path / "logo de la Ñapa.jpg", tmp_path / "listo.jpg"
    picture.write_bytes(jpeg((1600, 900)))

    ran = doctor("logo", picture, "--json", "--out", out)

    assert (ran.status, list(ran.report)) == (0, KEYS)
    assert (ran.report["ok"], ran.report["width"], ran.report["height"]) == (True, 800, 450)
    assert Image.open(BytesIO(out.read_bytes())).size == (800, 450)
    assert sorted(tmp_path.iterdir()) == [out, picture]


def test_the_same_for_people() -> None:
    assert "640 × 200 píxeles" in doctor("logo", "-", stdin=jpeg()).said


def test_what_is_none_is_status_1_with_a_sentence(tmp_path: Path) -> None:
    out = tmp_path / "listo.jpg"

    ran = doctor("logo", "-", "--json", "--out", out, stdin=other("PNG"))

    assert (ran.status, list(ran.report)) == (1, KEYS)
    assert (ran.report["ok"], ran.report["code"], ran.report["width"]) == (False, "png", 0)
    assert "PNG" in ran.report["message"]
    assert not out.exists()


def test_a_file_that_cannot_be_read_or_written_is_status_2(tmp_path: Path) -> None:
    assert doctor("logo", tmp_path / "falta.jpg").status == 2
    assert doctor("logo", "-", "--out", tmp_path / "no" / "hay.jpg", stdin=jpeg()).status == 2

"""The crontab of docs/production: what it calls, of which backup, and what it throws away."""

import os
import re
import shlex
import subprocess
import time
from pathlib import Path

import pytest

CRON = Path(__file__).resolve().parents[2] / "docs" / "production" / "backup.cron"
LATEST, OLDEST = "respaldo-20261129T081700Z", "respaldo-20260909T081700Z"
# The ten last ones, with the latest.
KEPT = [f"respaldo-202609{day}T081700Z" for day in range(10, 19)]
UNFINISHED, FORGOTTEN = "respaldo-20261130T081700Z.incompleto", "respaldo-20261101T081700Z.incompleto"
HOME = "/srv/facturamos"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with backups and other files, and a docker that notes what it was asked for."""
    old = dict.fromkeys([OLDEST, *KEPT], 60)
    for name, days in {LATEST: 1, **old, UNFINISHED: 0, FORGOTTEN: 29, "llave": 400}.items():
        folder = tmp_path / "respaldos" / name
        folder.mkdir(parents=True)
        (folder / "base.dump").write_bytes(b"")
        moment = time.time() - days * 24 * 3600
        os.utime(folder, (moment, moment))
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(f'#!/bin/sh\necho "$@" >> {shlex.quote(str(tmp_path / "asked"))}\n')
    docker.chmod(0o755)
    return tmp_path


def test_each_line_does_what_the_document_says(site: Path) -> None:
    lines = [line for line in CRON.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for line in lines:
        # Minute, hour, day, month, weekday; the user; the rest is for sh, to which «%» would be a line's end.
        found = re.fullmatch(r"\d+ +\d+ +\* +\* +[*0] +root +([^%]+)", line)
        assert found, line
        done = subprocess.run(  # noqa: S603
            ["/bin/sh", "-c", found[1].replace(HOME, str(site))],
            env={"PATH": f"{site / 'bin'}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")

    assert (site / "asked").read_text().splitlines() == [
        "compose run --rm backup",
        f"compose run --rm backup verify_backup /respaldos/{LATEST}",
    ]
    assert {path.name for path in (site / "respaldos").iterdir()} == {LATEST, *KEPT, UNFINISHED, "llave"}

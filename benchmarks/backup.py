"""A backup of many companies: made, proved, restored; a damaged byte, a missing file and another ring named.

Of each the seconds, and the most memory that any process of ours took, at a thousand and at BENCH_SIZE
companies (a million, with BENCH_MILLION=1): memory must not grow with the rows. A fifth of the companies has
a CSD whose key and password are opened, a tenth a logo.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from django.conf import settings
from django.core.management import call_command

from benchmarks.crowd import fill, give_logos
from benchmarks.figures import Figure
from benchmarks.made_up import empty
from benchmarks.million import SIZES, WANTED
from facturamos.backup import dump

MOST_MEMORY = 1.3
OTHER_RING = "n2:YW5vdGhlciBrZXkgZm9yIHRlc3RzIG9mIGEgcmluZyE="
RESTORED = "facturamos_restored"
# Linux counts a process's memory from that of whoever began it: this one begins as small as can be, runs a
# program and tells its megabytes after all that it says.
SMALL = """
import resource, subprocess, sys
status = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
sys.exit(status)
"""


@dataclass(frozen=True)
class Ran:
    """How a command of manage.py ended, and what it took."""

    status: int
    said: str
    seconds: float
    # MB of the process itself, and of PostgreSQL's programs that it waited for.
    memory: int


def run() -> Iterator[Figure]:
    """Yields seconds and megabytes of each command at each size, and how memory grew."""
    if not WANTED:
        return
    call_command("migrate", verbosity=0)
    memory: dict[str, list[int]] = {}
    for size in SIZES:
        fill(size)
        with TemporaryDirectory() as name:
            folder = Path(name)
            files = give_logos(size)
            for what, ran in _through(folder):
                memory.setdefault(what, []).append(ran.memory)
                details = {"companies": size, "files": files, "MB of memory": ran.memory, "said": ran.said}
                yield Figure(what, round(ran.seconds, 1), "s", details=details)
        shutil.rmtree(settings.MEDIA_ROOT / "logos")
    for what, (small, large) in memory.items():
        details = {"before": small, "after": large}
        yield Figure(f"{what}, memory", round(large / small, 2), "×", at_most=MOST_MEMORY, details=details)
    empty()


def _through(folder: Path) -> Iterator[tuple[str, Ran]]:
    """A backup's life, and what spoils it; raises AssertionError where that is not named."""
    made = _manage("backup", str(folder))
    assert made.status == 0, made.said
    backup = Path(made.said)
    megabytes = sum(file.stat().st_size for file in backup.iterdir()) // 1_000_000
    yield "backup", Ran(0, f"{megabytes} MB", made.seconds, made.memory)
    yield "verify_backup", _good(_manage("verify_backup", str(backup)))
    for what, spoil, said in (
        ("a damaged byte", _damage, "archivos.tar"),
        ("a missing file", _remove, "archivos.jsonl"),
        ("another ring", None, "falta la llave"),
    ):
        yield what, _named(backup, spoil, said)
    where = dump.create(RESTORED)
    try:
        with TemporaryDirectory() as media:
            yield "restore", _good(_manage("restore", str(backup), where=where, MEDIA_ROOT=media))
    finally:
        dump.drop(RESTORED)


def _good(ran: Ran) -> Ran:
    assert ran.status == 0, ran.said
    return ran


def _named(backup: Path, spoil: Callable[[Path], None] | None, said: str) -> Ran:
    """Refused with that name; the backup is as it was afterwards."""
    kept = backup.with_name("kept")
    shutil.copytree(backup, kept, copy_function=os.link)
    if spoil:
        spoil(backup)
    command = ("verify_backup", str(backup))
    ran = _manage(*command) if spoil else _manage(*command, FACTURAMOS_KEYS=OTHER_RING)
    shutil.rmtree(backup)
    kept.rename(backup)
    assert ran.status == 1, ran.said
    assert said in ran.said, ran.said
    return ran


def _damage(backup: Path) -> None:
    file = backup / "archivos.tar"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()  # the kept one is the same file
    file.write_bytes(content)


def _remove(backup: Path) -> None:
    (backup / "archivos.jsonl").unlink()


def _manage(*command: str, where: Mapping[str, str] | None = None, **more: str) -> Ran:
    to = where or dump.params()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "facturamos.settings",
        "DATABASE_URL": f"postgresql://{to['user']}@/{to['dbname']}?host={quote(to['host'])}",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "FACTURAMOS_KEYS": ",".join(settings.FACTURAMOS_KEYS),
        **more,
    }
    started = time.monotonic()
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-S", "-c", SMALL, sys.executable, "manage.py", *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    *out, memory = ran.stdout.splitlines()
    said = ran.stderr.splitlines() if ran.returncode else out
    return Ran(ran.returncode, said[-1].strip(), time.monotonic() - started, int(memory))

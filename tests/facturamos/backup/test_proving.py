"""Backups: made while the site works, proved for real, and whatever is wrong with one is named."""

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from companies.models import Company
from facturamos import vault
from facturamos.backup import dump, media
from facturamos.backup.manifest import NAME
from facturamos.backup.streams import Digested
from facturamos.status.findings import backup_findings
from facturamos.status.models import RingCanary, SignOfLife
from facturamos.status.report import Level
from mailing.models import Message
from onboarding.models import Download
from tests.facturamos.backup.conftest import SECRETS, Make

pytestmark = pytest.mark.django_db(transaction=True)

OTHER_RING = "n2:YW5vdGhlciBrZXkgZm9yIHRlc3RzIG9mIGEgcmluZyE="


def verify(folder: Path, *options: str) -> str:
    said = StringIO()
    call_command("verify_backup", str(folder), *options, stdout=said)
    return said.getvalue()


def refused(folder: Path, *options: str) -> str:
    with pytest.raises(CommandError) as caught:
        verify(folder, *options)
    return str(caught.value)


def secrets() -> int:
    """The messages', and the canary of the ring where there is one."""
    return SECRETS + RingCanary.objects.count()


def databases() -> set[str]:
    """The scratch databases of this one: others prove theirs on the same server."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, current_database() || '_respaldo_')"
        )
        return {name for (name,) in cursor.fetchall()}


def test_a_good_one_is_proved_and_its_age_stands_on_estado(make: Make) -> None:
    before, _ = backup_findings()
    assert before.level == Level.WARNING

    folder = make()
    said = verify(folder)

    assert f"1 archivos, {secrets()} secretos" in said
    assert databases() == set()
    finding, _ = backup_findings()
    assert finding.level == Level.GOOD
    assert finding.said.startswith("hace")
    assert not list(folder.parent.glob("*.incompleto"))
    assert folder.stat().st_mode & 0o077 == 0


def test_an_old_one_is_told(make: Make) -> None:
    SignOfLife.objects.note(SignOfLife.BACKUP, timezone.now() - timedelta(days=9))

    finding, _ = backup_findings()

    assert finding.level == Level.WARNING


def test_an_older_one_leaves_the_age_of_the_newest(make: Make) -> None:
    folder = make()
    SignOfLife.objects.note(SignOfLife.BACKUP)
    newest = SignOfLife.objects.seen(SignOfLife.BACKUP)

    assert "Bien" in verify(folder)

    assert SignOfLife.objects.seen(SignOfLife.BACKUP) == newest


def test_the_ring_is_never_in_it(make: Make, settings: Any) -> None:
    folder = make()

    for entry in settings.FACTURAMOS_KEYS:
        key = entry.partition(":")[2]
        for file in folder.iterdir():
            assert key.encode() not in file.read_bytes()
    assert json.loads((folder / NAME).read_text())["ring"] == vault.fingerprints()


@pytest.mark.parametrize("name", ["base.dump", "archivos.tar", "archivos.jsonl", NAME])
def test_a_damaged_byte_is_named(make: Make, name: str) -> None:
    file = make() / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)

    assert name in refused(file.parent)


@pytest.mark.parametrize("name", ["base.dump", "archivos.tar", "archivos.jsonl", NAME])
def test_a_missing_file_and_half_of_one_are_named(make: Make, name: str) -> None:
    folder = make()
    file = folder / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert name in refused(folder)
    file.unlink()

    assert name in refused(folder)


def test_another_ring_is_named(make: Make, settings: Any) -> None:
    folder = make()
    (key_id, *_) = vault.ring_ids()
    settings.FACTURAMOS_KEYS = [OTHER_RING]

    assert f"falta la llave «{key_id}»" in refused(folder)


def test_another_key_under_the_same_name_is_another_ring(make: Make, settings: Any) -> None:
    folder = make()
    (key_id, *_) = vault.ring_ids()
    settings.FACTURAMOS_KEYS = [f"{key_id}:{OTHER_RING.partition(':')[2]}"]

    assert f"falta la llave «{key_id}»" in refused(folder)


def test_a_ring_that_has_grown_since_opens_it(make: Make, settings: Any) -> None:
    folder = make()
    settings.FACTURAMOS_KEYS = [OTHER_RING, *settings.FACTURAMOS_KEYS]

    assert "Bien" in verify(folder)


def test_a_secret_that_does_not_open_is_counted(make: Make) -> None:
    (first, second, *_) = Message.objects.exclude(secret=None)
    Message.objects.filter(pk=first.pk).update(secret=second.secret)

    assert "mailing.Message: 1" in refused(make())
    assert databases() == set()


def test_a_row_whose_file_is_gone_is_told(make: Make, site: Company) -> None:
    name = default_storage.save("logos/dos.png", ContentFile(b"x"))
    Download.objects.create(title="Programa", file=name)
    default_storage.delete(name)

    assert name in refused(make())


def test_what_comes_while_it_is_made_is_in_it(site: Company) -> None:
    packed = media.Packed()

    def meanwhile() -> None:
        default_storage.save("logos/mientras.png", ContentFile(b"later"))

    with Path(os.devnull).open("wb") as nowhere:
        media.pack(Digested(nowhere), packed, meanwhile)

    assert set(packed.digests) == {"logos/ñ uno.png", "logos/mientras.png"}


def test_encrypted_it_opens_with_its_key_alone(make: Make, tmp_path: Path) -> None:
    own, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    for name, key in (("own", own), ("other", other)):
        (tmp_path / name).write_text(f"# created: today\n# public key: {key.to_public()}\n{key}\n")

    folder = make("--para", str(own.to_public()))

    assert {file.name for file in folder.iterdir()} == {
        *("base.dump.age", "archivos.tar.age", "archivos.jsonl.age", NAME)
    }
    assert all(b"picture" not in file.read_bytes() for file in folder.iterdir())
    assert "Bien" in verify(folder, "--identidad", str(tmp_path / "own"))
    assert "--identidad" in refused(folder)
    assert "no abre con esa llave" in refused(folder, "--identidad", str(tmp_path / "other"))
    assert "no tiene una llave privada" in refused(folder, "--identidad", str(folder / NAME))
    assert databases() == set()


@pytest.mark.parametrize("key", ["", "age1", "ssh-ed25519 AAAA", "ñ", "AGE-SECRET-KEY-1"])
def test_a_key_that_is_none_is_refused_before_anything(make: Make, key: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="age"):
        make(f"--para={key or ' '}")

    assert not (tmp_path / "respaldos").exists()


def test_a_folder_that_cannot_be_written_is_told(site: Company, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(CommandError, match="No se pudo escribir"):
        call_command("backup", str(tmp_path / "file"), stdout=StringIO(), stderr=StringIO())


def test_without_postgresql_s_programs_it_says_what_to_install(make: Make, monkeypatch: Any) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(CommandError, match="postgresql-client"):
        make()


def test_a_password_is_on_no_command_line(monkeypatch: Any, site: Company, make: Make) -> None:
    commands: list[list[str]] = []
    whole = subprocess.Popen.__init__

    def noted(self: Any, args: list[str], *rest: Any, **options: Any) -> None:
        commands.append(args)
        whole(self, args, *rest, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    monkeypatch.setattr(dump, "params", lambda: {**real(), "password": "clave-secreta"})

    verify(make())

    assert {Path(command[0]).name for command in commands} == {"pg_dump", "pg_restore"}
    assert "clave-secreta" not in str(commands)


real = dump.params


def test_it_is_restored_into_an_empty_database_by_another_site(
    make: Make, empty: dict[str, str], tmp_path: Path, settings: Any
) -> None:
    folder = make()
    shutil.rmtree(settings.MEDIA_ROOT)
    there = tmp_path / "otra-media"
    there.mkdir()

    done = another_site(empty, there, settings, "restore", str(folder))
    again = another_site(empty, there, settings, "restore", str(folder))

    assert done.returncode == 0, done.stderr
    assert f"1 archivos, {secrets()} secretos" in done.stdout
    assert "manage.py migrate" in done.stdout
    assert (there / "logos" / "ñ uno.png").read_bytes() == b"picture" * 1000
    assert again.returncode != 0
    assert "no está vacía" in again.stderr


def another_site(
    where: dict[str, str], there: Path, settings: Any, *command: str, **more: str
) -> subprocess.CompletedProcess[str]:
    url = f"postgresql://{where['user']}@/{where['dbname']}?host={where['host']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "MEDIA_ROOT": str(there),
        "FACTURAMOS_KEYS": ",".join(settings.FACTURAMOS_KEYS),
        "DJANGO_SETTINGS_MODULE": "facturamos.settings",
        **more,
    }
    return subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("command", ["backup", "verify_backup", "restore"])
def test_behind_a_pooler_nothing_is_begun(make: Make, tmp_path: Path, settings: Any, command: str) -> None:
    made = make()
    settings.DATABASE_POOLER = "transaction"

    with pytest.raises(CommandError, match="DATABASE_POOLER=none"):
        call_command(command, str(tmp_path / "otra") if command == "backup" else str(made))

    assert not (tmp_path / "otra").exists()

"""From inside a job: what was tried, and what it came to. None of it is reachable."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from facturamos import cage, sandbox
from tests.facturamos import cage_work as work
from tests.production import good_environment

# What a job must not reach, each an attempt of `cage_work.ATTEMPTS`.
ATTEMPTS = sorted(work.ATTEMPTS)


def attempt(name: str, **facts: object) -> str:
    """What the attempt came to in a job: the name of the error, or «REACHED …»."""
    return sandbox.run(work.attempt, json.dumps({"name": name, **facts}).encode()).decode()


@pytest.fixture
def facts(tmp_path: Path) -> dict[str, object]:
    """Where the attempts look: a private file of ours, this process, a server of its own."""
    secret = tmp_path / "secret"
    secret.write_text("canary")
    return {"path": str(secret), "folder": str(tmp_path), "pid": os.getpid()}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_nothing_is_reachable(name: str, facts: dict[str, object]) -> None:
    came = attempt(name, **facts)

    assert not came.startswith("REACHED"), came
    assert came in {"PermissionError", "OSError 1", "OSError 13", "empty"}, came


def test_the_same_attempts_succeed_outside(facts: dict[str, object]) -> None:
    """Else the list above would show nothing."""
    order = [json.dumps({"name": name, **facts}) for name in ATTEMPTS if name not in work.ELSEWHERE_TOO]
    script = (
        "import sys; from tests.facturamos import cage_work as work\n"
        "for each in sys.argv[1:]: print(work.attempt(each.encode()).decode())"
    )
    environment = os.environ | {"FACTURAMOS_KEYS": "canary"}

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script, *order], capture_output=True, text=True, env=environment, check=True
    )

    assert {line.split()[0] for line in done.stdout.splitlines()} == {"REACHED"}, done.stdout


def test_what_the_owner_left_open_is_not_the_job_s(facts: dict[str, object]) -> None:
    """Where the attempts above find nothing, because these tests leave nothing open."""
    script = (
        "import json, socket\n"
        "from facturamos import sandbox; from tests.facturamos import cage_work as work\n"
        "listening = socket.create_server(('127.0.0.1', 0)); listening.set_inheritable(True)\n"
        "for name in ('others_descriptors', 'the_log'):\n"
        "    print(sandbox.run(work.attempt, json.dumps({'name': name}).encode()).decode())"
    )

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["empty", "empty"]


def test_this_machine_has_every_barrier() -> None:
    """The tests above show what the kernel does; where it lacks one, Estado says so."""
    barriers = cage.barriers()

    assert barriers.complete
    assert barriers.missing == []
    assert cage.Barriers(seccomp=False, landlock_version=0).missing == ["seccomp", "Landlock"]


def test_a_private_process_is_roots_to_look_into() -> None:
    """The kernel gives its files in /proc to root, so that nobody else reads them, and refuses tracing."""
    script = (
        "import ctypes, os\n"
        "from facturamos.cage import be_private\n"
        "if os.geteuid() == 0: os.setuid(65534); ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)\n"
        "print(os.stat('/proc/self/environ').st_uid == os.geteuid())\n"
        "be_private()\n"
        "print(os.stat('/proc/self/environ').st_uid)"
    )

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["True", "0"]


@pytest.mark.parametrize("environment", ["production", "development"])
def test_production_s_processes_are_private(environment: str, tmp_path: Path) -> None:
    """Web, workers, beat and commands alike: each sets Django up."""
    script = "import ctypes, django; django.setup(); print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    values = good_environment(tmp_path) | {
        "FACTURAMOS_ENV": environment,
        "DJANGO_SETTINGS_MODULE": "facturamos.settings",
    }

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=values
    )

    assert done.stdout.strip() == ("0" if environment == "production" else "1")

"""What runs in production: image and compose file, as far as they can be checked without an engine."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

BASE_DIR = Path(__file__).resolve().parents[2]
OURS = ("web", "people", "mailboxes", "worker", "beat", "migrate")
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<rest>[^}]*)\}")
SETTING = re.compile(r"""env\.\w+\(\s*"([A-Z_]+)""")

PRODUCTION = {
    "PATH": os.environ["PATH"],
    "FACTURAMOS_ENV": "production",
    "SECRET_KEY": "of-a-test",
    "FACTURAMOS_KEYS": "t1:b25seSBmb3IgdGhlIHRlc3RzIG9mIHRoaXMgc2l0ZSE=",
    "ALLOWED_HOSTS": "facturamos.example",
    "SITE_URL": "https://facturamos.example",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "MAIL_HOST": "127.0.0.1",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (BASE_DIR / "Dockerfile").read_text()


def in_production(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, *command],
        cwd=BASE_DIR,
        env=PRODUCTION | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_part_of_the_site_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*OURS, "database", "broker", "mail"}


def test_every_service_that_stays_has_a_health_check(compose: dict[str, Any], dockerfile: str) -> None:
    for name, service in compose["services"].items():
        if name in ("web", "migrate"):  # the image's own check, and none for what ends by itself
            continue
        assert service["healthcheck"]["test"], name
    assert "HEALTHCHECK" in dockerfile


def test_every_volume_has_a_name(compose: dict[str, Any]) -> None:
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", [])]

    assert {mount.split(":")[0] for mount in mounts} == set(compose["volumes"])


def test_no_secret_stands_in_it(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("SECRET|KEY|PASSWORD|DATABASE_URL", name):
                assert VARIABLE.search(str(value)), name


def test_it_refuses_to_start_without_what_must_be_chosen() -> None:
    text = (BASE_DIR / "docker-compose.yml").read_text()
    required = {match["name"] for match in VARIABLE.finditer(text) if match["rest"].startswith(":?")}

    assert required == {"SECRET_KEY", "FACTURAMOS_KEYS", "ALLOWED_HOSTS", "SITE_URL", "POSTGRES_PASSWORD"}


def test_nothing_is_published_beyond_this_machine(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


def test_its_services_get_all_that_production_asks_for(compose: dict[str, Any]) -> None:
    for name in OURS:
        assert set(compose["services"][name]["environment"]) >= PRODUCTION.keys() - {"PATH", "FACTURAMOS_ENV"}


def test_its_variables_are_settings(compose: dict[str, Any]) -> None:
    known = set(SETTING.findall((BASE_DIR / "facturamos" / "settings.py").read_text()))

    for name in OURS:
        assert set(compose["services"][name]["environment"]) <= known


def test_the_commands_are_programs_of_the_locked_packages(compose: dict[str, Any], dockerfile: str) -> None:
    commands = [compose["services"][name]["command"][0] for name in OURS if name != "web"]
    [web] = re.findall(r'^CMD \["(\w+)"', dockerfile, re.MULTILINE)

    for command in {*commands, web} - {"sh"}:
        assert shutil.which(command, path=str(Path(sys.executable).parent)), command


@pytest.mark.parametrize("service", ["people", "mailboxes", "worker", "beat"])
def test_celery_knows_the_options(compose: dict[str, Any], service: str) -> None:
    _, app, program, *options = compose["services"][service]["command"]

    help_text = in_production("-m", "celery", app, program, "--help")

    assert help_text.returncode == 0, help_text.stderr
    for option in options:
        assert option.split("=")[0] in help_text.stdout


def test_gunicorn_accepts_the_options_and_loads_the_site(dockerfile: str, tmp_path: Path) -> None:
    [line] = re.findall(r"^CMD (.*)", dockerfile, re.MULTILINE)
    command = yaml.safe_load(line)

    checked = in_production("-m", *command, "--check-config", STATIC_ROOT=str(tmp_path))

    assert checked.returncode == 0, checked.stderr


def test_the_image_collects_the_static_files(dockerfile: str, tmp_path: Path) -> None:
    assert "manage.py collectstatic --noinput" in dockerfile

    done = in_production("manage.py", "collectstatic", "--noinput", STATIC_ROOT=str(tmp_path))

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "staticfiles.json").exists()


def test_the_image_asks_for_every_setting_that_production_requires(dockerfile: str) -> None:
    [run] = re.findall(r"^RUN SECRET_KEY.*?collectstatic", dockerfile, re.MULTILINE | re.DOTALL)

    assert set(re.findall(r"([A-Z_]+)=", run)) == PRODUCTION.keys() - {"PATH", "FACTURAMOS_ENV"}


def test_the_image_copies_every_package(dockerfile: str) -> None:
    mypy = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]["mypy"]
    kept = set(re.findall(r"^!(.+)", (BASE_DIR / ".dockerignore").read_text(), re.MULTILINE))

    assert kept >= {*mypy["files"], "templates", "static", "requirements.txt"} - {"tests", "benchmarks"}
    assert "USER facturamos" in dockerfile


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"PATH", "FACTURAMOS_ENV"}))
def test_the_site_refuses_production_without(name: str) -> None:
    environment = {key: value for key, value in PRODUCTION.items() if key != name}

    done = subprocess.run(
        [sys.executable, "-c", "import facturamos.settings"],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert name in done.stderr


def test_django_finds_nothing_to_say_about_production() -> None:
    secret = "a-secret-key-of-more-than-fifty-different-characters-0123456789"
    database = os.environ["DATABASE_URL"]  # some checks ask for the server's version

    done = in_production(
        *("manage.py", "check", "--deploy", "--fail-level=WARNING"), SECRET_KEY=secret, DATABASE_URL=database
    )

    assert done.returncode == 0, done.stderr


def test_every_setting_of_the_environment_is_documented() -> None:
    settings = (BASE_DIR / "facturamos" / "settings.py").read_text()
    document = (BASE_DIR / "docs" / "production.md").read_text()
    first_cells = re.findall(r"^\|((?: `[A-Z_]+`,?)+) \|", document, re.M)

    assert set(re.findall(r"[A-Z_]+", " ".join(first_cells))) == set(SETTING.findall(settings))

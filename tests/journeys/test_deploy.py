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

from companies.accounts import temporary_passwords
from facturamos.checks import addresses
from tests.production import good_environment

BASE_DIR = Path(__file__).resolve().parents[2]
OURS = ("web", "people", "mailboxes", "worker", "beat", "migrate", "backup")
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<rest>[^}]*)\}")

REQUIRED = {
    *("SECRET_KEY", "FACTURAMOS_KEYS", "ALLOWED_HOSTS", "SITE_URL", "DATABASE_URL", "REDIS_URL", "MAIL_HOST"),
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())
    return loaded


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (BASE_DIR / "Dockerfile").read_text()


@pytest.fixture(scope="module")
def production(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment that production accepts."""
    return good_environment(tmp_path_factory.mktemp("production"))


def in_production(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        [sys.executable, *command],
        cwd=BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_every_part_of_the_site_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*OURS, "database", "broker", "mail"}


def test_every_service_that_stays_has_a_health_check(compose: dict[str, Any], dockerfile: str) -> None:
    for name, service in compose["services"].items():
        if name in ("web", "migrate", "backup"):  # the image's own check, and none for what ends by itself
            continue
        assert service["healthcheck"]["test"], name
    assert "HEALTHCHECK" in dockerfile


def test_workers_and_beat_are_asked_for_the_file_that_they_touch(compose: dict[str, Any]) -> None:
    for name in ("people", "mailboxes", "worker", "beat"):
        service = compose["services"][name]
        _, command = service["healthcheck"]["test"]
        assert f"find {service['environment']['HEARTBEAT_FILE']} -mmin -1 " in command
        # A folder of its own in each container.
        assert Path(service["environment"]["HEARTBEAT_FILE"]).parent == Path(*service["tmpfs"])


def test_no_mail_that_is_caught_outlives_the_password_in_it(compose: dict[str, Any]) -> None:
    environment = compose["services"]["mail"]["environment"]

    assert environment["MP_MAX_AGE"] == f"{temporary_passwords.LIFETIME.days}d"
    assert 0 < int(environment["MP_MAX_MESSAGES"]) <= 500


def test_no_log_fills_the_disk_and_no_service_the_memory(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        options = service["logging"]["options"]
        assert (options["max-size"], options["max-file"]) == ("20m", "5"), name
        assert re.fullmatch(r"\d+[mg]", service["mem_limit"]), name


def test_what_is_under_way_has_time_to_end(compose: dict[str, Any]) -> None:
    staying = [name for name in OURS if name not in ("migrate", "backup")]
    seconds = {name: int(compose["services"][name]["stop_grace_period"].rstrip("s")) for name in staying}

    # Gunicorn waits 30 s for its pages, Celery for tasks of 20 s; beat has nothing under way.
    assert all(each >= 30 for name, each in seconds.items() if name != "beat"), seconds
    assert seconds["web"] > 30


def test_every_image_is_named_by_its_digest(dockerfile: str, compose: dict[str, Any]) -> None:
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${PYTHON}"}
    [python] = re.findall(r"^ARG PYTHON=(\S+)", dockerfile, re.MULTILINE)
    built = {
        service["build"]["args"]["PYTHON"] for service in compose["services"].values() if "build" in service
    }
    assert built == {f"${{PYTHON:-{python}}}"}
    images = built | {service["image"] for service in compose["services"].values()} - {"facturamos"}
    named = [re.fullmatch(r"\$\{([A-Z]+):-(.+)@sha256:[0-9a-f]{64}\}", image) for image in images]
    assert all(named), images
    # How to name newer ones: the same tags.
    document = (BASE_DIR / "docs" / "production.md").read_text()
    listed = re.search(r"^for each in (PYTHON=.+); do$", document, re.MULTILINE)
    assert listed
    assert dict(each.split("=") for each in listed[1].split()) == {each[1]: each[2] for each in named if each}


def test_every_volume_has_a_name(compose: dict[str, Any]) -> None:
    mounts = [mount for service in compose["services"].values() for mount in service.get("volumes", [])]

    # What begins with a dot is a folder beside the file, for the operator's own files.
    named = {mount.split(":")[0] for mount in mounts if not mount.startswith("./")}
    assert named == set(compose["volumes"])


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
        assert set(compose["services"][name]["environment"]) >= REQUIRED


def test_the_commands_are_programs_of_the_locked_packages(compose: dict[str, Any], dockerfile: str) -> None:
    services = [compose["services"][name] for name in OURS if name != "web"]
    commands = [[*service.get("entrypoint", ()), *service["command"]][0] for service in services]
    [web] = re.findall(r'^CMD \["(\w+)"', dockerfile, re.MULTILINE)

    for command in {*commands, web} - {"sh"}:
        assert shutil.which(command, path=str(Path(sys.executable).parent)), command


@pytest.mark.parametrize("service", ["people", "mailboxes", "worker", "beat"])
def test_celery_knows_the_options(compose: dict[str, Any], production: dict[str, str], service: str) -> None:
    _, app, program, *options = compose["services"][service]["command"]

    help_text = in_production(production, "-m", "celery", app, program, "--help")

    assert help_text.returncode == 0, help_text.stderr
    for option in options:
        assert option.split("=")[0] in help_text.stdout


def test_gunicorn_accepts_the_options_and_loads_the_site(dockerfile: str, production: dict[str, str]) -> None:
    [line] = re.findall(r"^CMD (.*)", dockerfile, re.MULTILINE)
    command = yaml.safe_load(line)

    checked = in_production(production, "-m", *command, "--check-config")

    assert checked.returncode == 0, checked.stderr


def test_the_image_collects_the_static_files(
    dockerfile: str, production: dict[str, str], tmp_path: Path
) -> None:
    assert "manage.py collectstatic --noinput" in dockerfile

    done = in_production(
        production | {"STATIC_ROOT": str(tmp_path)}, "manage.py", "collectstatic", "--noinput"
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "staticfiles.json").exists()


def test_the_image_asks_for_every_setting_that_production_requires(dockerfile: str) -> None:
    [run] = re.findall(r"^RUN SECRET_KEY.*?collectstatic", dockerfile, re.MULTILINE | re.DOTALL)

    assert set(re.findall(r"([A-Z_]+)=", run)) == REQUIRED


def test_the_image_copies_every_package(dockerfile: str) -> None:
    mypy = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["tool"]["mypy"]
    kept = set(re.findall(r"^!(.+)", (BASE_DIR / ".dockerignore").read_text(), re.MULTILINE))

    assert kept >= {*mypy["files"], "templates", "static", "requirements.txt", "gunicorn.conf.py"} - {
        "tests",
        "benchmarks",
    }
    assert "USER facturamos" in dockerfile


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_the_site_refuses_production_without(production: dict[str, str], name: str) -> None:
    environment = {key: value for key, value in production.items() if key != name}

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


def test_django_finds_nothing_to_say_about_production(production: dict[str, str]) -> None:
    database = {"DATABASE_URL": os.environ["DATABASE_URL"]}  # some checks ask for the server's version

    done = in_production(production | database, "manage.py", "check", "--deploy", "--fail-level=WARNING")

    assert done.returncode == 0, done.stderr


# Imports all that the image runs, while what it goes without cannot be imported.
WITHOUT = """
import importlib, pkgutil, sys
from importlib.metadata import distribution
gone = {file.parts[0].removesuffix(".py") for name in sys.argv[1:] for file in distribution(name).files}
class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in gone:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Gone())
import django
django.setup()
for app in ("facturamos", "companies", "mailing", "certificates", "onboarding"):
    package = importlib.import_module(app)
    for module in pkgutil.walk_packages(package.__path__, app + "."):
        if not any(part in module.name for part in ("devserver", "settings", ".demo", "seed_", "__main__")):
            importlib.import_module(module.name)
print("whole")
"""


def test_the_image_needs_nothing_of_what_it_goes_without(production: dict[str, str], tmp_path: Path) -> None:
    lines = (BASE_DIR / "requirements-unused.txt").read_text().splitlines()
    names = [line for line in lines if not line.startswith("#")]
    locked = (BASE_DIR / "requirements.txt").read_text()
    (tmp_path / "without.py").write_text(WITHOUT)
    environment = {**production, "DJANGO_SETTINGS_MODULE": "facturamos.settings", "PYTHONPATH": str(BASE_DIR)}

    done = in_production(environment, str(tmp_path / "without.py"), *names)

    assert done.stdout == "whole\n", done.stderr
    assert [name for name in names if f"\n{name}==" not in f"\n{locked}"] == []
    assert names == sorted(names)


DOCUMENTED = sorted((BASE_DIR / "docs" / "production").iterdir())
# Pages of the proxy's own, which the document leads to.
LINKED = ("503.html", "413.html", "400.html")


@pytest.mark.parametrize("file", DOCUMENTED, ids=lambda file: str(file.name))
def test_the_document_shows_the_files_that_are_tried(file: Path) -> None:
    page = (BASE_DIR / "docs" / "production.md").read_text(encoding="utf-8")

    if file.name in LINKED:
        assert f"(production/{file.name})" in page
    else:
        assert f"\n{file.read_text(encoding='utf-8')}```\n" in page


def test_the_proxys_own_page_says_what_the_sites_says() -> None:
    ours = (BASE_DIR / "templates" / "errors" / "503.html").read_text(encoding="utf-8")
    theirs = (BASE_DIR / "docs" / "production" / "503.html").read_text(encoding="utf-8")

    for sentence in (
        "<h1>El sitio no está disponible por un momento</h1>",
        "Espere medio minuto y recargue esta página.",
        "Lo que había guardado sigue aquí.",
    ):
        assert sentence in ours
        assert sentence in theirs


def test_the_documented_environment_is_one_that_a_start_takes(
    tmp_path: Path, production: dict[str, str]
) -> None:
    text = (BASE_DIR / "docs" / "production" / "site.env").read_text(encoding="utf-8")
    (tmp_path / "ca.pem").write_text("an authority")
    text = text.replace("/etc/ssl/facturamos/ca.pem", str(tmp_path / "ca.pem"))
    named = dict(line.split("=", 1) for line in text.splitlines() if not line.startswith("#"))

    assert addresses.database(named["DATABASE_URL"]) == ""
    assert addresses.broker(named["REDIS_URL"]) == ""
    done = in_production(production | named, "-c", "import facturamos.settings")
    assert done.returncode == 0, done.stderr

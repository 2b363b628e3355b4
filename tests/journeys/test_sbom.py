"""«make sbom»: every package of the image, with its version and the hashes that it is locked by."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TOOL = re.search(r"--from (cyclonedx-bom\S+) (\S+)", (ROOT / "Makefile").read_text())
# Locked for every system; the image has none of these.
OTHER_SYSTEMS = {"brotlicffi", "colorama", "tzdata"}
EXTRAS = {"boto3", "django-storages", "sentry-sdk"}
LOCKED = re.compile(r"^(?P<name>[a-z0-9.-]+)==(?P<version>\S+)(?P<rest>(?:.*\\\n)*.*)", re.MULTILINE)


def run(*command: str, seconds: int = 180) -> subprocess.CompletedProcess[str]:
    # One that is offline knows soon.
    environment = os.environ | {"UV_HTTP_TIMEOUT": "5", "UV_HTTP_RETRIES": "0"}
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )


@pytest.fixture(scope="module")
def tool() -> None:
    """It is no package of ours: uv fetches it once."""
    assert TOOL
    fetched = run(".venv/bin/uv", "tool", "run", "--quiet", "--from", *TOOL.groups(), "--version")
    if fetched.returncode:
        pytest.skip(f"{TOOL[1]} cannot be fetched: {fetched.stderr[:200]}")


def locked(file: str) -> dict[str, tuple[str, set[str]]]:
    """Version and hashes of each package."""
    text = (ROOT / file).read_text()
    return {
        found["name"]: (found["version"], set(re.findall("sha256:([0-9a-f]{64})", found["rest"])))
        for found in LOCKED.finditer(text)
    }


def make(*arguments: str) -> str:
    """What the target prints; the environment is not made anew for it."""
    done = run("make", "--no-print-directory", "--old-file", ".venv/.ready", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_names_every_package_of_an_image_with_the_extras(tool: None, tmp_path: Path) -> None:
    file = tmp_path / "sbom.cdx.json"
    unused = {*(ROOT / "requirements-unused.txt").read_text().splitlines()}
    wanted = locked("requirements-extras.txt")

    said = make("sbom", "REQUIREMENTS=requirements-extras.txt", f"SBOM={file}")

    assert said.splitlines()[-1] == str(file)
    told: dict[str, Any] = json.loads(file.read_text())
    assert (told["bomFormat"], told["metadata"]["component"]["name"]) == ("CycloneDX", "facturamos")
    assert told["metadata"]["timestamp"]
    parts = {part["name"]: part for part in told["components"]}
    assert parts.keys() == wanted.keys() - unused - OTHER_SYSTEMS
    assert parts.keys() >= EXTRAS
    for name, part in parts.items():
        version, hashes = wanted[name]
        assert part["purl"] == f"pkg:pypi/{name}@{version}"
        references = [each for each in part["externalReferences"] if each["type"] == "distribution"]
        assert {each["content"] for found in references for each in found["hashes"]} == hashes, name


def test_it_is_about_the_usual_image_unless_told_otherwise() -> None:
    assert re.search(r"requirements-unused\.txt requirements\.txt \|", make("--dry-run", "sbom"))
    assert locked("requirements.txt").keys().isdisjoint(EXTRAS)

"""The house's promises, held by reading the code: import directions, pure modules, one step = one file."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from onboarding.steps import STEPS

ROOT = Path(__file__).resolve().parent.parent
# Each app may import those after it, never those before it.
APPS = ("onboarding", "certificates", "companies", "mailing", "facturamos")
# The project package knows no app; this module of it puts the apps together.
ASSEMBLY = {"facturamos/urls.py"}
# Rules: bytes and `now` in, frozen dataclasses out.
PURE = (
    "certificates/der.py",
    "certificates/certificate.py",
    "certificates/private_key.py",
    "certificates/checks.py",
    "certificates/checks_files.py",
    "certificates/checks_taxpayer.py",
    "certificates/shapes.py",
    "certificates/envelope.py",
    "certificates/authorities.py",
    "certificates/evidence.py",
    "certificates/results.py",
    "certificates/spanish.py",
    "certificates/cms.py",
    "certificates/lco.py",
    "certificates/cfdi.py",
    "certificates/rehearsal.py",
    "companies/rfc.py",
    "companies/names.py",
    "companies/tax_regimes.py",
)


def sources(app: str) -> Iterator[Path]:
    """An app's modules, without its migrations."""
    for path in sorted((ROOT / app).rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def imports(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it; for type checkers only is an import too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("app", APPS)
def test_imports_run_one_way(app: str) -> None:
    above = APPS[: APPS.index(app)]

    wrong = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in sources(app)
        if str(path.relative_to(ROOT)) not in ASSEMBLY
        for module in imports(path)
        if module.split(".")[0] in above
    }

    assert wrong == set()


@pytest.mark.parametrize("name", PURE)
def test_rules_know_no_django_no_settings_and_no_clock(name: str) -> None:
    source = (ROOT / name).read_text()

    assert {module for module in imports(ROOT / name) if module.split(".")[0] == "django"} == set()
    for clock in ("datetime.now(", "datetime.utcnow(", "time.time(", "date.today("):
        assert clock not in source


def test_only_the_vault_and_the_rules_of_keys_use_a_cipher() -> None:
    users = {
        str(path.relative_to(ROOT))
        for app in APPS
        for path in sources(app)
        if any(module.startswith("cryptography.hazmat.primitives.ciphers") for module in imports(path))
    }

    outside = {name for name in users if not name.startswith("certificates/")}
    assert outside == {"facturamos/vault.py"}


def test_keys_of_the_ring_are_read_in_the_vault_alone() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for app in APPS
        for path in sources(app)
        if "settings.FACTURAMOS_KEYS" in path.read_text()
    }

    assert readers == {"facturamos/vault.py"}


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.slug)
def test_a_slug_names_the_file_the_address_and_the_test(step: object) -> None:
    slug = step.slug  # type: ignore[attr-defined]
    name = slug.replace("-", "_")

    assert (ROOT / "onboarding" / "steps" / f"{name}.py").exists()
    assert (ROOT / "tests" / "onboarding" / "steps" / f"test_{name}.py").exists()


def test_every_file_of_a_step_is_in_the_order() -> None:
    files = {path.stem for path in (ROOT / "onboarding" / "steps").glob("*.py")} - {"__init__", "base"}

    assert files == {step.slug.replace("-", "_") for step in STEPS}


def test_every_template_of_a_step_has_its_step() -> None:
    pages = {path.stem for path in (ROOT / "templates" / "onboarding" / "steps").glob("[!_]*.html")}

    assert pages <= {step.slug for step in STEPS}


def test_templates_hold_no_inline_style_script_or_handler() -> None:
    """Strict CSP: mails may have inline styles, pages may not."""
    wrong = []
    for path in (ROOT / "templates").rglob("*.html"):
        if "emails" in path.parts:
            continue
        text = path.read_text()
        wrong += [
            f"{path.relative_to(ROOT)}: {mark}"
            for mark in (" style=", "<style", " onclick=", " onload=", "javascript:", "|safe")
            if mark in text
        ]

    assert wrong == []


def test_no_file_is_a_corridor() -> None:
    """A room that needs scrolling for minutes wants a wall."""
    long = {
        f"{path.relative_to(ROOT)}: {len(path.read_text().splitlines())}"
        for app in (*APPS, "tests", "benchmarks")
        for path in sources(app)
        if len(path.read_text().splitlines()) > 330
    }

    assert long == set()

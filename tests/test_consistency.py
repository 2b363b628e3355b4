"""The house's promises, held by reading the code: import directions, pure modules, one step = one file."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from facturamos.jobs.handlers import handler_of
from facturamos.jobs.models import kinds
from onboarding.steps import STEPS
from tests.import_graph import APPS, FOLDERS, ROOT, app_of, circles, dotted, graph, sources, told

# The project package knows no app; this module of it puts the apps together.
ASSEMBLY = {"facturamos/urls.py"}
# All settings stand in one file, however many there are.
LONGER = {"facturamos/settings.py": 430}
# What would cost every process half a second at its start.
IMPORTED_LATE = {"certificates/test_invoice/services.py: certificates.test_invoice"}
# What a line of a template may have; a text mail's longer ones go through `one_line`.
TEMPLATE_LINE = 120
# Folders of tests that belong to no module, and the one test that reads them all.
NO_MODULE = ("journeys", "browser", "templates", "static", "benchmarks")
ABOUT_ALL = {"tests/test_consistency.py"}
# Rules: bytes and `now` in, frozen dataclasses out.
PURE = (
    "certificates/x509/der.py",
    "certificates/x509/certificate.py",
    "certificates/x509/private_key.py",
    "certificates/checks/registry.py",
    "certificates/checks/files.py",
    "certificates/checks/taxpayer.py",
    "certificates/expiry.py",
    "certificates/file_types.py",
    "certificates/file_signatures.py",
    "certificates/file_advice.py",
    "certificates/x509/pem.py",
    "certificates/text_damage.py",
    "certificates/x509/key_header.py",
    "certificates/authorities/chain.py",
    "certificates/authorities/end.py",
    "certificates/x509/distinguished_names.py",
    "certificates/x509/mojibake.py",
    "certificates/authorities/proposed.py",
    "certificates/authorities/shipped.py",
    "certificates/checks/evidence.py",
    "certificates/checks/results.py",
    "certificates/lco/cms.py",
    "certificates/lco/reading.py",
    "certificates/test_invoice/cfdi.py",
    "certificates/test_invoice/issuer.py",
    "certificates/test_invoice/stages.py",
    "companies/sat/rfc.py",
    "companies/initials.py",
    "companies/sat/without_legal_form.py",
    "companies/sat/capitals.py",
    "companies/sat/legal_forms.py",
    "companies/sat/legal_words.py",
    "facturamos/prose.py",
    "facturamos/text.py",
    "companies/sat/tax_regimes.py",
)


def imports(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it; for type checkers only is an import too."""
    return imported(ast.parse(path.read_text()))


def imported(tree: ast.AST) -> set[str]:
    """The modules that a piece of code imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def identifiers(tree: ast.AST) -> set[str]:
    """Every name that a piece of code gives or uses."""
    found = (getattr(node, field, None) for node in ast.walk(tree) for field in ("id", "attr", "name", "arg"))
    return {name for name in found if isinstance(name, str)}


@pytest.mark.parametrize("app", APPS)
def test_imports_run_one_way(app: str) -> None:
    above = APPS[: APPS.index(app)]

    wrong = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in sources(*FOLDERS)
        if app_of(dotted(path)) == app and str(path.relative_to(ROOT)) not in ASSEMBLY
        for module in imports(path)
        if app_of(module) in above
    }

    assert wrong == set()


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports inside functions and for type checkers count."""
    edges = graph(*FOLDERS)

    found = "\n\n".join(told(circle, edges) for circle in circles(edges))

    assert not found, f"\n{found}"


def test_no_module_of_ours_is_imported_inside_a_function() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {module}"
        for path in sources(*FOLDERS)
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for module in imported(function)
        if module.split(".")[0] in FOLDERS
    }

    assert found == IMPORTED_LATE


def test_no_class_name_stands_twice() -> None:
    """A command's class is named by Django, a model's Meta and its choices by their model."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in sources(*FOLDERS):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef) and node.name != "Command":
                places[node.name].append(str(path.relative_to(ROOT)))

    assert {name: where for name, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize(
    ("what", "pattern", "most"),
    [
        ("Any", r"\bAny\b", 2.0),
        ("cast", r"\bcast\(", 0.3),
        ("type: ignore", r"# type: ignore", 0.15),
    ],
)
def test_types_are_said(what: str, pattern: str, most: float) -> None:
    """So many a thousand lines of the product at the most."""
    texts = [path.read_text() for path in sources(*FOLDERS)]
    lines = sum(len(text.splitlines()) for text in texts)

    found = sum(len(re.findall(pattern, text)) for text in texts)

    assert 1000 * found / lines <= most, f"{what}: {found} in {lines} lines"


def test_a_seal_is_the_signature_of_a_cfdi_and_nothing_else() -> None:
    """Identifiers that say «seal» stand where one is made, verified or drawn (CONTRIBUTING.md, «Words»)."""
    users = {
        str(path.relative_to(ROOT))
        for path in sources(*FOLDERS)
        if any("seal" in name.lower() for name in identifiers(ast.parse(path.read_text())))
    }

    outside = {name for name in users if not name.startswith("certificates/test_invoice/")}
    assert outside == {"companies/documents/sample_building.py"}


def test_the_work_of_every_kind_of_job_is_done_in_a_tasks_module() -> None:
    """Every process imports those at its start; what is registered elsewhere depends on who imported it."""
    elsewhere = [
        f"{kind.__name__}: {handler_of(kind).__module__}"
        for kind in kinds()
        if not handler_of(kind).__module__.endswith(".tasks")
    ]

    assert elsewhere == []


@pytest.mark.parametrize("name", PURE)
def test_rules_know_no_django_no_settings_and_no_clock(name: str) -> None:
    source = (ROOT / name).read_text()

    assert {module for module in imports(ROOT / name) if module.split(".")[0] == "django"} == set()
    for clock in ("datetime.now(", "datetime.utcnow(", "time.time(", "date.today("):
        assert clock not in source


def test_only_the_vault_and_the_rules_of_keys_use_a_cipher() -> None:
    users = {
        str(path.relative_to(ROOT))
        for path in sources(*FOLDERS)
        if any(module.startswith("cryptography.hazmat.primitives.ciphers") for module in imports(path))
    }

    outside = {name for name in users if not name.startswith("certificates/")}
    assert outside == {"facturamos/vault.py"}


def test_files_that_a_row_let_go_of_are_removed_in_one_place() -> None:
    """Elsewhere nobody would ask whether a backup is being made, whose dump names the file."""
    may = {
        "facturamos/orphans.py",
        "facturamos/backup/media.py",  # what lies in a restored file's place
        "facturamos/checks/media.py",  # the file of a trial
        "onboarding/backoffice/personal_data/erasure.py",  # erased is erased
    }
    users = {path for path in sources(*FOLDERS) if "storage.delete(" in path.read_text(encoding="utf-8")}
    assert {str(path.relative_to(ROOT)) for path in users} == may


def test_keys_of_the_ring_are_read_in_the_vault_alone() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in sources(*FOLDERS)
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
    files = {path.stem for path in (ROOT / "onboarding" / "steps").glob("*.py")} - {"__init__"}

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


def test_no_line_of_a_template_is_long() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > TEMPLATE_LINE
    }

    assert long == set()


def test_every_decision_is_listed() -> None:
    listed = re.findall(r"\(adr/(.+?)\)", (ROOT / "docs" / "README.md").read_text())

    assert listed == sorted(path.name for path in (ROOT / "docs" / "adr").glob("*.md"))


def test_a_docstring_says_more_than_the_name() -> None:
    """Four words hardly do: better none."""
    short = {
        f"{path.relative_to(ROOT)}: {said}"
        for path in sources(*FOLDERS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and (said := ast.get_docstring(node))
        and len(said.split()) <= 4
    }

    assert short == set()


def test_a_test_stands_at_the_path_of_what_it_tests() -> None:
    """`tests/mailing/test_services.py`, or `test_services_chaos.py` where one file is not enough.

    What tries a recipe of docs/recipes.md out is `test_recipe.py` in the folder that the recipe is about.
    """
    wrong = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if path.relative_to(ROOT / "tests").parts[0] not in NO_MODULE
        and str(path.relative_to(ROOT)) not in ABOUT_ALL
        and not stands_at_its_module(path)
    }

    assert wrong == set()


def stands_at_its_module(test: Path) -> bool:
    """Whether a module or a package beside has the test's name, or the beginning of it."""
    folder = ROOT / test.parent.relative_to(ROOT / "tests")
    words = test.stem.removeprefix("test_").split("_")
    names = ["_".join(words[:count]) for count in range(1, len(words) + 1)]
    beside = [folder / name for name in names]
    return words == ["recipe"] or any(each.is_dir() or each.with_suffix(".py").exists() for each in beside)


def test_no_file_is_a_corridor() -> None:
    """A room that needs scrolling for minutes wants a wall."""
    long = {
        f"{path.relative_to(ROOT)}: {len(path.read_text().splitlines())}"
        for path in sources(*FOLDERS, "tests", "benchmarks")
        if len(path.read_text().splitlines()) > LONGER.get(str(path.relative_to(ROOT)), 330)
    }

    assert long == set()

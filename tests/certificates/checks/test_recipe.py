"""docs/recipes.md, «A check of the CSD», tried out: two places, and everything that shows checks has it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from django.test import Client

from certificates import services
from certificates.checks import taxpayer
from certificates.checks.evidence import CheckContext
from certificates.checks.registry import CHECKS, check
from certificates.forms import CsdForm
from certificates.models import Csd, Diagnosis
from certificates.testing import CA, Pair
from companies.models import Company, User
from tests.certificates.conftest import NAME, RFC, Issue, files, judge, line, receive, work
from tests.onboarding.backoffice.doctor.command import doctor
from tests.recipes import section

SignIn = Callable[[User], Client]
CURP = "MISC491214MDFXXX09"


def recipe() -> str:
    """The section «A check of the CSD» of docs/recipes.md."""
    return section("A check of the CSD")


@pytest.fixture
def added() -> Iterator[None]:
    """Place 1: the recipe's own function, as if it stood last in its module."""
    before = list(CHECKS)
    (code,) = re.findall(r" *```python\n(.*?)```", recipe(), re.DOTALL)
    exec(compile(dedent(code), "recipe", "exec"), dict(vars(taxpayer)))  # noqa: S102  (our own document)
    yield
    CHECKS[:] = before


def test_it_touches_two_places() -> None:
    places = re.findall(r"^\d+\. \*\*(.*?)\*\*", recipe(), re.MULTILINE)

    assert places == ["The function", "Its test"]


# --- place 2: its test


@pytest.mark.usefixtures("added")
def test_curp_must_be_there(issue: Issue, context: CheckContext) -> None:
    good, wrong = judge(issue(curp=CURP), context), judge(issue(), context)

    assert good.ok
    assert line(good, "curp").message == CURP
    assert (line(wrong, "curp").state, line(wrong, "curp").reason) == ("bad", "no_curp")
    assert wrong.refused_at_once


# --- and all the rest follows


@pytest.mark.usefixtures("added")
def test_without_a_certificate_it_is_not_asked(issue: Issue, context: CheckContext) -> None:
    result = line(judge(issue(), context, certificate=b"no"), "curp")

    assert result.skipped
    assert result.title == "La CURP"
    assert "falta un certificado" in result.message


@pytest.mark.usefixtures("added")
def test_the_page_announces_and_shows_it(db: None, company: Company, issue: Issue) -> None:
    csd = receive(company, issue(curp=CURP))
    announced = services.overview(company).report[-1]
    assert (announced.code, announced.title, announced.skipped) == ("curp", "La CURP", True)

    work(csd)

    shown = services.overview(company).report[-1]
    assert (shown.title, shown.message, shown.good) == ("La CURP está", CURP, True)
    assert csd.state == Csd.State.ACTIVE


@pytest.mark.usefixtures("added")
def test_the_form_says_it_beside_its_field(db: None, company: Company, issue: Issue) -> None:
    form = CsdForm({"password": "12345678a"}, files(issue()), company=company)

    assert not form.is_valid()
    assert "Falta la CURP. El certificado no dice ninguna." in form.errors["certificate"][0]
    assert not Csd.objects.exists()
    assert "Trece puntos están bien; uno hay que corregirlo." in services.overview(company).lead


@pytest.mark.usefixtures("added")
def test_admin_shows_it_in_the_diagnosis(
    db: None, company: Company, issue: Issue, support: User, sign_in: SignIn
) -> None:
    work(receive(company, issue(curp=CURP)))

    page = sign_in(support).get(f"/admin/certificates/diagnosis/{Diagnosis.objects.get().pk}/change/")

    assert f"La CURP: Bien</b> · La CURP está. {CURP}" in page.text


@pytest.mark.usefixtures("added")
def test_the_command_tells_it(db: None, ca: CA, tmp_path: Path) -> None:
    pair: Pair = ca.issue(rfc=RFC, name=NAME)
    (tmp_path / "a.cer").write_bytes(pair.certificate)
    (tmp_path / "a.key").write_bytes(pair.key)

    ran = doctor("csd", tmp_path / "a.cer", tmp_path / "a.key", "--json")

    assert (ran.report["checks"][-1]["code"], ran.report["checks"][-1]["state"]) == ("curp", "mal")


def test_a_code_is_taken_once_and_needs_what_there_is() -> None:
    with pytest.raises(ValueError, match="there already"):
        check("rfc", "El RFC", word="rfc")
    with pytest.raises(ValueError, match="no evidence has"):
        check("new", "Nuevo", word="nuevo", needs=("nothing",))

    assert "new" not in {each.code for each in CHECKS}

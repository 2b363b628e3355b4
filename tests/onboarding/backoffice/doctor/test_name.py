"""`doctor name`: what the SAT would have for a name; asks no database."""

import pytest

from tests.onboarding.backoffice.doctor.command import doctor


@pytest.mark.parametrize(
    ("arguments", "report"),
    [
        (
            ["ESCUELA KEMPER URGATE SA DE CV"],
            {"proposal": "ESCUELA KEMPER URGATE", "changed": True, "form": "SA DE CV"},
        ),
        (["PANADERÍA LA ÑAPA"], {"proposal": "PANADERÍA LA ÑAPA", "changed": False, "form": ""}),
        (["Panadería la Ñapa"], {"proposal": "PANADERÍA LA ÑAPA", "changed": True, "form": ""}),
        (
            ["ANA SA DE CV", "--rfc", "NUPJ800101AB2"],
            {"proposal": "ANA SA DE CV", "changed": False, "form": ""},
        ),
        (["SA DE CV"], {"proposal": "SA DE CV", "changed": False, "form": ""}),
    ],
)
def test_the_proposal_as_json(arguments: list[str], report: dict[str, object]) -> None:
    ran = doctor("name", *arguments, "--json")

    assert (ran.status, ran.report) == (0, report)


def test_the_same_for_people() -> None:
    assert doctor("name", "LA ÑAPA SA DE CV").said.startswith("LA ÑAPA\nSin «SA DE CV»")
    assert "Así va" in doctor("name", "LA ÑAPA").said


@pytest.mark.parametrize(
    ("name", "report"),
    [
        ("Y SA", {"proposal": "Y SA", "changed": False, "form": ""}),
        (
            "BANCO X, S.A., I.B.M., G.F. X",
            {"proposal": "BANCO X", "changed": True, "form": "SA IBM GRUPO FINANCIERO"},
        ),
        ("ＡＣＭＥ　Ｓ／Ａ", {"proposal": "ACME", "changed": True, "form": "SA"}),
        ("AC\x07ME", {"proposal": "ACME", "changed": True, "form": ""}),
    ],
)
def test_a_name_that_is_written_oddly(name: str, report: dict[str, object]) -> None:
    assert doctor("name", name, "--json").report == report


@pytest.mark.parametrize(
    "arguments",
    [["  "], [""], ["\u200b"], ["\x07"], ["LA ÑAPA", "--rfc", "no"], ["LA ÑAPA", "--rfc", "XAXX010101000"]],
)
def test_what_is_none_is_status_2(arguments: list[str]) -> None:
    assert doctor("name", *arguments).status == 2

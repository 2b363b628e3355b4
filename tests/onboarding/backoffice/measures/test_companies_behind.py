"""Behind each number the board lists its companies, those that one may see anyway, and no others."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from django.test import Client

from companies.models import Company, User
from onboarding.backoffice.board.companies import Asked, every_move
from onboarding.backoffice.measures.companies_behind import Behind
from onboarding.backoffice.measures.filters import MeasureFilter
from onboarding.backoffice.measures.models import WhoseTime
from onboarding.backoffice.models import BoardExport, BulkRun, Stumble
from tests.onboarding.backoffice.measures.made_up import WEEK, companies_on, step_time

SignIn = Callable[[User], Client]
BOARD = "/admin/companies/company/tablero/"
CHOSEN = MeasureFilter(first=WEEK, last=WEEK)
JUNK = (("nada", "0~0"), ("sellos", "x~0"), ("sellos", "0~x"))
ACTIVE = Behind.time(CHOSEN, "datos-fiscales", WhoseTime.ACTIVE)


@pytest.fixture
def both(issuer: User, other_issuer: User) -> tuple[Company, Company]:
    assert issuer.company is not None
    assert other_issuer.company is not None
    step_time(issuer.company, 60)
    step_time(other_issuer.company, 600)
    return issuer.company, other_issuer.company


def found(user: User, behind: Behind) -> set[int]:
    return {*every_move(user, Asked(behind=behind)).values_list("pk", flat=True)}


def test_support_finds_all_and_a_distributor_its_own(
    both: tuple[Company, Company], support: User, distributor: User
) -> None:
    mine, theirs = both

    assert found(support, ACTIVE) == {mine.pk, theirs.pk}
    assert found(distributor, ACTIVE) == {mine.pk}


def test_behind_the_p90_stand_the_slow_ones(both: tuple[Company, Company], support: User) -> None:
    assert found(support, replace(ACTIVE, seconds=600)) == {both[1].pk}


def test_week_release_distributor_and_party_narrow(both: tuple[Company, Company], support: User) -> None:
    mine, theirs = both
    step_time(mine, 5, party="sat", step="sellos", release="2.0")

    assert found(support, Behind.time(CHOSEN, "sellos", WhoseTime.SAT)) == {mine.pk}
    assert found(support, replace(ACTIVE, release="2.0")) == set()
    assert found(support, replace(ACTIVE, distributor=theirs.distributor_id)) == {theirs.pk}


def test_who_stumbled_so_is_found(both: tuple[Company, Company], support: User) -> None:
    mine, theirs = both
    for company, code in ((mine, "rfc"), (theirs, "required")):
        for sort, name, said in (("try", "", ""), ("field", "rfc", code)):
            Stumble.objects.create(
                company=company,
                distributor=company.distributor,
                week=WEEK,
                step="datos-fiscales",
                sort=sort,
                name=name,
                code=said,
                times=1,
            )

    assert found(support, Behind.trouble(CHOSEN, "datos-fiscales", "try")) == {mine.pk, theirs.pk}
    assert found(support, Behind.trouble(CHOSEN, "datos-fiscales", "field", "rfc", "rfc")) == {mine.pk}


def test_a_word_says_all_of_it() -> None:
    behind = Behind.trouble(replace(CHOSEN, release="1.0", distributor=7), "sellos", "csd", "kind", "fiel")

    assert Behind.of_word(behind.word) == behind
    assert Behind.of_word(replace(ACTIVE, seconds=90).word) == replace(ACTIVE, seconds=90)


@pytest.mark.parametrize(
    "junk",
    [
        *("", "x", "\0", "~" * 9, "a" * 1000, "tiempo~sellos~x~1~2~~0~0~~"),
        *(f"tiempo~{step}~sat~2026-01-05~2026-01-05~~{more}~~" for step, more in JUNK),
    ],
)
def test_junk_is_no_word(junk: str) -> None:
    assert Behind.of_word(junk) is None


def test_the_board_says_what_its_companies_have_in_common(
    both: tuple[Company, Company], sign_in: SignIn, support: User
) -> None:
    page = sign_in(support).get(f"{BOARD}?{urlencode({'medida': replace(ACTIVE, seconds=600).word})}")

    assert "Datos fiscales · Activo · 10 min o más · semana del" in page.text
    assert companies_on(page) == 1
    assert "funnel" not in page.text


def test_another_distributors_company_is_behind_nothing(
    both: tuple[Company, Company], sign_in: SignIn, distributor: User
) -> None:
    """Whatever somebody writes into the address."""
    theirs = replace(ACTIVE, distributor=both[1].distributor_id)
    page = sign_in(distributor).get(f"{BOARD}?{urlencode({'medida': theirs.word})}")

    assert companies_on(page) == 0
    assert both[1].name not in page.text


def test_a_file_and_a_saved_filter_keep_it(
    both: tuple[Company, Company], sign_in: SignIn, support: User
) -> None:
    client = sign_in(support)
    client.post(f"{BOARD}exportar/", {"formato": "csv", "medida": ACTIVE.word})
    client.post(f"{BOARD}guardar/", {"name": "Lentas", "medida": ACTIVE.word, "q": "ñ" * 100})

    assert BoardExport.objects.get().query == urlencode({"medida": ACTIVE.word})
    assert ACTIVE.word in support.saved_filters.get().query


def test_an_action_for_all_of_them_is_done_to_no_others(
    both: tuple[Company, Company], sign_in: SignIn, support: User
) -> None:
    """Also after the page in between, which asks whether one is sure."""
    client = sign_in(support)
    slow = replace(ACTIVE, seconds=600)
    page = client.get(BOARD)
    action = page.context["bulk_actions"][0][0]
    sent = {"accion": action, "todas": "si", "medida": slow.word}
    asked = client.post(f"{BOARD}hacer/", sent)

    assert f'name="medida" value="{slow.word}"' in asked.text
    client.post(f"{BOARD}hacer/", {**sent, "seguro": "si"})
    assert [run.companies for run in BulkRun.objects.all()] in ([], [[both[1].pk]])

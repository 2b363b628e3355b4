"""«Tiempos y tropiezos»: what it shows, to whom, and that nobody's numbers reach another."""

import csv
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.models import Company, User
from onboarding.backoffice.measures.counting import count
from onboarding.backoffice.models import StepTime, Stumble
from tests.onboarding.backoffice.measures.made_up import (
    WEEK,
    added_up,
    companies_on,
    known_way,
    release_seen,
    step_time,
)

SignIn = Callable[[User], Client]
PAGE = "/admin/medidas/"
BOARD = "/admin/companies/company/tablero/"
# Numbers that nobody else has.
MINE, THEIRS = 61, 7_400


@pytest.fixture
def both(issuer: User, other_issuer: User) -> tuple[Company, Company]:
    """One company of each of two distributors, with a time and a stumble each."""
    assert issuer.company is not None
    assert other_issuer.company is not None
    release_seen()
    for company, seconds, code in ((issuer.company, MINE, "rfc"), (other_issuer.company, THEIRS, "unique")):
        step_time(company, seconds)
        for sort, name, said in (("try", "", ""), ("field", "rfc", code)):
            Stumble.objects.create(
                company=company,
                distributor=company.distributor,
                week=WEEK,
                release="1.0",
                step="datos-fiscales",
                sort=sort,
                name=name,
                code=said,
                times=3,
            )
    added_up()
    return issuer.company, other_issuer.company


def addresses(both: tuple[Company, Company]) -> list[str]:
    """The page as it can be asked for: each filter, each file, other people's distributors."""
    queries = ["", "paso=datos-fiscales", "version=1.0", f"desde={WEEK}&hasta={WEEK}", "archivo=tiempos"]
    queries += ["archivo=tropiezos", *(f"distribuidor={company.distributor_id}" for company in both)]
    queries += [f"distribuidor={company.distributor_id}&paso=datos-fiscales&version=1.0" for company in both]
    return [f"{PAGE}?{query}" for query in queries] + [BOARD]


def test_support_sees_both(both: tuple[Company, Company], sign_in: SignIn, support: User) -> None:
    page = sign_in(support).get(PAGE).text

    assert "2 empresas" in page
    assert "2.1 h" in page
    assert "ya lo tiene otra cuenta" in page
    assert "RFC" in page


def test_support_narrows_to_a_distributor(
    both: tuple[Company, Company], sign_in: SignIn, support: User
) -> None:
    page = sign_in(support).get(f"{PAGE}?distribuidor={both[1].distributor_id}").text

    assert "1 empresa" in page
    assert f"{MINE} s" not in page


def test_a_lead_sees_its_own_alone_whatever_it_asks_for(
    both: tuple[Company, Company], sign_in: SignIn, distributor: User
) -> None:
    """A single company of another's is as invisible as many."""
    client = sign_in(distributor)
    for address in addresses(both):
        page = client.get(address).text
        for theirs in (
            "2.1 h",
            str(THEIRS),
            "ya lo tiene otra cuenta",
            "2 empresas",
            "Distribuidora del Norte",
        ):
            assert theirs not in page, (address, theirs)
    assert f"{MINE} s" in client.get(PAGE).text


def test_the_owner_sees_all_and_others_nothing(
    both: tuple[Company, Company], sign_in: SignIn, owner: User, clerk: User, reader: User, issuer: User
) -> None:
    assert sign_in(owner).get(PAGE).status_code == 200
    for user in (clerk, reader):
        client = sign_in(user)
        assert client.get(PAGE).status_code == 403
        assert client.get(f"{PAGE}?archivo=tiempos").status_code == 403
        assert "Tiempos y tropiezos" not in client.get(BOARD).text
    assert sign_in(issuer).get(PAGE).status_code == 302


def test_a_company_that_moved_is_its_new_leads(
    both: tuple[Company, Company], sign_in: SignIn, distributor: User, other_distributor: User
) -> None:
    mine = both[0]
    mine.distributor = both[1].distributor
    mine.save(update_fields=["distributor"])

    before, after = sign_in(distributor).get(PAGE).text, sign_in(other_distributor).get(PAGE).text
    assert f"{MINE} s" not in before
    assert "rfc" not in sign_in(distributor).get(f"{PAGE}?archivo=tropiezos").text
    assert f"{MINE} s" in after


@pytest.mark.django_db
def test_before_anything_is_counted_it_says_so(sign_in: SignIn, support: User) -> None:
    page = sign_in(support).get(PAGE).text

    assert "Todavía no se ha contado nada" in page
    assert "nadie terminó ningún paso" in page
    assert "En estas semanas no hubo ninguno" in page


def test_it_says_until_when_it_counts_and_how(issuer: User, sign_in: SignIn, support: User) -> None:
    known_way(issuer)
    count()
    page = sign_in(support).get(PAGE).text

    assert "Cuenta hasta el" in page
    assert "30 minutos o menos" in " ".join(page.split())
    assert "<caption>" in page
    assert "style=" not in page
    for told in ("15 min", "2 días", "24 h", "3 h", "Sellos: ", "login_refused"):
        assert told in page, told


def test_a_step_is_told_by_week_release_and_distributor(
    both: tuple[Company, Company], sign_in: SignIn, support: User, distributor: User
) -> None:
    page = sign_in(support).get(f"{PAGE}?paso=datos-fiscales").text
    for caption in ("Por semana", "Por versión del sitio", "Por distribuidor"):
        assert f"<caption>{caption}</caption>" in page
    assert "Distribuidora del Norte" in page

    assert "Por distribuidor" not in sign_in(distributor).get(f"{PAGE}?paso=datos-fiscales").text


def test_every_number_leads_to_companies_of_its_own(
    both: tuple[Company, Company], sign_in: SignIn, support: User
) -> None:
    client = sign_in(support)
    for address in (PAGE, f"{PAGE}?paso=datos-fiscales"):
        context = client.get(address).context
        for line in [line for table in context["tables"] for line in table.lines]:
            for cell in line.cells:
                if cell.spread:
                    assert companies_on(client.get(cell.url)) == cell.spread.companies
                    assert companies_on(client.get(cell.slow_url)) >= 1
            assert companies_on(client.get(line.tries_url)) == line.tries.companies
        for line in context["stumbles"]:
            assert companies_on(client.get(line.url)) == line.companies


def test_the_board_has_a_picture_of_it(
    both: tuple[Company, Company], sign_in: SignIn, distributor: User
) -> None:
    page = sign_in(distributor).get(BOARD).text

    assert 'href="/admin/medidas/"' in page
    assert "<caption>Mediana de cada paso</caption>" in page
    assert f"{MINE} s" in page


def test_files_hold_seconds_and_codes(both: tuple[Company, Company], sign_in: SignIn, support: User) -> None:
    client = sign_in(support)
    times = client.get(f"{PAGE}?archivo=tiempos")
    assert times["Content-Type"].startswith("text/csv")
    assert [*csv.reader(times.text.removeprefix("\ufeff").splitlines())][1] == [
        *("Datos fiscales", "Activo", "2", str(MINE), str(THEIRS))
    ]
    rows = [*csv.reader(client.get(f"{PAGE}?archivo=tropiezos").text.splitlines())]
    assert rows[1][3:] == ["rfc", "3", "1"]


def test_it_costs_the_same_however_many(
    both: tuple[Company, Company], sign_in: SignIn, support: User
) -> None:
    client = sign_in(support)
    client.get(PAGE)
    costs = []
    for more in (0, 40):
        distributor = both[0].distributor
        companies = Company.objects.bulk_create(
            Company(distributor=distributor, name=f"E {more} {n}", rfc=f"EMP{n + more:06d}AB1")
            for n in range(more)
        )
        for n, company in enumerate(companies):
            step_time(company, n + 1, week=WEEK - timedelta(weeks=n % 4))
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{PAGE}?paso=datos-fiscales")
        costs.append(len(queries))
    assert StepTime.objects.count() > 40
    assert costs[0] == costs[1]
    assert costs[1] <= 16

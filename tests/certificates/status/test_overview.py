"""What the hub and the page of step 9 are told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from certificates import services
from certificates.models import Csd
from companies.models import Company
from tests.certificates.conftest import NOW, Issue, receive, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def test_changing_the_rfc_makes_a_valid_csd_a_problem(company: Company, issue: Issue) -> None:
    work(receive(company, issue()))
    assert services.csd_status(company).state == "valid"

    Company.objects.filter(pk=company.pk).update(rfc="EKU9003173C9")
    company.refresh_from_db()

    assert services.csd_status(company).state == "problem"
    assert services.overview(company).rfc_differs


def test_the_hub_costs_one_query_and_the_page_two(
    company: Company, issue: Issue, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    work(receive(company, issue()))

    with django_assert_num_queries(1):
        services.csd_status(company)
    with django_assert_num_queries(2):
        services.overview(company)


def test_a_new_csd_says_from_when_it_can_be_used(company: Company, issue: Issue) -> None:
    work(receive(company, issue(valid_from=NOW - timedelta(hours=5))))

    overview = services.overview(company)

    assert overview.csd is not None
    assert not overview.csd.is_usable
    assert overview.csd.usable_from == NOW + timedelta(hours=19)
    assert overview.csd.usable_until == NOW + timedelta(hours=67)
    assert "el SAT los activa" in overview.lead


def test_a_refusal_beside_an_active_csd_is_shown_for_a_day(company: Company, issue: Issue) -> None:
    work(receive(company, issue()))
    with pytest.raises(services.UploadRefused):
        receive(company, issue(kind="FIEL"))
    assert services.overview(company).state == "refused"

    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert services.overview(company).state == "valid"


def test_a_refusal_beside_a_waiting_pair_leaves_it_waiting(company: Company, issue: Issue) -> None:
    work(receive(company, issue(), b"equivocada"))
    with pytest.raises(services.UploadRefused):
        receive(company, issue(kind="FIEL"))

    overview = services.overview(company)

    assert overview.state == "waiting_password"
    assert overview.report == ()


def test_before_anything_was_uploaded_it_says_what_to_bring(company: Company) -> None:
    overview = services.overview(company)

    assert (overview.state, overview.report, overview.diagnosis_code) == ("none", (), "")
    assert services.csd_status(company).state == "none"


def test_while_the_task_runs_every_check_is_announced(company: Company, issue: Issue) -> None:
    receive(company, issue())

    overview = services.overview(company)

    assert overview.state == "validating"
    assert len(overview.report) == 13
    assert all(line.skipped for line in overview.report)
    assert services.csd_status(company).state == "validating"


def test_a_valid_pair_shows_number_rfc_branch_and_validity(company: Company, issue: Issue) -> None:
    work(receive(company, issue(branch="Peñón", number="30001000000512345678")))

    overview = services.overview(company)

    assert overview.csd is not None
    assert (overview.csd.number, overview.csd.branch) == ("30001000000512345678", "Peñón")
    assert overview.diagnosis_code.startswith("CSD-")
    assert services.csd_status(company).number == "30001000000512345678"


def test_a_refusal_counts_what_is_well_and_what_is_not(company: Company, issue: Issue) -> None:
    work(receive(company, issue(valid_from=NOW - timedelta(days=2000))))

    overview = services.overview(company)

    assert overview.lead == (
        "Revisamos los dos archivos y la contraseña. Doce puntos están bien; uno hay que corregirlo."
    )
    assert [problem.code for problem in overview.problems] == ["validity"]


def test_an_expired_csd_becomes_a_problem_by_itself(company: Company, issue: Issue) -> None:
    work(receive(company, issue()))

    with time_machine.travel(NOW + timedelta(days=2000), tick=False):
        assert services.csd_status(company).state == "problem"
        assert services.overview(company).heading == "Sus sellos ya vencieron"


def test_where_nothing_could_be_read_it_counts_what_is_wrong_only(company: Company, issue: Issue) -> None:
    pair = issue()
    with pytest.raises(services.UploadRefused):
        receive(company, replace(pair, certificate=pair.key, key=pair.certificate))

    lead = services.overview(company).lead

    assert lead == "Revisamos lo que subió. Hay que corregir un punto para poder revisar lo demás."


def test_once_the_sat_has_a_new_csd_nothing_says_to_wait(company: Company, issue: Issue) -> None:
    csd = receive(company, issue(valid_from=NOW - timedelta(hours=5)))
    work(csd)
    assert "Espere" in " ".join(line.action for line in services.overview(company).report)

    Csd.objects.update(usable_since=NOW)

    overview = services.overview(company)
    assert "Espere" not in " ".join(line.action for line in overview.report)
    assert overview.lead.startswith("El SAT ya los acepta")

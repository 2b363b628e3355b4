"""A question to the SAT from its row to its answer: by permission, counted, and forgotten in time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone

from companies.csf import validator
from companies.csf.result import CsfResult, CsfSource, CsfValue, ValueState
from companies.csf.validator import QUERIES_PER_HOUR, TooManyQueries, ValidatorOverview, overview, start
from companies.csf.validator_client import SECONDS
from companies.csf.validator_page import LIMITS
from companies.models import Company, User, ValidatorQuery
from companies.tasks import forget_sat_answers
from facturamos.devserver import validator_pages as pages
from facturamos.devserver.tls import LocalAuthority
from facturamos.devserver.validator import Validator
from facturamos.jobs import tasks
from facturamos.jobs.pauses import MAX_CRASHES
from onboarding.backoffice.company_deletion import services

ID_CIF = "15010000001"


@pytest.fixture
def company(issuer: User) -> Company:
    assert issuer.company is not None
    return issuer.company


def run(query: ValidatorQuery) -> ValidatorQuery:
    """Does the work as a worker would."""
    tasks.run(query._meta.label_lower, str(query.pk))
    query.refresh_from_db()
    return query


def asked(company: Company, id_cif: str = ID_CIF) -> ValidatorOverview:
    """Asks, answers, and looks."""
    run(start(company, None, id_cif))
    return overview(company)


def test_an_answer_is_what_the_pdf_would_say(permitted: None, company: Company, sat: Validator) -> None:
    shown = asked(company)

    assert (shown.state, shown.running) == ("read", False)
    assert shown.result is not None
    assert (shown.result.rfc, shown.result.issued_on) == (company.rfc, timezone.localdate())
    assert shown.result.text("name") == "PANADERÍA LA ÑAPA & HIJOS"
    assert shown.result.regimes == ("601",)
    assert len(sat.asked) == 1


@pytest.mark.parametrize(
    ("mode", "code", "words"),
    [
        ("404", "not_found", "El SAT no encontró"),
        ("409", "other_rfc", "otro RFC"),
        ("406", "unknown_page", "una página que no conocemos"),
        ("302", "unknown_page", "una página que no conocemos"),
        ("413", "unknown_page", "una página que no conocemos"),
        ("400", "no_answer", "no contesta"),
        ("500", "no_answer", "no contesta"),
    ],
)
def test_whatever_goes_wrong_is_one_sentence_and_the_pdf(
    permitted: None, company: Company, mode: str, code: str, words: str
) -> None:
    shown = asked(company, f"15010000{mode}")

    assert (shown.state, shown.result) == ("failed", None)
    assert words in shown.message
    assert "PDF" in shown.message
    assert ValidatorQuery.objects.get().code == code


def test_a_certificate_that_is_not_the_sats_is_one_too(
    permitted: None, company: Company, settings: Any, tmp_path: Any
) -> None:
    LocalAuthority("Otra autoridad").write(tmp_path / "otra.pem")
    settings.SAT_VALIDATOR_AUTHORITY = str(tmp_path / "otra.pem")

    assert "No pudimos comprobar que quien contesta es el SAT" in asked(company).message


def test_without_permission_nobody_is_asked(
    permitted: None, company: Company, settings: Any, sat: Validator
) -> None:
    settings.SAT_VALIDATOR = "off"

    assert asked(company).state == "failed"
    assert sat.asked == []


def test_it_is_off_unless_somebody_switches_it_on(settings: Any) -> None:
    assert settings.SAT_VALIDATOR == "off"
    assert not validator.is_on()


def test_nothing_private_and_no_number_stays_in_the_row(
    permitted: None, other_issuer: User, company: Company, sat: Validator
) -> None:
    assert other_issuer.company is not None
    page = pages.found(pages.person(other_issuer.company.rfc))
    assert "HGTXXS09" in page

    query = run(start(other_issuer.company, None, ID_CIF))

    assert query.code == "read"
    kept = repr(ValidatorQuery.objects.values().get())
    for private in ("HGTXXS09", "01-01-1980", "contacto@example.com", ID_CIF):
        assert private not in kept


def test_a_dead_question_keeps_no_number(company: Company) -> None:
    query = start(company, None, ID_CIF)
    for _ in range(MAX_CRASHES):
        ValidatorQuery.objects.filter(pk=query.pk).update(run_after=timezone.now())
        claimed = ValidatorQuery.objects.claim(query.pk)
        assert claimed is not None
        claimed.crash("el proceso se detuvo")

    query.refresh_from_db()
    assert (query.state, query.id_cif) == ("dead", "")
    assert overview(company).state == "failed"
    query.retry()
    assert run(query).code == "no_answer"


def test_two_clicks_ask_once(permitted: None, company: Company) -> None:
    assert start(company, None, ID_CIF).pk == start(company, None, ID_CIF).pk


def test_a_company_asks_so_often_and_no_more(permitted: None, company: Company, other_issuer: User) -> None:
    for _ in range(QUERIES_PER_HOUR):
        run(start(company, None, "15010000404"))

    with pytest.raises(TooManyQueries, match="la última hora"):
        start(company, None, ID_CIF)

    assert other_issuer.company is not None
    start(other_issuer.company, None, ID_CIF)
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        start(company, None, ID_CIF)


def test_one_is_asked_about_after_the_other(
    permitted: None, company: Company, other_issuer: User, sat: Validator
) -> None:
    assert other_issuer.company is not None
    first, second = (start(each, None, ID_CIF) for each in (company, other_issuer.company))
    assert ValidatorQuery.objects.claim(first.pk) is not None

    run(second)

    assert (second.state, second.crashes, sat.asked) == ("queued", 0, [])
    assert second.run_after > timezone.now()


def test_a_question_that_waited_too_long_is_not_asked(
    permitted: None, company: Company, sat: Validator
) -> None:
    query = start(company, None, ID_CIF)
    late = timezone.now() + validator.LOST_AFTER + timedelta(seconds=1)

    with time_machine.travel(late):
        assert overview(company).state == "failed"
        assert run(query).code == "no_answer"

    assert sat.asked == []


def test_the_company_may_have_another_rfc_by_now(permitted: None, company: Company, sat: Validator) -> None:
    run(start(company, None, ID_CIF))

    company.rfc = "EKU9003173C9"
    company.save(update_fields=["rfc"])

    assert overview(company).state == "none"


def test_the_rfc_is_asked_about_as_it_is_now(permitted: None, company: Company, sat: Validator) -> None:
    query = start(company, None, ID_CIF)
    Company.objects.filter(pk=company.pk).update(rfc="EKU9003173C9")

    run(query)

    assert sat.asked[0].endswith("_EKU9003173C9")


def test_an_answer_is_forgotten_after_its_hour(permitted: None, company: Company) -> None:
    query = run(start(company, None, ID_CIF))
    forget_sat_answers()
    query.refresh_from_db()
    assert query.answer is not None

    with time_machine.travel(timezone.now() + validator.LIFETIME + timedelta(minutes=1)):
        assert overview(company).state == "none"
        forget_sat_answers()

    query.refresh_from_db()
    assert (query.answer, query.code) == (None, "read")


def test_a_number_without_an_answer_is_forgotten_too(permitted: None, company: Company) -> None:
    query = run(start(company, None, "15010000404"))
    forget_sat_answers()
    assert overview(company).id_cif == "15010000404"

    with time_machine.travel(timezone.now() + validator.LIFETIME + timedelta(minutes=1)):
        forget_sat_answers()

    query.refresh_from_db()
    assert (query.id_cif, query.code) == ("", "not_found")


def test_a_deleted_company_is_asked_about_no_more(permitted: None, company: Company, sat: Validator) -> None:
    query = start(company, None, ID_CIF)
    with transaction.atomic():
        services.delete(company, reason="Lo pidió por escrito")

    run(query)

    assert sat.asked == []


def test_an_answer_lies_in_its_row_and_comes_back_whole() -> None:
    result = CsfResult(
        ok=True,
        code="read",
        message="Leído.",
        source=CsfSource.VALIDATOR,
        rfc="PNA190312AB1",
        issued_on=timezone.localdate(),
        status="ACTIVO",
        values={"name": CsfValue("ÑAPA", ValueState.DOUBTFUL, "Dos veces"), "street": CsfValue()},
        regimes=("601", "626"),
        unknown_regimes=("Otro",),
        remarks=("Solo una parte.",),
    )

    for each in (result, replace(result, issued_on=None, regimes=())):
        assert validator.loaded(validator.dumped(each)) == each


def test_the_slowest_question_ends_before_its_worker_does() -> None:
    assert SECONDS + LIMITS.seconds < ValidatorQuery.TIME_LIMIT.total_seconds()


@pytest.mark.parametrize(
    "place",
    ["10.0.0.7:443", "siat.sat.gob.mx:443", "localhost:443", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:0"],
)
def test_only_this_machine_may_stand_in(settings: Any, place: str) -> None:
    settings.SAT_VALIDATOR_STAND_IN = place

    with pytest.raises(ImproperlyConfigured, match="SAT_VALIDATOR_STAND_IN"):
        validator.stand_in()

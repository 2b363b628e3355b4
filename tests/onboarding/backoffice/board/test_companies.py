"""«Tablero»: which companies, where each stands, and what keeps it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from certificates.models import Csd, Diagnosis
from companies.models import Company, NoticeAcceptance, PrivacyNotice, User
from onboarding.backoffice.board import companies, filters
from onboarding.backoffice.board.counts import counts
from onboarding.backoffice.board.kept_counts import KeptCounts
from onboarding.models import Onboarding, StepState
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.stepper import total
from tests.conftest import make_issuer
from tests.onboarding.backoffice.rows import published_notice

SignIn = Callable[[User], Client]
BOARD = "/admin/companies/company/tablero/"
# As where somebody sees few companies, and as where beat counts many, of which a filter finds one or all.
COUNTED = pytest.mark.parametrize("counted", [None, 1, filters.MOST_KEYS + 1])


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


def entered(user: User, days_ago: int = 0) -> None:
    User.objects.filter(pk=user.pk).update(last_login=timezone.now() - timedelta(days=days_ago))


def keep_count(distributor: User, name: str, number: int | None) -> None:
    """What beat counted of a filter; None for nothing."""
    if number is not None:
        KeptCounts.objects.create(
            distributor=distributor.distributor,
            found={name: number},
            counted_at=timezone.now(),
            took=timedelta(0),
        )


def finish(user: User) -> None:
    Onboarding.objects.filter(company=user.company).update(finished_at=timezone.now(), finished_by=user)


def csd(company: Company, state: str = "active", **changes: Any) -> Csd:
    now = timezone.now()
    values = {
        "number": "30001000000500003416",
        "rfc": company.rfc,
        "valid_from": now - timedelta(days=100),
        "valid_to": now + timedelta(days=300),
        "certificate": b"DER",
        "certificate_sha256": "0" * 64,
        "key_sha256": "1" * 64,
    }
    if state in Csd.CANDIDATE:
        values["draft_until"] = now + timedelta(minutes=30)
    return Csd.objects.create(company=company, state=state, **(values | changes))


def names(user: User, wanted: str = "", words: str = "") -> list[str]:
    asked = companies.Asked(wanted, words)
    found = list(companies.find_moves(user, asked).rows.values_list("company__rfc", flat=True))
    if not words:
        assert counts(user).of(wanted) == len(found)
    return found


def row_of(user: User) -> companies.Row:
    [row] = companies.rows([company_of(user).pk])
    return row


def test_a_distributor_sees_its_companies_and_nobody_elses(
    sign_in: SignIn, distributor: User, issuer: User, other_issuer: User
) -> None:
    page = sign_in(distributor).get(BOARD).content.decode()
    assert "PANADERÍA LA ÑAPA" in page
    assert f"1 de {total(STEPS)}" in page
    assert "NÚÑEZ" not in page
    assert "NUPJ800101AB2" not in page


def test_support_sees_all_with_their_distributors(
    sign_in: SignIn, support: User, issuer: User, other_issuer: User
) -> None:
    page = sign_in(support).get(BOARD).content.decode()
    assert "Distribuidora del Bajío" in page
    assert "JOSÉ NÚÑEZ PEÑA" in page


def test_a_deleted_company_is_not_on_the_board(support: User, issuer: User) -> None:
    Company.objects.update(deleted_at=timezone.now())
    assert names(support) == []


def test_who_has_not_signed_in_stands_at_step_one(issuer: User) -> None:
    row = row_of(issuer)
    assert (row.reached, row.total) == (1, 12)
    assert row.blocked.text == "No ha entrado, y no se le han enviado credenciales."


def test_the_step_reached_is_the_first_that_is_missing(issuer: User) -> None:
    entered(issuer)
    assert row_of(issuer).reached == 2
    assert row_of(issuer).blocked.text == "Falta «Aviso de privacidad»."
    finish(issuer)
    assert row_of(issuer).reached == 12


def test_days_idle_run_from_the_last_that_happened(issuer: User) -> None:
    Company.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert row_of(issuer).idle_days == 30
    entered(issuer, days_ago=9)
    assert row_of(issuer).idle_days == 9
    onboarding = Onboarding.objects.get(company=issuer.company)
    StepState.objects.create(
        onboarding=onboarding, slug="datos-fiscales", saved_at=timezone.now() - timedelta(days=3)
    )
    assert row_of(issuer).idle_days == 3


def test_the_filters(distributor: User, issuer: User) -> None:
    company = company_of(issuer)
    Company.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert names(distributor, "sin-entrar") == ["PNA190312AB1"]
    assert names(distributor, "en-camino") == []
    assert names(distributor, "detenida") == []
    entered(issuer, days_ago=8)
    assert names(distributor, "sin-entrar") == []
    assert names(distributor, "detenida") == ["PNA190312AB1"]
    assert names(distributor, "en-camino") == ["PNA190312AB1"]
    onboarding = Onboarding.objects.get(company=company)
    StepState.objects.create(onboarding=onboarding, slug="documentos", saved_at=timezone.now())
    assert names(distributor, "detenida") == []
    csd(company, valid_to=timezone.now() + timedelta(days=20))
    assert names(distributor, "por-vencer") == ["PNA190312AB1"]
    assert names(distributor, "terminada") == []
    assert names(distributor, "por-terminar") == ["PNA190312AB1"]
    finish(issuer)
    assert names(distributor, "terminada") == ["PNA190312AB1"]
    assert names(distributor, "por-terminar") == []


def test_a_made_up_filter_or_order_is_the_usual_one(sign_in: SignIn, distributor: User, issuer: User) -> None:
    asked = companies.Asked.of(QueryDict("estado=inventado&orden=inventado&q=a%00b"))
    assert asked == companies.Asked("", "ab", "espera")
    page = sign_in(distributor).get(BOARD, {"estado": "inventado", "q": "\0"})
    assert "PANADERÍA LA ÑAPA" in page.content.decode()


@COUNTED
def test_the_filter_of_the_csd_agrees_with_the_step(
    distributor: User, issuer: User, counted: int | None
) -> None:
    keep_count(distributor, "con-problema-en-sellos", counted)
    now = timezone.now()
    past, future = now - timedelta(days=1), now + timedelta(hours=1)
    cases: list[list[dict[str, Any]]] = [
        [],
        [{}],
        [{"valid_to": past}],
        [{"rfc": "AAA010101AAA"}],
        [{"state": "validating", "draft_until": future}],
        [{"state": "validating", "draft_until": past}],
        [{"state": "waiting_password", "draft_until": future}],
        [{"state": "refused"}],
        [{"state": "replaced"}],
        [{"state": "refused", "uploaded_at": past}, {}],
        [{"uploaded_at": past}, {"state": "refused"}],
        [{"state": "refused", "uploaded_at": past}, {"state": "validating", "draft_until": future}],
        [{"state": "replaced"}, {"state": "refused", "uploaded_at": past}],
    ]
    csd_step = next(step for step in STEPS if step.slug == "sellos")
    for case in cases:
        Csd.objects.all().delete()
        for changes in case:
            csd(company_of(issuer), **changes)
        status = csd_step.status(Progress.of(issuer))
        found = names(distributor, "con-problema-en-sellos")
        assert found == (["PNA190312AB1"] if status == "problem" else []), case


@COUNTED
def test_the_filter_of_the_csd_finds_what_the_request_refused(
    distributor: User, issuer: User, counted: int | None
) -> None:
    keep_count(distributor, "con-problema-en-sellos", counted)
    now = timezone.now()
    refused = [{"code": "file", "state": "bad", "title": "Es una FIEL", "message": ""}]
    reports: list[list[tuple[bool, list[dict[str, str]]]]] = [
        [(False, refused)],
        [(True, [])],
        [(False, [])],
        [(True, []), (False, refused)],
        [(False, refused), (True, [])],
    ]
    csd_step = next(step for step in STEPS if step.slug == "sellos")
    for stored in ("", "replaced", "active"):
        for case in reports:
            Diagnosis.objects.all().delete()
            Csd.objects.all().delete()
            if stored:
                csd(company_of(issuer), stored)
            for number, (ok, report) in enumerate(case):
                Diagnosis.objects.create(
                    code=f"CSD-{number}",
                    company=company_of(issuer),
                    ok=ok,
                    for_support=False,
                    report=report,
                    created_at=now + timedelta(seconds=number),
                )
            status = csd_step.status(Progress.of(issuer))
            found = names(distributor, "con-problema-en-sellos")
            assert found == (["PNA190312AB1"] if status == "problem" else []), (stored, case)
            assert (status == "problem") == (stored != "active" and case[-1] == (False, refused))


@pytest.mark.parametrize(
    "words", ["ñapa", "PANADERÍA la", "pna190312", "panaderia@EXAMPLE", "panaderia", "F0"]
)
def test_search_finds_by_name_rfc_code_and_mail(
    distributor: User, issuer: User, other_issuer: User, words: str
) -> None:
    assert names(distributor, words=words) == ["PNA190312AB1"]


def test_search_finds_nothing_of_others(distributor: User, issuer: User, other_issuer: User) -> None:
    for words in ("jose@example.com", "NUPJ800101AB2", company_of(other_issuer).code, "100%"):
        assert names(distributor, words=words) == []


def test_it_costs_the_same_whatever_the_number_of_companies(
    sign_in: SignIn, distributor: User, issuer: User
) -> None:
    client = sign_in(distributor)
    client.get(BOARD)
    with CaptureQueriesContext(connection) as one:
        client.get(BOARD)
    for number in range(10, 18):
        user = make_issuer(
            distributor, name=f"EMPRESA {number}", rfc=f"AAA1903{number}AB1", username=f"usuario{number}"
        )
        entered(user)
        csd(company_of(user))
    with CaptureQueriesContext(connection) as many:
        client.get(BOARD)
    assert len(many) == len(one) <= 27


def test_pages_follow_each_other(
    sign_in: SignIn, distributor: User, issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_issuer(distributor, name="SEGUNDA", rfc="SEG190312AB1", username="segunda")
    Company.objects.filter(name="SEGUNDA").update(created_at=timezone.now() - timedelta(days=1))
    monkeypatch.setattr(companies, "PAGE", 1)
    client = sign_in(distributor)
    first = client.get(BOARD, {"q": "19"}).content.decode()
    assert "SEGUNDA" in first
    assert "PANADERÍA" not in first
    assert "?q=19&amp;p=2" in first
    second = client.get(BOARD, {"q": "19", "p": "2"}).content.decode()
    assert "PANADERÍA" in second
    assert "Siguientes" not in second


def test_who_waits_longest_stands_first_and_who_finished_last(distributor: User) -> None:
    for number, (days, done) in enumerate([(1, False), (9, False), (30, True), (5, False)]):
        user = make_issuer(
            distributor, name=f"E{number}", rfc=f"AAA1903{10 + number}AB1", username=f"u{number}"
        )
        Company.objects.filter(users=user).update(created_at=timezone.now() - timedelta(days=days))
        if done:
            finish(user)
    by_order = {
        order: [
            one.company.name for one in companies.find_moves(distributor, companies.Asked(order=order)).rows
        ]
        for order in companies.ORDERS
    }
    assert by_order == {
        "espera": ["E1", "E3", "E0", "E2"],
        "movimiento": ["E0", "E3", "E1", "E2"],
        "recientes": ["E3", "E2", "E1", "E0"],
    }


def test_a_new_notice_sends_nobody_back(distributor: User, issuer: User) -> None:
    entered(issuer)
    notice = published_notice()
    onboarding = Onboarding.objects.get(company=issuer.company)
    NoticeAcceptance.objects.create(
        notice=notice, company=company_of(issuer), user=issuer, sha256=notice.sha256, address="192.0.2.1"
    )
    StepState.note_saved(onboarding, [STEPS[0].slug])
    before = row_of(issuer)
    assert before.reached == 3
    newer = PrivacyNotice.objects.create(version="2.0", text="Otro aviso.")
    newer.publish()
    after = row_of(issuer)
    assert (after.reached, after.blocked.text) == (before.reached, before.blocked.text)
    assert after.blocked.others == before.blocked.others + 1
    assert names(distributor, "en-camino") == ["PNA190312AB1"]


@pytest.mark.parametrize("asked", ["0", "-1", "x", "99999999999999", "9999999", "²"])
def test_a_made_up_page_is_no_error(sign_in: SignIn, distributor: User, issuer: User, asked: str) -> None:
    assert sign_in(distributor).get(BOARD, {"p": asked}).status_code == 200

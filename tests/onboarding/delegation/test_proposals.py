"""What a proposal's link fills in: signed, of one company and step, for a week."""

from datetime import timedelta

import pytest

from companies.models import Company, User
from onboarding.delegation import proposals
from onboarding.delegation.proposals import ProposedDelegate, read, token


def company_of(user: User) -> Company:
    assert user.company is not None
    return user.company


@pytest.fixture
def link(issuer: User) -> str:
    return token(ProposedDelegate(company_of(issuer).pk, "sellos", "Ana", "ana@example.com"))


def test_it_fills_in_its_own_step_of_its_own_company(issuer: User, other_issuer: User, link: str) -> None:
    assert read(link, company_of(issuer), "sellos") == {"name": "Ana", "email": "ana@example.com"}
    assert read(link, company_of(issuer), "correo") == {}
    assert read(link, company_of(other_issuer), "sellos") == {}


@pytest.mark.parametrize("text", ["", "x", ":", "a:b:c", "ñ" * 5000])
def test_what_nobody_of_ours_wrote_fills_in_nothing(issuer: User, text: str) -> None:
    assert read(text, company_of(issuer), "sellos") == {}


def test_after_a_week_it_fills_in_nothing(issuer: User, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "LIFETIME", timedelta(seconds=-1))
    assert read(link, company_of(issuer), "sellos") == {}

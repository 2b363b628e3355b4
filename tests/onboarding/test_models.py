"""The view that every page reads tells what the rows say."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from companies.models import Address, Company, DocumentType, NoticeAcceptance, PrivacyNotice, User
from onboarding.models import Onboarding, OnboardingFacts, StepState
from tests.onboarding.answers import ADDRESS

pytestmark = pytest.mark.django_db


def company_of(issuer: User) -> Company:
    assert issuer.company is not None
    return issuer.company


def facts_of(issuer: User) -> OnboardingFacts:
    return OnboardingFacts.objects.get(onboarding__company=issuer.company_id)


def unknown_of(issuer: User) -> dict[str, str]:
    return dict(facts_of(issuer).unknown_postal_codes)


def publish(version: str) -> PrivacyNotice:
    notice = PrivacyNotice(version=version, text="Cuidamos sus datos.")
    notice.publish()
    return notice


def test_a_new_company_has_nothing_yet(issuer: User) -> None:
    facts = facts_of(issuer)

    assert (facts.step_states, facts.notice) == ([], None)
    assert not facts.notice_accepted
    assert not facts.has_fiscal_address
    assert not facts.has_issuing_address
    assert facts.document_kinds == []


def test_the_notice_in_force_is_the_one_published_last(issuer: User) -> None:
    PrivacyNotice.objects.create(version="draft", text="Todavía no.")
    older, newer = publish("1"), publish("2")
    assert facts_of(issuer).notice == PrivacyNotice.objects.in_force() == newer

    for notice, accepted in ((older, False), (newer, True)):
        NoticeAcceptance.objects.create(
            company=company_of(issuer), user=issuer, notice=notice, sha256=notice.sha256, address="127.0.0.1"
        )
        assert facts_of(issuer).notice_accepted is accepted


def test_of_two_published_at_once_the_later_row_is_in_force(issuer: User) -> None:
    moment = timezone.now()
    notices = [PrivacyNotice(version=version, text="Aviso", published_at=moment) for version in "AB"]
    PrivacyNotice.objects.bulk_create(notices)

    assert facts_of(issuer).notice == PrivacyNotice.objects.in_force() == notices[1]


@pytest.mark.parametrize("kind", ["fiscal", "issuing"])
def test_each_address_is_its_own_fact(issuer: User, other_issuer: User, kind: str) -> None:
    fact = f"has_{kind}_address"
    Address.objects.create(company=company_of(issuer), kind=kind, **ADDRESS)

    facts = facts_of(issuer)

    assert [name for name in ("has_fiscal_address", "has_issuing_address") if getattr(facts, name)] == [fact]
    assert not getattr(facts_of(other_issuer), fact)


def test_the_kinds_of_documents_come_along(issuer: User, other_issuer: User) -> None:
    for kind in (DocumentType.Kind.INVOICE, DocumentType.Kind.FEES):
        DocumentType.objects.create(company=company_of(issuer), kind=kind)

    assert facts_of(issuer).document_kinds == ["invoice", "fees"]
    assert facts_of(other_issuer).document_kinds == []


def test_what_is_stored_of_each_step_comes_along(issuer: User) -> None:
    onboarding = Onboarding.objects.get(company=company_of(issuer))
    saved = timezone.now() - timedelta(days=1)
    StepState.objects.create(onboarding=onboarding, slug="usuario", saved_at=saved)
    StepState.objects.create(onboarding=onboarding, slug="logotipo", omitted=True, note="Suba su «Ñ».")

    states = {slug: state for slug, *state in facts_of(issuer).step_states}

    saved_at, *others = states["usuario"]
    assert datetime.fromisoformat(saved_at) == saved
    assert others == ["false", ""]
    assert states["logotipo"] == [None, "true", "Suba su «Ñ»."]


def test_postal_codes_that_the_catalogue_does_not_have_are_named(issuer: User, other_issuer: User) -> None:
    company = company_of(issuer)
    assert unknown_of(issuer) == {}
    for kind in ("fiscal", "issuing"):
        Address.objects.create(company=company, kind=kind, **ADDRESS)
    assert unknown_of(issuer) == {}

    Company.objects.filter(pk=company.pk).update(expedition_place="00001")
    company.addresses.update(postal_code="00002")
    assert unknown_of(issuer) == {"place": "00001", "fiscal": "00002", "issuing": "00002"}

    company.addresses.filter(kind="issuing").update(follows_fiscal=True)
    assert unknown_of(issuer) == {"place": "00001", "fiscal": "00002"}
    assert unknown_of(other_issuer) == {}

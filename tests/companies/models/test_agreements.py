"""Who accepted which notice, from where, is kept once."""

import pytest

from companies.models import NoticeAcceptance, PrivacyNotice, User


@pytest.fixture
def notice(db: None) -> PrivacyNotice:
    notice = PrivacyNotice.objects.create(version="2026-1", text="Cuidamos sus datos.")
    notice.publish()
    return notice


def test_accepting_a_notice_leaves_evidence(issuer: User, notice: PrivacyNotice) -> None:
    assert issuer.company is not None

    acceptance = notice.accept(issuer.company, issuer, "192.0.2.1", "Firefox")

    assert acceptance.sha256 == notice.sha256
    assert (acceptance.user, acceptance.address, acceptance.browser) == (issuer, "192.0.2.1", "Firefox")


def test_accepting_twice_is_accepting_once(issuer: User, notice: PrivacyNotice) -> None:
    assert issuer.company is not None

    first = notice.accept(issuer.company, issuer, "192.0.2.1", "Firefox")
    again = notice.accept(issuer.company, issuer, "192.0.2.2", "Chrome")

    assert first.pk == again.pk
    assert NoticeAcceptance.objects.get().address == "192.0.2.1"

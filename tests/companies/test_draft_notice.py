"""A fresh site's draft of the notice comes once, and never beside one of the owner's."""

import pytest

from companies.draft_notice import leave_draft
from companies.models import PrivacyNotice

pytestmark = pytest.mark.django_db


def test_a_fresh_site_has_one() -> None:
    PrivacyNotice.objects.all().delete()
    leave_draft("default")
    leave_draft("default")
    assert [notice.version for notice in PrivacyNotice.objects.all()] == ["borrador"]
    assert PrivacyNotice.objects.in_force() is None


def test_who_has_a_notice_gets_no_draft() -> None:
    PrivacyNotice.objects.all().delete()
    PrivacyNotice.objects.create(version="1.0", text="Aviso.")
    leave_draft("default")
    assert [notice.version for notice in PrivacyNotice.objects.all()] == ["1.0"]

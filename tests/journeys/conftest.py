"""What goes through several apps has the fixtures of each."""

from tests.certificates.conftest import company, issue
from tests.mailing.conftest import note
from tests.onboarding.conftest import authority, notice, pair, tab

__all__ = ["authority", "company", "issue", "note", "notice", "pair", "tab"]

"""The models of the back office, each in the room it belongs to."""

from onboarding.backoffice.account_import.models import AccountImport, ImportFile, ImportRow
from onboarding.backoffice.history.models import StaffAction
from onboarding.backoffice.notes.models import CompanyNote

__all__ = ["AccountImport", "CompanyNote", "ImportFile", "ImportRow", "StaffAction"]

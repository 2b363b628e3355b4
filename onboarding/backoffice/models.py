"""The models of the back office, each in the room it belongs to."""

from onboarding.backoffice.account_import.models import AccountImport, ImportFile, ImportRow

__all__ = ["AccountImport", "ImportFile", "ImportRow"]

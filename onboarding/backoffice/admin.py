"""The pages of the back office, registered with admin."""

from onboarding.backoffice.account_import.pages import AccountImportAdmin
from onboarding.backoffice.companies.admin import AccountAdmin

__all__ = ["AccountAdmin", "AccountImportAdmin"]

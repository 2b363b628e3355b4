"""The pages of the back office, registered with admin."""

from onboarding.backoffice.account_import.pages import AccountImportAdmin
from onboarding.backoffice.companies.admin import AccountAdmin
from onboarding.backoffice.search.views import search_view

__all__ = ["AccountAdmin", "AccountImportAdmin", "search_view"]

"""The pages of the back office, registered with admin."""

from onboarding.backoffice.account_import.pages import AccountImportAdmin
from onboarding.backoffice.companies.admin import AccountAdmin
from onboarding.backoffice.companies.homes import company_home
from onboarding.backoffice.first_steps.views import first_steps_page

__all__ = ["AccountAdmin", "AccountImportAdmin", "company_home", "first_steps_page"]

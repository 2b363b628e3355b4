"""The pages of the back office, registered with admin."""

from django.urls import path

from facturamos.admin.scoping import HISTORY
from facturamos.admin.site import site
from onboarding.backoffice.account_import.pages import AccountImportAdmin
from onboarding.backoffice.companies.admin import AccountAdmin
from onboarding.backoffice.history.pages import history_page, person_page

__all__ = ["AccountAdmin", "AccountImportAdmin"]

HISTORY.append(history_page)
site().pages.append(path("personas/<int:pk>/", person_page, name="persona"))

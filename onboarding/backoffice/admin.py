"""The pages of the back office, registered with admin."""

from django.urls import path

from facturamos.admin.scoping import HISTORY
from facturamos.admin.site import site
from onboarding.backoffice.account_import.pages import AccountImportAdmin
from onboarding.backoffice.board.export_admin import BoardExportAdmin
from onboarding.backoffice.bulk_actions.admin import BulkRunAdmin
from onboarding.backoffice.companies.admin import AccountAdmin
from onboarding.backoffice.companies.homes import company_home
from onboarding.backoffice.first_steps.views import first_steps_page
from onboarding.backoffice.history.pages import history_page, person_page

__all__ = [
    "AccountAdmin",
    "AccountImportAdmin",
    "BoardExportAdmin",
    "BulkRunAdmin",
    "company_home",
    "first_steps_page",
]

HISTORY.append(history_page)
site().pages.append(path("personas/<int:pk>/", person_page, name="persona"))

"""The pages of the back office, registered with admin."""

from facturamos.admin.scoping import HISTORY
from facturamos.admin.site import AdminPage, site
from onboarding.backoffice.account_import.pages import AccountImportAdmin
from onboarding.backoffice.board.export_admin import BoardExportAdmin
from onboarding.backoffice.bulk_actions.admin import BulkRunAdmin
from onboarding.backoffice.companies.admin import AccountAdmin
from onboarding.backoffice.companies.homes import company_home
from onboarding.backoffice.first_steps.views import first_steps_page
from onboarding.backoffice.history.pages import history_page, person_page
from onboarding.backoffice.measures.pages import measures_page
from onboarding.backoffice.search.views import search_view

__all__ = [
    "AccountAdmin",
    "AccountImportAdmin",
    "BoardExportAdmin",
    "BulkRunAdmin",
    "company_home",
    "first_steps_page",
    "measures_page",
    "search_view",
]

HISTORY.append(history_page)
site().pages.append(AdminPage("personas/<int:pk>/", "persona", person_page))

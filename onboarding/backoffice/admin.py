"""The pages of the back office, registered with admin."""

from onboarding.backoffice.account_import.pages import AccountImportAdmin
from onboarding.backoffice.board.export_admin import BoardExportAdmin
from onboarding.backoffice.bulk_actions.admin import BulkRunAdmin
from onboarding.backoffice.companies.admin import AccountAdmin

__all__ = ["AccountAdmin", "AccountImportAdmin", "BoardExportAdmin", "BulkRunAdmin"]

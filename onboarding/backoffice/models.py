"""The models of the back office, each in the room it belongs to."""

from onboarding.backoffice.account_import.models import AccountImport, ImportFile, ImportRow
from onboarding.backoffice.board.kept_counts import KeptCounts
from onboarding.backoffice.board.models import (
    BoardExport,
    ExportPart,
    LastMove,
    MovingCompany,
    MovingOnboarding,
    MovingStep,
    MovingUser,
    SavedFilter,
)
from onboarding.backoffice.bulk_actions.models import BulkRun
from onboarding.backoffice.history.models import StaffAction
from onboarding.backoffice.measures.models import MeasuredCompany, SeenRelease, StepTime, Stumble, TimeCount
from onboarding.backoffice.notes.models import CompanyNote
from onboarding.backoffice.proposals.models import DelegateProposal

__all__ = [
    "AccountImport",
    "BoardExport",
    "BulkRun",
    "CompanyNote",
    "DelegateProposal",
    "ExportPart",
    "ImportFile",
    "ImportRow",
    "KeptCounts",
    "LastMove",
    "MeasuredCompany",
    "MovingCompany",
    "MovingOnboarding",
    "MovingStep",
    "MovingUser",
    "SavedFilter",
    "SeenRelease",
    "StaffAction",
    "StepTime",
    "Stumble",
    "TimeCount",
]

"""Which CSD a company stands with, in SQL; `LATEST_ACTIVE_FIRST` of overview.py says the same."""

from certificates.models import Csd
from certificates.status.active_csd import SHOWN_OF_CSD
from facturamos.database.statements import Columns

# What it reads of the row, and which one it is of a `company` beside it. The company tells that there is one:
# a UUID takes as long as ten texts, and nobody asks for it.
CURRENT_CSD_COLUMNS = Columns(Csd, "csd", only=("company", *SHOWN_OF_CSD, "state", "draft_until"))
CURRENT_CSD = """
    SELECT * FROM certificates_csd AS each
    WHERE each.company_id = company.id AND each.state <> 'replaced'
    ORDER BY (each.state = 'active') DESC, each.state = 'refused', each.uploaded_at DESC
    LIMIT 1
"""

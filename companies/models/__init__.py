"""An issuer's rows: its company, its people, its agreements and what it prints on invoices."""

from companies.models.addresses import Address
from companies.models.agreements import FormerLetter, ManifestLetter, NoticeAcceptance, PrivacyNotice
from companies.models.catalogues import (
    CatalogueLoad,
    LookupMeter,
    SatCountry,
    SatLocality,
    SatMunicipality,
    SatNeighborhood,
    SatPostalCode,
    SatState,
    SatTaxRegime,
)
from companies.models.company import Company
from companies.models.invoice import DocumentType, Logo
from companies.models.people import Distributor, User
from companies.models.sign_in import (
    RecoveryCode,
    ResetRequest,
    SecondFactor,
    SecurityEvent,
    SignedInSession,
    Tally,
)
from companies.models.validator import ValidatorQuery

__all__ = [
    "Address",
    "CatalogueLoad",
    "Company",
    "Distributor",
    "DocumentType",
    "FormerLetter",
    "Logo",
    "LookupMeter",
    "ManifestLetter",
    "NoticeAcceptance",
    "PrivacyNotice",
    "RecoveryCode",
    "ResetRequest",
    "SatCountry",
    "SatLocality",
    "SatMunicipality",
    "SatNeighborhood",
    "SatPostalCode",
    "SatState",
    "SatTaxRegime",
    "SecondFactor",
    "SecurityEvent",
    "SignedInSession",
    "Tally",
    "User",
    "ValidatorQuery",
]

"""What an issuer is."""

from companies.models.access import ResetRequest
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
from companies.models.company import Address, Company
from companies.models.invoice import DocumentType, Logo
from companies.models.papers import ManifestLetter, NoticeAcceptance, PrivacyNotice
from companies.models.people import Distributor, User
from companies.models.second_factor import RecoveryCode, SecondFactor

__all__ = [
    "Address",
    "CatalogueLoad",
    "Company",
    "Distributor",
    "DocumentType",
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
    "User",
]

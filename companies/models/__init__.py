"""What an issuer is."""

from companies.models.access import ResetRequest
from companies.models.company import Address, Company
from companies.models.invoice import DocumentType, Logo
from companies.models.papers import ManifestLetter, NoticeAcceptance, PrivacyNotice
from companies.models.people import Distributor, User

__all__ = [
    "Address",
    "Company",
    "Distributor",
    "DocumentType",
    "Logo",
    "ManifestLetter",
    "NoticeAcceptance",
    "PrivacyNotice",
    "ResetRequest",
    "User",
]

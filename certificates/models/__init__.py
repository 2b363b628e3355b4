"""A company's CSD, its validation and what was found, the test invoice, the letter, and authorities."""

from certificates.models.authority import SatAuthority
from certificates.models.csd import Csd, SecretAccess
from certificates.models.diagnosis import CsdValidation, Diagnosis
from certificates.models.letter import LetterDraft, LetterSignature, LetterSubmission
from certificates.models.sat_list import SatList
from certificates.models.test_invoice import TestInvoice

__all__ = [
    "Csd",
    "CsdValidation",
    "Diagnosis",
    "LetterDraft",
    "LetterSignature",
    "LetterSubmission",
    "SatAuthority",
    "SatList",
    "SecretAccess",
    "TestInvoice",
]

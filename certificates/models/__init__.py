"""A company's CSD, the work of validating it, what was found, and the rehearsal of an invoice with it."""

from certificates.models.csd import Csd, SecretAccess
from certificates.models.diagnosis import CsdValidation, Diagnosis
from certificates.models.selftest import SelfTest

__all__ = ["Csd", "CsdValidation", "Diagnosis", "SecretAccess", "SelfTest"]

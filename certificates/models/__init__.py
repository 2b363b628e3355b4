"""A company's CSD, the work of validating it, and what was found."""

from certificates.models.csd import Csd, SecretAccess
from certificates.models.diagnosis import CsdValidation, Diagnosis

__all__ = ["Csd", "CsdValidation", "Diagnosis", "SecretAccess"]

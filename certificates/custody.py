"""The keeping of a CSD's secrets: encrypting, opening with a record of it, wiping."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from certificates.models import Csd, SecretAccess
from companies.models import User
from facturamos import vault
from facturamos.vault import Secret

# After a wrong or missing password the pair waits, encrypted, so that only the password is typed again.
DRAFT_LIFETIME = timedelta(hours=1)
# A validation that could not run (the workers are down) keeps its secrets no longer than this.
VALIDATION_LIFETIME = timedelta(hours=24)
# The columns that change together whenever a secret does.
SECRET_FIELDS = ["key", "password", "secret_changed_at"]


@dataclass(frozen=True)
class Secrets:
    """An opened key (DER) and its password."""

    key: Secret
    password: Secret | None

    def typed(self) -> bytes | None:
        """The password as bytes, for the checks."""
        return self.password.reveal() if self.password else None


def encrypt(csd: Csd, *, key: Secret, password: Secret | None) -> None:
    """Encrypts both into the row. The caller saves SECRET_FIELDS."""
    vault.put(csd, "key", key)
    vault.put(csd, "password", password)
    csd.secret_changed_at = timezone.now()


def encrypt_password(csd: Csd, password: Secret | None) -> None:
    """Encrypts the password alone, or wipes it. The caller saves SECRET_FIELDS."""
    vault.put(csd, "password", password)
    csd.secret_changed_at = timezone.now()


def open_secrets(csd: Csd, purpose: SecretAccess.Purpose, user: User | None = None) -> Secrets | None:
    """Opens both, and leaves a record first; None when the key is gone. Raises vault.VaultError."""
    if csd.key is None:
        return None
    SecretAccess.objects.create(csd=csd, purpose=purpose, user=user)
    key = vault.take(csd, "key")
    return None if key is None else Secrets(key, vault.take(csd, "password"))

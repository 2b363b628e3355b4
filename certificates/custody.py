"""The keeping of a CSD's secrets: sealing, opening with a record of it, wiping."""

from dataclasses import dataclass

from django.utils import timezone

from certificates.models import Csd, SecretAccess
from companies.models import User
from facturamos import vault
from facturamos.vault import Secret

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


def seal(csd: Csd, *, key: Secret, password: Secret | None) -> None:
    """Seals both into the row. The caller saves SECRET_FIELDS."""
    vault.put(csd, "key", key)
    vault.put(csd, "password", password)
    csd.secret_changed_at = timezone.now()


def seal_password(csd: Csd, password: Secret | None) -> None:
    """Seals the password alone, or wipes it. The caller saves SECRET_FIELDS."""
    vault.put(csd, "password", password)
    csd.secret_changed_at = timezone.now()


def wipe(csd: Csd) -> None:
    """Leaves nothing to open. The caller saves SECRET_FIELDS."""
    csd.key = csd.password = None
    csd.secret_changed_at = timezone.now()


def open_secrets(csd: Csd, purpose: SecretAccess.Purpose, user: User | None = None) -> Secrets | None:
    """Opens both, and leaves a record first; None when the key is gone. Raises vault.VaultError."""
    if csd.key is None:
        return None
    SecretAccess.objects.create(csd=csd, purpose=purpose, user=user)
    key = vault.take(csd, "key")
    return None if key is None else Secrets(key, vault.take(csd, "password"))

"""Secrets at rest: what opens, what does not, and what never prints."""

from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings

from facturamos import vault

NEW = "n2:YW5vdGhlciBrZXkgZm9yIHRlc3RzIG9mIGEgcmluZyE="


def test_an_encrypted_value_opens_with_its_row_and_purpose() -> None:
    row = uuid4()

    encrypted = vault.encrypt(b"DISE\xd1OS2020", purpose="key", row_id=row)

    assert vault.decrypt(encrypted, purpose="key", row_id=row).reveal() == b"DISE\xd1OS2020"


@pytest.mark.parametrize(("purpose", "same_row"), [("key", False), ("password", True)])
def test_a_moved_value_does_not_open(purpose: str, same_row: bool) -> None:
    row = uuid4()
    encrypted = vault.encrypt(b"secret", purpose="key", row_id=row)

    with pytest.raises(vault.VaultError):
        vault.decrypt(encrypted, purpose=purpose, row_id=row if same_row else uuid4())


def test_a_flipped_bit_anywhere_does_not_open() -> None:
    row = uuid4()
    encrypted = vault.encrypt(b"secret", purpose="key", row_id=row)

    for position in range(len(encrypted.ciphertext)):
        altered = bytearray(encrypted.ciphertext)
        altered[position] ^= 1
        with pytest.raises(vault.VaultError):
            vault.decrypt(vault.EncryptedValue(bytes(altered)), purpose="key", row_id=row)


def test_no_cut_of_a_value_opens() -> None:
    row = uuid4()
    encrypted = vault.encrypt(b"secret", purpose="key", row_id=row)

    for length in range(len(encrypted.ciphertext)):
        with pytest.raises(vault.VaultError):
            vault.decrypt(vault.EncryptedValue(encrypted.ciphertext[:length]), purpose="key", row_id=row)


def test_the_newest_key_encrypts_and_every_key_of_the_ring_opens(settings: Settings) -> None:
    row = uuid4()
    old = vault.encrypt(b"secret", purpose="key", row_id=row)
    settings.FACTURAMOS_KEYS = [NEW, *settings.FACTURAMOS_KEYS]

    new = vault.encrypt(b"secret", purpose="key", row_id=row)

    assert (old.key_id, new.key_id) == ("t1", "n2")
    assert vault.decrypt(old, purpose="key", row_id=row).reveal() == b"secret"
    assert vault.decrypt(new, purpose="key", row_id=row).reveal() == b"secret"


def test_without_its_key_a_value_does_not_open(settings: Settings) -> None:
    row = uuid4()
    encrypted = vault.encrypt(b"secret", purpose="key", row_id=row)
    settings.FACTURAMOS_KEYS = [NEW]

    with pytest.raises(vault.VaultError):
        vault.decrypt(encrypted, purpose="key", row_id=row)


def test_a_secret_prints_as_dots() -> None:
    secret = vault.Secret("canario")

    shown = f"{secret} {secret!r} {secret!s} {[secret]} {secret:>10}"

    assert "canario" not in shown
    assert "•••" in shown

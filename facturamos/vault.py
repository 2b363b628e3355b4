"""Secrets at rest: the only module that sees encryption keys.

AES-256-GCM with a key ring. A ciphertext carries the id of its key, so keys rotate online: the newest
key of `settings.FACTURAMOS_KEYS` encrypts, every key in the ring opens, `manage.py rotate_keys` encrypts
anew what an older key holds. The associated data is a constant purpose plus the row's UUID, so a
ciphertext moved to another row or purpose does not open, while a renamed table still does.

Layout of an encrypted value: version (1 byte), length of the key id (1), key id, nonce (12), ciphertext and
tag.
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from functools import cache
from typing import NoReturn
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

VERSION = 1
NONCE_BYTES = 12


class VaultError(Exception):
    """An encrypted value does not open: altered, moved to another row or purpose, or its key is gone."""


class Secret:
    """A value that prints as dots wherever it leaks to; `reveal()` is the one way to read it."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes | str) -> None:
        self._value = value.encode() if isinstance(value, str) else bytes(value)

    def __repr__(self) -> str:
        return "•••"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "•••"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return NotImplemented

    def __hash__(self) -> NoReturn:
        raise TypeError("A secret is compared with nothing.")

    def __reduce__(self) -> NoReturn:
        raise TypeError("A secret is not serialised.")

    def reveal(self) -> bytes:
        """The bytes themselves. Search for this name to see every place that reads a secret."""
        return self._value

    def text(self) -> str:
        """The same as text, for secrets that were text (UTF-8)."""
        return self._value.decode()


class EncryptedValue:
    """An encrypted value as it lies in the database; opens only with its row and purpose."""

    __slots__ = ("ciphertext",)

    def __init__(self, ciphertext: bytes) -> None:
        self.ciphertext = ciphertext

    def __repr__(self) -> str:
        return "•••"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EncryptedValue) and self.ciphertext == other.ciphertext

    def __hash__(self) -> int:
        return hash(self.ciphertext)

    @property
    def key_id(self) -> str:
        """Which key of the ring encrypted it."""
        return self.ciphertext[2 : 2 + self.ciphertext[1]].decode()


class EncryptedField(models.Field[EncryptedValue | None, EncryptedValue | None]):
    """A column for an encrypted value. Never editable, never in a form, a fixture's reader sees ciphertext.

    `purpose` is part of what is authenticated: choose it once and never change it.
    """

    def __init__(
        self, verbose_name: str | None = None, *, purpose: str, null: bool = True, editable: bool = False
    ) -> None:
        self.purpose = purpose
        super().__init__(verbose_name, null=null, editable=editable)

    def deconstruct(self) -> tuple[str, str, Sequence[object], dict[str, object]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs["purpose"] = self.purpose
        return name, path, args, kwargs

    def get_internal_type(self) -> str:
        return "BinaryField"

    def from_db_value(
        self, value: bytes | memoryview | None, expression: object, connection: object
    ) -> EncryptedValue | None:
        return None if value is None else EncryptedValue(bytes(value))

    def get_db_prep_value(
        self, value: object, connection: BaseDatabaseWrapper, prepared: bool = False
    ) -> object:
        if isinstance(value, EncryptedValue):
            return value.ciphertext
        if value is None:
            return None
        raise TypeError(f"{self.name} takes only what vault.encrypt() made.")

    def value_to_string(self, obj: models.Model) -> str:
        value: EncryptedValue | None = self.value_from_object(obj)
        return "" if value is None else base64.b64encode(value.ciphertext).decode()


@cache
def _parse_ring(entries: tuple[str, ...]) -> dict[str, AESGCM]:
    ring: dict[str, AESGCM] = {}
    for entry in entries:
        key_id, _, encoded = entry.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not key_id or len(key_id) > 32 or len(key) != 32:
            raise ImproperlyConfigured("FACTURAMOS_KEYS: an entry is not `id:base64` of 32 bytes.")
        ring[key_id] = AESGCM(key)
    if not ring:
        raise ImproperlyConfigured("FACTURAMOS_KEYS is empty; see docs/production.md.")
    return ring


def _ring() -> dict[str, AESGCM]:
    return _parse_ring(tuple(settings.FACTURAMOS_KEYS))


def newest_key_id() -> str:
    """The key that encrypts new values."""
    return next(iter(_ring()))


def ring_ids() -> list[str]:
    """The keys of the ring, the one that encrypts first."""
    return list(_ring())


def fingerprints() -> dict[str, str]:
    """By each key's id, what tells it from any other without telling what it is: 32 random bytes, hashed."""
    entries = (entry.strip().partition(":") for entry in settings.FACTURAMOS_KEYS)
    keys = {key_id: base64.b64decode(encoded) for key_id, _, encoded in entries}
    return {
        key_id: hashlib.sha256(b"facturamos.ring:" + key).hexdigest()[:32] for key_id, key in keys.items()
    }


def header(key_id: str) -> bytes:
    """What everything that a key encrypted begins with."""
    return bytes([VERSION, len(key_id)]) + key_id.encode()


def _associated(purpose: str, row_id: UUID) -> bytes:
    return f"{purpose}:{row_id}".encode()


def encrypt(value: Secret | bytes, *, purpose: str, row_id: UUID) -> EncryptedValue:
    """Encrypts a value for one purpose of one row, with the newest key."""
    key_id, key = next(iter(_ring().items()))
    plain = value.reveal() if isinstance(value, Secret) else value
    nonce = os.urandom(NONCE_BYTES)
    return EncryptedValue(header(key_id) + nonce + key.encrypt(nonce, plain, _associated(purpose, row_id)))


def decrypt(encrypted: EncryptedValue, *, purpose: str, row_id: UUID) -> Secret:
    """Opens an encrypted value. Raises VaultError when it was altered or moved, or its key is gone."""
    data = encrypted.ciphertext
    if len(data) < 2 or data[0] != VERSION:
        raise VaultError("unknown layout")
    body = 2 + data[1]
    key = _ring().get(data[2:body].decode(errors="replace"))
    if key is None:
        raise VaultError("the key is not in the ring")
    try:
        plain = key.decrypt(
            data[body : body + NONCE_BYTES],
            data[body + NONCE_BYTES :],
            _associated(purpose, row_id),
        )
    except (InvalidTag, ValueError) as error:
        raise VaultError("altered or moved") from error
    return Secret(plain)


def _field(row: models.Model, name: str) -> EncryptedField:
    field = row._meta.get_field(name)
    if not isinstance(field, EncryptedField):
        raise TypeError(f"{name} is not an encrypted field.")
    return field


def put(row: models.Model, name: str, value: Secret | bytes | None) -> None:
    """Encrypts `value` into a row's field (None wipes it). The caller saves the row."""
    field = _field(row, name)
    encrypted = value if value is None else encrypt(value, purpose=field.purpose, row_id=row.pk)
    setattr(row, name, encrypted)


def take(row: models.Model, name: str) -> Secret | None:
    """Opens the secret in a row's field; None when there is none. Raises VaultError."""
    field = _field(row, name)
    encrypted: EncryptedValue | None = getattr(row, name)
    return None if encrypted is None else decrypt(encrypted, purpose=field.purpose, row_id=row.pk)


def encrypted_columns() -> list[tuple[type[models.Model], str]]:
    """Every column with secrets in the project."""
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField) and field.model is model
    ]

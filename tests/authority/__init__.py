"""The one authority that the tests' site knows: settings_test names its certificate."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from certificates.testing import CA, make_ca

FOLDER = Path(__file__).parent
NAME = "AC DE PRUEBAS"
# Any test's clock is within.
FROM, TO = datetime(2010, 1, 1, tzinfo=UTC), datetime(2049, 1, 1, tzinfo=UTC)


@cache
def known_ca() -> CA:
    """Issues pairs that become active without anybody's word."""
    key = serialization.load_der_private_key((FOLDER / "ac_de_pruebas.pkcs8").read_bytes(), b"12345678a")
    assert isinstance(key, rsa.RSAPrivateKey)
    return make_ca(NAME, valid_from=FROM, valid_to=TO, key=key)

"""A Carta Manifiesto signed as the page does it, for every test that needs one."""

import base64
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.test import Client

from certificates.letter.documents import HASHES
from certificates.testing import CA, Pair

PREPARE, SIGN = "/configuracion/carta-manifiesto/firma/preparar/", "/configuracion/carta-manifiesto/firma/"


def known(settings: Any, authority: CA, folder: Path) -> None:
    """Makes the site know an authority of tests."""
    path = folder / "autoridad.cer"
    path.write_bytes(authority.certificate)
    settings.SAT_TEST_AUTHORITIES = [str(path)]


def prepare(client: Client, certificate: bytes) -> Any:
    """Asks for what is to be signed."""
    sent = {"certificate": base64.b64encode(certificate).decode()}
    return client.post(PREPARE, sent, content_type="application/json")


def signed(prepared: dict[str, Any], key: rsa.RSAPrivateKey, algorithm: str = "") -> dict[str, Any]:
    """What the page sends back."""
    chosen = HASHES[algorithm or prepared["algorithm"]]()
    signatures = [
        key.sign(base64.b64decode(document["signed"]), padding.PKCS1v15(), chosen)
        for document in prepared["documents"]
    ]
    return {
        "token": prepared["token"],
        "signatures": [base64.b64encode(signature).decode() for signature in signatures],
    }


def send(client: Client, sent: object) -> Any:
    """Sends signatures."""
    return client.post(SIGN, sent, content_type="application/json")


def sign(client: Client, pair: Pair) -> Any:
    """Both, with one pair."""
    prepared = prepare(client, pair.certificate)
    assert prepared.status_code == 200, prepared.json()
    return send(client, signed(prepared.json(), pair.private_key))

"""Whether a domain has the key that its provider signs with (RFC 6376), under selectors that are known."""

import base64
import binascii
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from mailing.arrival.questions import Questions, Unanswered

SHORTEST_KEY = 1024
# From what a domain can be said of its selectors, the best first.
_ORDER = ("dkim_ok", "dkim_weak", "dkim_revoked", "dkim_broken")


def judge(domain: str, selectors: Sequence[str], questions: Questions) -> tuple[str, str]:
    """A code of arrival's sentences for the best of the selectors, and which it is; no key: dkim_missing.

    Raises Unanswered where none of them was answered.
    """
    with ThreadPoolExecutor(max(len(selectors), 1)) as pool:
        found = list(pool.map(lambda selector: _key(domain, selector, questions), selectors))
    told = {
        code: selector for code, selector in zip(reversed(found), reversed(selectors), strict=True) if code
    }
    best = next((code for code in _ORDER if code in told), "")
    if best:
        return best, told[best]
    if "unanswered" in told:
        raise Unanswered
    return "dkim_missing", selectors[0] if selectors else ""


def _key(domain: str, selector: str, questions: Questions) -> str:
    try:
        texts = questions.texts(f"{selector}._domainkey.{domain}")
    except Unanswered:
        return "unanswered"
    keys = [read(text) for text in texts if "p=" in text.replace(" ", "")]
    return next((code for code in _ORDER if code in keys), "")


def read(text: str) -> str:
    """What a key's record is good for."""
    tags = {
        name.strip(): "".join(value.split())
        for name, equals, value in (part.partition("=") for part in text.split(";"))
        if equals
    }
    # For whom the key is, and with what it may sign (RFC 6376, 3.6.1).
    kinds, hashes = tags.get("s", "*").lower().split(":"), tags.get("h", "sha256").lower().split(":")
    if tags.get("v", "DKIM1") != "DKIM1" or not {"*", "email"} & set(kinds) or "sha256" not in hashes:
        return "dkim_broken"
    if not tags.get("p"):
        return "dkim_revoked"
    try:
        raw = base64.b64decode(tags["p"], validate=True)
        if tags.get("k", "rsa").lower() == "ed25519":
            return "dkim_ok" if len(raw) == 32 else "dkim_broken"
        key = load_der_public_key(raw)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return "dkim_broken"
    if not isinstance(key, RSAPublicKey):
        return "dkim_broken"
    return "dkim_weak" if key.key_size < SHORTEST_KEY else "dkim_ok"

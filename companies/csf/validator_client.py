"""Asks the SAT's validator for one page: one GET to one host, within one deadline, over TLS that is verified.

Nothing of the answer is understood here (validator_page.py).
"""

import re
import ssl
from urllib.parse import quote

from companies.csf.qr import SAT_HOST
from companies.sat import rfc as rfcs
from facturamos import https, public_hosts
from facturamos.https import HttpsFailed, HttpsLimits, HttpsRequest, StandIn

ADDRESS = "/app/qr/faces/pages/mobile/validadorqr.jsf?D1=10&D2=1&D3="
# The whole of it: finding the host, TLS, the last byte.
SECONDS = 20.0
MAX_BYTES = 512 * 1024
ID_CIF = re.compile(r"[0-9]{8,14}")
# OpenSSL's own level refuses what the SAT's server still uses. Certificates are verified all the same.
CIPHERS = "DEFAULT@SECLEVEL=1"


class ValidatorFailed(Exception):
    """No page. `code`: no_answer, untrusted (not proven to be the SAT's) or unknown_page."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def fetch(
    id_cif: str,
    rfc: rfcs.RFC,
    *,
    stand_in: StandIn | None = None,
    seconds: float = SECONDS,
    lookup: public_hosts.Lookup = public_hosts.system_lookup,
) -> bytes:
    """The page about a taxpayer, at most MAX_BYTES of it. Raises ValidatorFailed.

    The stand-in is asked in the SAT's name and has to prove it, too. Raises ValueError where `id_cif` or
    `rfc` are not what they should be, and asks nobody.
    """
    request = _request(id_cif, rfc)
    limits = HttpsLimits(total=seconds, body=MAX_BYTES)
    try:
        answer = https.ask(request, stand_in=stand_in, limits=limits, lookup=lookup, context=_context)
    except HttpsFailed as failed:
        known = failed.code if failed.code in ("no_answer", "untrusted") else "unknown_page"
        raise ValidatorFailed(known) from None
    if answer.status >= 500 or answer.status == 429:
        raise ValidatorFailed("no_answer")
    if answer.status != 200:
        raise ValidatorFailed("unknown_page")
    return answer.content


def is_id_cif(text: str) -> bool:
    """Whether it may be the number of a Cédula de Identificación Fiscal: eleven digits, as far as seen."""
    return ID_CIF.fullmatch(text) is not None


def _request(id_cif: str, rfc: rfcs.RFC) -> HttpsRequest:
    """Nothing but digits and an RFC gets into it: no other path, no second line."""
    if not (is_id_cif(id_cif) and rfcs.persona_of(rfc.value) and rfcs.normalize(rfc.value) == rfc.value):
        raise ValueError("not an idCIF and an RFC")
    # Latin-1 is how the SAT's own QR codes spell Ñ.
    target = f"{ADDRESS}{id_cif}_{quote(rfc.value, safe='', encoding='latin-1')}"
    return HttpsRequest(SAT_HOST, target, headers={"Accept": "text/html"})


def _context(stand_in: StandIn | None) -> ssl.SSLContext:
    context = https.usual_context(stand_in)
    context.set_ciphers(CIPHERS)
    # As curl and browsers verify, which are what the SAT's server is known to satisfy.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context

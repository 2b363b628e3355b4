"""What is said when the password does not open the key of the seals: what may have slipped, what to do."""

import re

from certificates.checks.evidence import Evidence
from certificates.checks.results import CheckResult, bad
from certificates.x509.private_key import Hint

_FIEL_KEY_NAME = re.compile(r"claveprivada_fiel", re.IGNORECASE)
_SLIPS = {
    Hint.NONE: "Escríbala otra vez. Revise si Bloq Mayús está activado.",
    Hint.TRAILING_SPACE: "Sobra un espacio al final. Escríbala sin él.",
    Hint.LEADING_SPACE: "Sobra un espacio al principio. Escríbala sin él.",
    Hint.CAPS_LOCK: "Las mayúsculas y minúsculas están al revés. ¿Tiene Bloq Mayús activado?",
}


def is_of_the_fiel(key_name: str) -> bool:
    """Whether a file is named as the SAT's program names the key of an e.firma."""
    return bool(_FIEL_KEY_NAME.search(key_name))


def wrong_password(evidence: Evidence) -> CheckResult:
    """The outcome, by what was found to be wrong with it."""
    message, action = "La contraseña no corresponde a esta llave.", _SLIPS[evidence.hint]
    if not evidence.hint and is_of_the_fiel(evidence.key_name):
        message += " Por su nombre, la llave es de su FIEL (e.firma), que tiene otra."
        action = "Suba la llave de su CSD; su nombre suele empezar con CSD_."
    return bad("La contraseña no abre la llave", message, action, reason=evidence.hint.value or "wrong")

"""The checks that look at the two files and the password: are they a CSD and its key?

Each takes the evidence and returns one result. `checks.CHECKS` says in which order, and what each needs.
"""

import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from certificates.certificate import Certificate, Kind
from certificates.der import Unreadable
from certificates.envelope import Envelope
from certificates.evidence import Evidence
from certificates.private_key import MAX_BITS, MIN_BITS, Hint, PrivateKey
from certificates.results import CheckResult, bad, good, skipped, warning
from certificates.shapes import Shape

TRIAL_MESSAGE = b"||4.0|prueba de sello||"

_GET_A_CSD = (
    "En el portal del SAT entre a CertiSAT Web → Solicitud de CSD (o use el programa Certifica), y suba aquí "
    "los archivos que empiezan con CSD_ y con el número del certificado."
)
_RENEW = "Solicite un CSD nuevo en el portal del SAT (CertiSAT Web) y súbalo aquí."
_SEND_ORIGINALS = (
    "Suba los dos archivos originales que descargó del SAT: uno termina en .cer y el otro en .key."
)
_FIEL_KEY_NAME = re.compile(r"claveprivada_fiel", re.IGNORECASE)

_LABELS = {"certificate": "Archivo certificado", "key": "Archivo llave"}
# What each shape is called, and what to do with it.
_SHAPES: dict[Shape, tuple[str, str]] = {
    Shape.CERTIFICATE: ("un certificado", ""),
    Shape.ENCRYPTED_KEY: ("una llave privada", ""),
    Shape.PLAIN_KEY: ("una llave privada sin contraseña", ""),
    Shape.PKCS12: ("un archivo .pfx o .p12", "Ese formato junta los dos archivos y no viene del SAT."),
    Shape.PKCS7: ("un archivo .p7b", "Ese formato no viene del SAT."),
    Shape.REQUEST: (
        "una solicitud de certificado (.req)",
        "Es lo que se envía al SAT, no su respuesta.",
    ),
    Shape.ZIP: ("un archivo comprimido (.zip)", "Ábralo y suba los dos archivos que trae dentro."),
    Shape.PDF: ("un PDF", "El acuse no sirve para facturar."),
    Shape.IMAGE: ("una imagen", ""),
    Shape.TEXT: ("un texto", ""),
    Shape.EMPTY: ("un archivo vacío", "Quizá la descarga se interrumpió."),
    Shape.TOO_BIG: ("un archivo demasiado grande", "Los del SAT pesan menos de 16 KB."),
    Shape.OTHER: ("un archivo que no conocemos o está dañado", ""),
}


def check_format(evidence: Evidence) -> CheckResult:
    """formato: the first file is a certificate and the second an encrypted key."""
    certificate, key = evidence.certificate_shape, evidence.key_shape
    if key is Shape.CERTIFICATE and certificate in (Shape.ENCRYPTED_KEY, Shape.PLAIN_KEY):
        return bad(
            "Los archivos están intercambiados",
            "En el lugar del certificado está la llave, y en el de la llave el certificado.",
            "Súbalos otra vez: en «Archivo certificado» el que termina en .cer, en «Archivo llave» el .key.",
            reason="swapped",
        )
    faults = [*_certificate_faults(evidence), *_key_faults(evidence)]
    if faults:
        sentences = " ".join(f"En «{_LABELS[field]}» subió {_named(shape)}" for field, shape in faults)
        reason = "+".join(f"{field}:{shape}" for field, shape in faults)
        return bad("Los archivos no son los del SAT", sentences, _SEND_ORIGINALS, pac="308", reason=reason)
    if evidence.certificate_is_text:
        return warning(
            "Los archivos se leen",
            "El certificado viene convertido a texto (PEM); lo leímos de todos modos.",
            reason="pem",
        )
    return good("Los archivos se leen", "Uno es un certificado y el otro una llave privada cifrada.")


def _named(shape: Shape) -> str:
    name, more = _SHAPES[shape]
    return f"{name}. {more}".strip()


def _certificate_faults(evidence: Evidence) -> list[tuple[str, Shape]]:
    if evidence.certificate is not None:
        return []
    shape = evidence.certificate_shape
    return [("certificate", Shape.OTHER if shape is Shape.CERTIFICATE else shape)]


def _key_faults(evidence: Evidence) -> list[tuple[str, Shape]]:
    shape = evidence.key_shape
    if shape is Shape.PLAIN_KEY or (shape is Shape.ENCRYPTED_KEY and evidence.envelope_problem != "key"):
        return []
    return [("key", Shape.OTHER if shape is Shape.ENCRYPTED_KEY else shape)]


def check_kind(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """tipo: a CSD, not a FIEL."""
    if certificate.kind is Kind.CSD:
        return good("Es un CSD", "El certificado sirve para sellar facturas.")
    if certificate.kind is Kind.FIEL:
        number = f" {certificate.number}" if certificate.number else ""
        return bad(
            "Son de la FIEL (e.firma), no del CSD",
            f"El certificado{number} sirve para firmar ante el SAT, no para facturar. No lo guardamos.",
            _GET_A_CSD,
            pac="306",
            reason="fiel",
        )
    message = "Por sus usos no es ni un CSD ni una e.firma: no parece emitido por el SAT a un contribuyente."
    if evidence.situation.production:
        return bad("No sabemos qué certificado es", message, _GET_A_CSD, pac="310", reason="unknown_kind")
    return warning("No sabemos qué certificado es", message, reason="unknown_kind")


_ENVELOPE_PROBLEMS = {
    "key.plain": (
        "La llave no tiene contraseña",
        "Las llaves del SAT siempre están cifradas; esta pasó por otro programa.",
        "Suba el archivo .key original, tal como lo generó en el SAT.",
    ),
    "key.cost": (
        "La llave no es como las del SAT",
        "Pide un trabajo de descifrado que ninguna llave del SAT pide, y no la abrimos.",
        "Suba el archivo .key original, tal como lo generó en el SAT.",
    ),
    "key.obsolete": (
        "La llave usa un cifrado que ya no se admite",
        "Está cifrada con DES, que dejó de usarse hace años.",
        "Renueve su CSD en el portal del SAT (CertiSAT Web) y suba los archivos nuevos.",
    ),
    "key.scheme": (
        "La llave no es como las del SAT",
        "Está cifrada de una manera que el SAT no usa.",
        "Suba el archivo .key original, tal como lo generó en el SAT.",
    ),
}


def check_key(evidence: Evidence) -> CheckResult:
    """llave: encrypted in an allowed way, RSA of an allowed size, and whole."""
    if evidence.envelope is None:
        if evidence.envelope_problem in _ENVELOPE_PROBLEMS:
            return bad(*_ENVELOPE_PROBLEMS[evidence.envelope_problem], reason=evidence.envelope_problem)
        return skipped("La llave privada", "No se pudo revisar: el archivo no es una llave.")
    if evidence.opening_problem in ("key.size", "key.not_rsa"):
        size = f"El SAT usa llaves RSA de {MIN_BITS} a {MAX_BITS} bits, y esta no lo es."
        return bad("La llave no es como las del SAT", size, _RENEW, reason=evidence.opening_problem)
    if evidence.opening_problem == "key.damaged":
        message = "La contraseña la abre, pero sus números no concuerdan entre sí."
        return bad("La llave está dañada", message, _SEND_ORIGINALS, reason="key.damaged")
    return _allowed(evidence.envelope)


def _allowed(envelope: Envelope) -> CheckResult:
    if envelope.is_old:
        message = f"Está cifrada con {envelope.scheme}, un método antiguo."
        return warning("La llave usa un cifrado antiguo", message, "Cuando renueve su CSD quedará resuelto.")
    return good("La llave está bien protegida", f"Está cifrada con {envelope.scheme}.")


def check_password(evidence: Evidence) -> CheckResult:
    """contrasena: it opens the key."""
    if evidence.envelope is None:
        return skipped("La contraseña de la llave", "No se pudo revisar: falta una llave que se lea.")
    if not evidence.password_given:
        return skipped("La contraseña de la llave", "Falta escribirla.", reason="missing")
    if evidence.opening_problem == "password":
        return _wrong_password(evidence.hint)
    if evidence.hint is Hint.LATIN_1:
        message = "Lleva letras como Ñ o acentos en una codificación antigua. No tiene que hacer nada."
        return warning("La contraseña abre la llave", message, reason=evidence.hint)
    return good("La contraseña abre la llave", "Es la que eligió al generar el CSD.")


_HINTS = {
    Hint.NONE: "Escríbala otra vez. Revise si Bloq Mayús está activado.",
    Hint.TRAILING_SPACE: "Sobra un espacio al final. Escríbala sin él.",
    Hint.LEADING_SPACE: "Sobra un espacio al principio. Escríbala sin él.",
    Hint.CAPS_LOCK: "Las mayúsculas y minúsculas están al revés. ¿Tiene Bloq Mayús activado?",
}


def _wrong_password(hint: Hint) -> CheckResult:
    return bad(
        "La contraseña no abre la llave",
        "La contraseña no corresponde a esta llave.",
        _HINTS[hint],
        reason=hint.value or "wrong",
    )


def check_pair(evidence: Evidence, certificate: Certificate, key: PrivateKey) -> CheckResult:
    """pareja: both hold the same public key."""
    if (key.modulus, key.exponent) == (certificate.modulus, certificate.exponent):
        return good("La llave es de este certificado", "Los dos archivos hacen pareja.")
    message = "La llave es de otro certificado."
    if _FIEL_KEY_NAME.search(evidence.key_name):
        message = "La llave es de su FIEL (e.firma), y el certificado de su CSD."
    return bad(
        "La llave no es de este certificado",
        message,
        "Suba el .key que se generó junto con este .cer; su nombre suele empezar con CSD_.",
        pac="308",
        reason="other_key",
    )


def check_signature(evidence: Evidence, certificate: Certificate, key: PrivateKey) -> CheckResult:
    """firma: what the key signs, the certificate's public key verifies."""
    public = rsa.RSAPublicNumbers(certificate.exponent, certificate.modulus)
    try:
        signature = key.sign(TRIAL_MESSAGE)
        public.public_key().verify(signature, TRIAL_MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, Unreadable, ValueError):
        message = "Hicimos una firma de prueba y no se pudo comprobar con el certificado."
        return bad("La firma de prueba falló", message, _SEND_ORIGINALS, pac="310", reason="signature")
    return good("La firma de prueba funciona", "Firmamos un texto y lo comprobamos con el certificado.")

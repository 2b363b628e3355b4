"""The checks that look at the two files and the password: are they a CSD and its key?

Each takes the evidence and returns one result. They are asked, and shown, in the order in which they stand
here; what each needs says its `@check`.
"""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from certificates import file_advice
from certificates.authorities.chain import claims_sat
from certificates.checks.evidence import Evidence
from certificates.checks.registry import check
from certificates.checks.results import CheckResult, bad, good, skipped, warning
from certificates.checks.wrong_password import is_of_the_fiel, wrong_password
from certificates.file_types import FileType
from certificates.x509.certificate import Certificate, CertificateKind
from certificates.x509.der import Unreadable
from certificates.x509.key_header import KeyHeader
from certificates.x509.private_key import MAX_BITS, MIN_BITS, Hint, PrivateKey

TEST_MESSAGE = b"||4.0|prueba de sello||"

_GET_A_CSD = (
    "En el portal del SAT entre a CertiSAT Web → Solicitud de CSD (o use el programa Certifica), y suba aquí "
    "los archivos que empiezan con CSD_ y con el número del certificado."
)
_IT_OPENS_THE_PORTAL = (
    "Son de la FIEL aunque abra el portal del SAT con ellos: justamente para eso es la FIEL. El CSD es otro "
    "par de archivos, con otra contraseña; se obtiene en CertiSAT Web, donde se entra con esta misma FIEL."
)
_RENEW = "Solicite un CSD nuevo en el portal del SAT (CertiSAT Web) y súbalo aquí."
_SEND_ORIGINALS = (
    "Suba los dos archivos originales que descargó del SAT: uno termina en .cer y el otro en .key."
)
_KEYS = (FileType.ENCRYPTED_KEY, FileType.PLAIN_KEY, FileType.CONVERTED_KEY)


@check("format", "Los archivos", word="formato", at_once=True, field="certificate")
def check_format(evidence: Evidence) -> CheckResult:
    """The first file is a certificate and the second an encrypted key."""
    certificate, key = evidence.certificate_type, evidence.key_type
    if key is FileType.CERTIFICATE and certificate in _KEYS:
        return bad(
            "Los archivos están intercambiados",
            "En el lugar del certificado está la llave, y en el de la llave el certificado.",
            "Súbalos otra vez: en «Archivo certificado» el que termina en .cer, en «Archivo llave» el .key.",
            reason="swapped",
        )
    faults = [*_certificate_faults(evidence), *_key_faults(evidence)]
    if faults:
        sentences = " ".join(file_advice.sentence(field, file_type) for field, file_type in faults)
        actions = " ".join(file_advice.action(field, file_type) for field, file_type in faults)
        reason = "+".join(f"{field}:{file_type}" for field, file_type in faults)
        return bad("Los archivos no son los del SAT", sentences, actions, pac="308", reason=reason)
    if evidence.key_type in (FileType.PLAIN_KEY, FileType.CONVERTED_KEY):
        return good("Los archivos se leen", "Uno es un certificado y el otro una llave privada.")
    if evidence.certificate_is_text:
        return warning(
            "Los archivos se leen",
            "El certificado viene convertido a texto (PEM); lo leímos de todos modos.",
            reason="pem",
        )
    return good("Los archivos se leen", "Uno es un certificado y el otro una llave privada cifrada.")


def _certificate_faults(evidence: Evidence) -> list[tuple[str, FileType]]:
    if evidence.certificate is not None:
        return []
    file_type = evidence.certificate_type
    return [("certificate", FileType.OTHER if file_type is FileType.CERTIFICATE else file_type)]


def _key_faults(evidence: Evidence) -> list[tuple[str, FileType]]:
    file_type = evidence.key_type
    if file_type in _KEYS and evidence.header_problem != "key":
        return []
    return [("key", FileType.OTHER if file_type is FileType.ENCRYPTED_KEY else file_type)]


@check(
    "kind",
    "CSD o FIEL",
    word="tipo",
    needs=("certificate",),
    at_once=True,
    field="certificate",
    for_support=frozenset({"unknown_kind"}),
)
def check_kind(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """A CSD, not a FIEL, nor the certificate of who issues them."""
    if certificate.is_authority:
        return _of_an_authority(certificate)
    if certificate.kind is CertificateKind.CSD:
        return good("Es un CSD", "El certificado sirve para sellar facturas.")
    if certificate.kind is CertificateKind.FIEL:
        number = f" {certificate.number}" if certificate.number else ""
        return bad(
            "Son de la FIEL (e.firma), no del CSD",
            f"El certificado{number} sirve para firmar ante el SAT, no para facturar. No lo guardamos.",
            _GET_A_CSD,
            pac="306",
            reason="fiel",
            objection=_IT_OPENS_THE_PORTAL,
        )
    message = "Por sus usos no es ni un CSD ni una e.firma: no parece emitido por el SAT a un contribuyente."
    if evidence.context.production:
        return bad("No sabemos qué certificado es", message, _GET_A_CSD, pac="310", reason="unknown_kind")
    return warning("No sabemos qué certificado es", message, reason="unknown_kind")


def _of_an_authority(certificate: Certificate) -> CheckResult:
    """The SAT publishes those of its authorities; people take them for their own."""
    who = "una autoridad del SAT" if claims_sat(certificate.subject) else "una autoridad certificadora"
    return bad(
        f"Es el certificado de {who}, no el de su empresa",
        f"Es de «{certificate.name}»: con él se comprueba quién emitió los de los contribuyentes.",
        "Suba el .cer de su CSD; se descarga en CertiSAT Web → Recuperación de certificados.",
        pac="306",
        reason="authority",
    )


_ORIGINAL_KEY = "Suba el archivo .key original, tal como lo generó en el SAT."
# By the code of what is wrong: title, message, action, and the details of the trade.
_HEADER_PROBLEMS = {
    "key.plain": (
        "La llave no tiene contraseña",
        "Las llaves del SAT siempre están cifradas; esta pasó por otro programa.",
        _ORIGINAL_KEY,
        "",
    ),
    "key.converted": (
        "La llave viene en otro formato",
        "Tiene contraseña, pero otro programa la convirtió a texto y la cifró a su manera.",
        _ORIGINAL_KEY,
        "PEM tradicional de OpenSSL («Proc-Type: 4,ENCRYPTED»).",
    ),
    "key.cost": (
        "La llave no es como las del SAT",
        "Pide un trabajo de descifrado que ninguna llave del SAT pide, y no la abrimos.",
        _ORIGINAL_KEY,
        "",
    ),
    "key.obsolete": (
        "La llave usa un cifrado antiguo",
        "Es de un programa de hace muchos años, y ese cifrado ya no se admite.",
        "Renueve su CSD en el portal del SAT (CertiSAT Web) y suba los archivos nuevos.",
        "Está cifrada con DES, RC2 u otro algoritmo en desuso.",
    ),
    "key.scheme": (
        "La llave no es como las del SAT",
        "Está cifrada de una manera que el SAT no usa.",
        _ORIGINAL_KEY,
        "",
    ),
}


@check("key", "La llave privada", word="llave", at_once=True, field="key")
def check_key(evidence: Evidence) -> CheckResult:
    """Encrypted in an allowed way, RSA of an allowed size, and whole."""
    if evidence.key_header is None:
        if evidence.header_problem in _HEADER_PROBLEMS:
            title, message, action, detail = _HEADER_PROBLEMS[evidence.header_problem]
            return bad(title, message, action, reason=evidence.header_problem, detail=detail)
        return skipped("La llave privada", "No se pudo revisar: el archivo no es una llave.")
    if evidence.opening_problem in ("key.size", "key.not_rsa"):
        return bad(
            "La llave no es como las del SAT",
            "Es de otro tipo o de otro tamaño que las que el SAT usa.",
            _RENEW,
            reason=evidence.opening_problem,
            detail=f"El SAT usa llaves RSA de {MIN_BITS} a {MAX_BITS} bits.",
        )
    if evidence.opening_problem == "key.damaged":
        message = "La contraseña la abre, pero sus números no concuerdan entre sí."
        return bad("La llave está dañada", message, _SEND_ORIGINALS, reason="key.damaged")
    return _allowed(evidence.key_header)


def _allowed(header: KeyHeader) -> CheckResult:
    detail = f"Está cifrada con {header.scheme}."
    if header.is_old:
        return warning(
            "La llave usa un cifrado antiguo",
            "Sirve, pero es de hace muchos años.",
            "No tiene que hacer nada hoy. Cuando renueve su CSD quedará resuelto.",
            detail=detail,
        )
    return good("La llave está bien protegida", "", detail=detail)


@check("password", "La contraseña de la llave", word="contrasena", field="password", may_be_tried_again=True)
def check_password(evidence: Evidence) -> CheckResult:
    """Whether the password opens the key, or why not."""
    if evidence.key_header is None:
        return skipped("La contraseña de la llave", "No se pudo revisar: falta una llave que se lea.")
    if not evidence.password_given:
        return skipped("La contraseña de la llave", "Falta escribirla.", reason="missing")
    if evidence.opening_problem == "password":
        return wrong_password(evidence)
    if evidence.hint:
        message = "Lleva letras como Ñ o acentos en una codificación antigua. No tiene que hacer nada."
        detail = f"Codificación: {_ENCODINGS[evidence.hint]}."
        return warning("La contraseña abre la llave", message, reason=evidence.hint, detail=detail)
    return good("La contraseña abre la llave", "Es la que eligió al generar el CSD.")


_ENCODINGS = {
    Hint.COMPOSED: "Unicode con las letras y sus acentos por separado, o juntos",
    Hint.WINDOWS: "Windows-1252",
    Hint.LATIN_1: "Latin-1",
    Hint.MAC: "MacRoman",
    Hint.DOS: "página 850 de DOS",
}


@check("pair", "La llave y el certificado", word="pareja", needs=("certificate", "key"), field="key")
def check_pair(evidence: Evidence, certificate: Certificate, key: PrivateKey) -> CheckResult:
    """Both hold the same public key."""
    if (key.modulus, key.exponent) == (certificate.modulus, certificate.exponent):
        return good("La llave es de este certificado", "Los dos archivos hacen pareja.")
    message = "La llave es de otro certificado."
    if is_of_the_fiel(evidence.key_name):
        message = "La llave es de su FIEL (e.firma), y el certificado de su CSD."
    return bad(
        "La llave no es de este certificado",
        message,
        "Suba el .key que se generó junto con este .cer; su nombre suele empezar con CSD_.",
        pac="308",
        reason="other_key",
    )


@check(
    "signature",
    "La firma de prueba",
    word="firma",
    needs=("certificate", "key"),
    field="key",
    is_proof=True,
)
def check_signature(evidence: Evidence, certificate: Certificate, key: PrivateKey) -> CheckResult:
    """What the key signs, the certificate's public key verifies."""
    public = rsa.RSAPublicNumbers(certificate.exponent, certificate.modulus)
    try:
        signature = key.sign(TEST_MESSAGE)
        public.public_key().verify(signature, TEST_MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, Unreadable, ValueError):
        message = "Hicimos una firma de prueba y no se pudo comprobar con el certificado."
        return bad("La firma de prueba falló", message, _SEND_ORIGINALS, pac="310", reason="signature")
    return good("La firma de prueba funciona", "Firmamos un texto y lo comprobamos con el certificado.")

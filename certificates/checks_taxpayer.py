"""The checks that look at what the certificate says: whose it is, from when, by whom."""

from datetime import timedelta

from certificates.authorities import Environment, Issuance, claims_test_issuer
from certificates.certificate import Certificate, Kind
from certificates.evidence import Evidence
from certificates.results import CheckResult, bad, good, skipped, warning
from certificates.spanish import day, hour
from companies.names import propose
from companies.rfc import persona_of

# The SAT publishes its list of usable certificates (LCO) daily: a new one counts from the first to the
# second of these after its issue.
USABLE_AFTER = timedelta(hours=24), timedelta(hours=72)
EXPIRES_SOON = timedelta(days=60)

_PRODUCTION_PREFIX, _TEST_PREFIXES = "00001000", ("20001000", "30001000")
_RENEW = "Renueve su CSD en el portal del SAT (CertiSAT Web) y suba aquí los archivos nuevos."
_REAL_CSD = "Suba el CSD que el SAT emitió para su empresa; su número empieza con 00001000."


def check_rfc(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """rfc: the certificate is the company's."""
    ours = evidence.situation.rfc.strip().upper()
    theirs = certificate.rfc.upper()
    if not ours:
        return skipped("El RFC", f"El certificado es de {theirs or 'nadie'}; no había con qué compararlo.")
    if ours == theirs:
        return good("El RFC es el de su empresa", f"{theirs} · {certificate.name}")
    if not theirs:
        message, reason = "El certificado no dice de qué RFC es.", "no_rfc"
    elif ours == certificate.representative.upper():
        message, reason = (
            f"El certificado es de {theirs}; su RFC, {ours}, está como representante.",
            "representative",
        )
    else:
        message, reason = f"El certificado es de {theirs}, y el RFC de su empresa es {ours}.", "other_rfc"
    action = "Suba el CSD de su empresa. Si el RFC de su empresa está mal, corríjalo en «Datos fiscales»."
    return bad("El RFC no es el de su empresa", message, action, pac="303", reason=reason)


def check_dates(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """vigencia: today lies within its dates; and from when the SAT lets it be used."""
    now = evidence.situation.now
    span = f"Del {day(certificate.valid_from)} al {day(certificate.valid_to)}."
    if now > certificate.valid_to:
        message = f"Venció el {day(certificate.valid_to)}."
        return bad("El certificado ya venció", message, _RENEW, pac="305", reason="expired")
    if now < certificate.valid_from:
        message = f"Vale a partir del {day(certificate.valid_from)}."
        return bad("Todavía no está vigente", message, "Vuelva a subirlo ese día.", pac="305", reason="early")
    first, last = (certificate.valid_from + wait for wait in USABLE_AFTER)
    if now < last:
        message = f"El SAT lo activa entre el {hour(first)} y el {hour(last)}."
        return warning(
            "Está vigente, pero es nuevo", message, "Espere a esa fecha para facturar.", reason="new"
        )
    if now > certificate.valid_to - EXPIRES_SOON:
        message = f"Vence el {day(certificate.valid_to)}."
        return warning("Está por vencer", message, _RENEW, reason="soon")
    return good("Está vigente", span)


def check_issuer(evidence: Evidence, certificate: Certificate, issuance: Issuance) -> CheckResult:
    """emisor: signed by one of the SAT's authorities. An unknown one may be a new one of the SAT's."""
    issuer, production = issuance.authority, evidence.situation.production
    test = issuer.environment is Environment.TEST if issuer else claims_test_issuer(certificate)
    if test and production:
        message = f"Lo emitió «{certificate.issuer_name}», la autoridad de pruebas del SAT."
        return bad("Es un certificado de pruebas", message, _REAL_CSD, pac="309", reason="test_issuer")
    if issuance.is_forged:
        message = f"Dice que lo emitió «{certificate.issuer_name}», pero la firma no es suya: está alterado."
        action = "Descargue otra vez su certificado del SAT y súbalo sin abrirlo con otros programas."
        return bad("El certificado está alterado", message, action, pac="308", reason="forged")
    if issuer is None:
        message = f"No tenemos registrada a la autoridad que lo emitió: «{certificate.issuer_name}»."
        action = "No tiene que hacer nada; Asistencia lo revisará."
        return warning("No conocemos a quien lo emitió", message, action, pac="309", reason="unknown_issuer")
    if test:
        return good("Lo emitió el SAT", "La firma es de una de sus autoridades de pruebas.", "test_issuer")
    return good("Lo emitió el SAT", "La firma de su autoridad certificadora es correcta.")


def check_environment(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """ambiente: a production certificate where this site is in production."""
    number = certificate.number
    if number.startswith(_PRODUCTION_PREFIX):
        return good("Es un certificado de producción", "Sirve para facturas reales.")
    if number.startswith(_TEST_PREFIXES):
        if evidence.situation.production:
            message = f"El número {number} es del ambiente de pruebas del SAT y no sirve para facturar."
            return bad("Es un certificado de pruebas", message, _REAL_CSD, pac="309", reason="test_number")
        return good("Es un certificado de pruebas", "Este sitio también es de pruebas.", "test_number")
    message = "Por su número no sabemos si es de producción o de pruebas."
    return warning("No sabemos de qué ambiente es", message, reason="unknown_environment")


def check_number(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """numero: twenty digits, as the SAT writes them into the serial."""
    if certificate.number:
        return good("El número está completo", certificate.number)
    message = "No tiene los veinte dígitos que llevan los certificados del SAT."
    action = "Suba el certificado tal como lo descargó del SAT."
    return bad("El número no es del SAT", message, action, pac="308", reason="number")


def check_name(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """nombre: the company's name is the certificate's, which carries the régimen societario besides."""
    ours, theirs = evidence.situation.name, certificate.name
    if not ours or not theirs:
        return skipped("El nombre", f"El certificado está a nombre de {theirs or 'nadie'}.")
    if is_same_name(ours, theirs, certificate.rfc):
        return good("El nombre coincide", theirs)
    message = f"El certificado está a nombre de «{theirs}», y su empresa es «{ours}»."
    action = "Revise el nombre en «Datos fiscales»: debe ser el de su Constancia de Situación Fiscal."
    return warning("El nombre no coincide", message, action, reason="other_name")


def is_same_name(ours: str, theirs: str, rfc: str) -> bool:
    """Whether the names are one and the same for the SAT, which leaves the régimen societario out."""
    persona = persona_of(rfc)
    return propose(ours, persona) == propose(theirs, persona)


def check_branch(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """sucursal: the branch that the CSD was asked for. A FIEL has none."""
    if certificate.kind is Kind.FIEL:
        return skipped("La sucursal", "Una FIEL no lleva sucursal.")
    if certificate.branch:
        return good("La sucursal", certificate.branch)
    message = "El certificado no nombra una sucursal; sirve de todos modos."
    return warning("Sin sucursal", message, reason="no_branch")

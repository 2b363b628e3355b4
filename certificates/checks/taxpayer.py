"""The checks that look at what the certificate says: whose it is, from when, by whom."""

from certificates.authorities.chain import Authority, Environment, Issuance, claims_sat, claims_test_issuer
from certificates.checks.evidence import Evidence
from certificates.checks.registry import check
from certificates.checks.results import CheckResult, bad, good, skipped, warning
from certificates.expiry import EXPIRES_SOON, USABLE_AFTER
from certificates.x509.certificate import Certificate, CertificateKind
from companies.sat.name_differences import NameDifference, differences
from companies.sat.rfc import persona_of
from facturamos.prose import day, hour, listed

_PRODUCTION_PREFIX, _TEST_PREFIXES = "00001000", ("20001000", "30001000")
_RENEW = "Renueve su CSD en el portal del SAT (CertiSAT Web) y suba aquí los archivos nuevos."
_REAL_CSD = "Suba el CSD que el SAT emitió para su empresa; su número empieza con 00001000."


@check("rfc", "El RFC", word="rfc", needs=("taxpayer",), at_once=True, field="certificate")
def check_rfc(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """The certificate is the company's."""
    ours = evidence.context.rfc.strip().upper()
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


@check("validity", "La vigencia", word="vigencia", needs=("taxpayer",), field="certificate")
def check_dates(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """Today lies within its dates; and from when the SAT lets it be used."""
    now = evidence.context.now
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


@check(
    "issuer",
    "Quién lo emitió",
    word="emisor",
    needs=("taxpayer", "issuance"),
    field="certificate",
    # A new key of the SAT under an old name would look forged.
    for_support=frozenset({"unknown_issuer", "new_authority", "ended_issuer", "forged"}),
)
def check_issuer(evidence: Evidence, certificate: Certificate, issuance: Issuance) -> CheckResult:
    """Signed by one of the SAT's authorities. An unknown one may be a new one of the SAT's."""
    issuer, production = issuance.authority, evidence.context.production
    test = issuer.environment is Environment.TEST if issuer else claims_test_issuer(certificate)
    if issuance.is_forged:
        message = f"Dice que lo emitió «{certificate.issuer_name}», pero la firma no es suya: está alterado."
        action = "Descargue otra vez su certificado del SAT y súbalo sin abrirlo con otros programas."
        return bad("El certificado está alterado", message, action, pac="308", reason="forged")
    if test and production:
        message = f"Lo emitió «{certificate.issuer_name}», la autoridad de pruebas del SAT."
        return bad("Es un certificado de pruebas", message, _REAL_CSD, pac="309", reason="test_issuer")
    if issuer is None:
        return _unknown_issuer(certificate)
    return _known_issuer(certificate, issuer)


def _unknown_issuer(certificate: Certificate) -> CheckResult:
    """Who calls itself the SAT's may well be: all that we know is that we do not know it yet."""
    action = "No tiene que hacer nada; Asistencia lo revisará."
    if claims_sat(certificate.issuer):
        title = "Falta que Asistencia confirme quién lo emitió"
        message = f"Lo emitió una autoridad que aún no conocemos: «{certificate.issuer_name}»."
        return warning(title, message, action, pac="309", reason="new_authority")
    message = f"No tenemos registrada a la autoridad que lo emitió: «{certificate.issuer_name}»."
    return warning("No conocemos a quien lo emitió", message, action, pac="309", reason="unknown_issuer")


def _known_issuer(certificate: Certificate, issuer: Authority) -> CheckResult:
    """Its own end spoils nothing that it issued before; after it, it should have issued nothing."""
    if certificate.valid_from > issuer.valid_to:
        message = f"«{certificate.issuer_name}» terminó el {day(issuer.valid_to)}, antes de emitirlo."
        action = "No tiene que hacer nada; Asistencia lo revisará."
        return warning("Su autoridad ya había terminado", message, action, pac="309", reason="ended_issuer")
    if issuer.environment is Environment.TEST:
        return good("Lo emitió el SAT", "La firma es de una de sus autoridades de pruebas.", "test_issuer")
    return good("Lo emitió el SAT", "La firma de su autoridad certificadora es correcta.")


@check(
    "environment",
    "Producción o pruebas",
    word="ambiente",
    needs=("taxpayer",),
    field="certificate",
    for_support=frozenset({"unknown_environment"}),
)
def check_environment(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """A production certificate where this site is in production."""
    number = certificate.number
    if number.startswith(_PRODUCTION_PREFIX):
        return good("Es un certificado de producción", "Sirve para facturas reales.")
    if number.startswith(_TEST_PREFIXES):
        if evidence.context.production:
            message = f"El número {number} es del ambiente de pruebas del SAT y no sirve para facturar."
            return bad("Es un certificado de pruebas", message, _REAL_CSD, pac="309", reason="test_number")
        return good("Es un certificado de pruebas", "Este sitio también es de pruebas.", "test_number")
    message = "Por su número no sabemos si es de producción o de pruebas."
    return warning("No sabemos de qué ambiente es", message, reason="unknown_environment")


@check(
    "number",
    "El número",
    word="numero",
    needs=("taxpayer",),
    field="certificate",
    for_support=frozenset({"number"}),
)
def check_number(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """Twenty digits, as the SAT writes them into the serial."""
    if certificate.number:
        return good("El número está completo", certificate.number)
    message = "No tiene los veinte dígitos que llevan los certificados del SAT."
    action = "Suba el certificado tal como lo descargó del SAT."
    return bad("El número no es del SAT", message, action, pac="308", reason="number")


@check("name", "El nombre", word="nombre", needs=("taxpayer",), field="certificate")
def check_name(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """The company's name is the certificate's, which carries the régimen societario besides."""
    ours, theirs = evidence.context.name, certificate.name
    if not ours or not theirs:
        return skipped("El nombre", f"El certificado está a nombre de {theirs or 'nadie'}.")
    differing = differences(ours, theirs, persona_of(certificate.rfc))
    if differing is None:
        message = f"El certificado está a nombre de «{theirs}», y su empresa es «{ours}»."
        action = "Revise el nombre en «Datos fiscales»: debe ser el de su Constancia de Situación Fiscal."
        return warning("El nombre no coincide", message, action, reason="other_name")
    if differing:
        return _nearly_the_same(ours, theirs, differing)
    return good("El nombre coincide", theirs)


def _nearly_the_same(ours: str, theirs: str, differing: frozenset[NameDifference]) -> CheckResult:
    """Certificates leave out accents and marks that the SAT's record has; the record counts."""
    what = listed(kind for kind in NameDifference if kind in differing)
    message = (
        f"El certificado dice «{theirs}», y su empresa es «{ours}»: vale el de su Constancia de Situación "
        "Fiscal."
    )
    action = "Compare «Datos fiscales» con su constancia. Si son iguales, no tiene que hacer nada."
    return warning(f"El nombre solo difiere en {what}", message, action, reason="nearly_same_name")


def is_same_name(ours: str, theirs: str, rfc: str) -> bool:
    """Whether the names are one for a person: régimen societario, accents, marks and blanks aside."""
    return differences(ours, theirs, persona_of(rfc)) is not None


@check("branch", "La sucursal", word="sucursal", needs=("taxpayer",), field="certificate")
def check_branch(evidence: Evidence, certificate: Certificate) -> CheckResult:
    """The branch that the CSD was asked for. A FIEL has none."""
    if certificate.kind is CertificateKind.FIEL:
        return skipped("La sucursal", "Una FIEL no lleva sucursal.")
    if certificate.branch:
        return good("La sucursal", certificate.branch)
    message = "El certificado no nombra una sucursal; sirve de todos modos."
    return warning("Sin sucursal", message, reason="no_branch")

"""The test invoice: every stage of it, and which of the issuer's data stops it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from certificates.checks.results import CheckResult, bad, good, skipped
from certificates.checks.taxpayer import is_same_name
from certificates.test_invoice import cfdi
from certificates.test_invoice.issuer import InvoiceIssuer
from certificates.x509.certificate import Certificate
from certificates.x509.der import Unreadable
from certificates.x509.private_key import PrivateKey
from companies.sat import tax_regimes
from companies.sat.rfc import persona_of
from companies.sat.without_legal_form import propose

# What the schema calls it, and which of our stages tells it.
ATTRIBUTES = {
    "Nombre": "name",
    "Rfc": "rfc",
    "RegimenFiscal": "tax_regime",
    "LugarExpedicion": "expedition_place",
}
PAC_NAME, PAC_REGIME, PAC_PLACE, PAC_RFC = "CFDI40139", "CFDI40143", "CFDI40127", "303"

Key = Callable[[], PrivateKey | None]


@dataclass(frozen=True)
class TestInvoiceOutcome:
    """What came of it: a line a step, and the sealed XML when the seal was verified."""

    results: tuple[CheckResult, ...]
    xml: bytes = b""

    @property
    def ok(self) -> bool:
        """Whether the sample was sealed, the seal verified, and nothing would be refused."""
        return bool(self.xml) and not any(result.bad for result in self.results)


def make_test_invoice(
    issuer: InvoiceIssuer, certificate: Certificate, key: Key, now: datetime
) -> TestInvoiceOutcome:
    """Goes through the steps of an invoice; `key` opens the private key and is called once, at most.

    `now` in the zone of the place of issue.
    """
    data = tuple(judge(issuer, certificate) for judge in (_name, _rfc, _regime, _place))
    tree, built = _build(issuer, certificate, now, data)
    if tree is None:
        return TestInvoiceOutcome((*data, built, *_unsealed()))
    sealed, line = _seal(tree, key)
    if sealed is None:
        return TestInvoiceOutcome((*data, built, line, _unsealed()[1]))
    verified = _verify(sealed.xml, certificate)
    return TestInvoiceOutcome((*data, built, line, verified), b"" if verified.bad else sealed.xml)


# --- the issuer's data


def _coded(code: str, result: CheckResult) -> CheckResult:
    return replace(result, code=code)


def _name(issuer: InvoiceIssuer, certificate: Certificate) -> CheckResult:
    proposal = propose(issuer.name, persona_of(issuer.rfc))
    if proposal != issuer.name:
        message = f"El SAT no registra el nombre como «{issuer.name}»: va en mayúsculas y sin régimen."
        result = bad("El nombre", message, f"En «Datos fiscales» escriba «{proposal}».", pac=PAC_NAME)
    elif not is_same_name(issuer.name, certificate.name, issuer.rfc):
        expected = propose(certificate.name, persona_of(issuer.rfc))
        message = f"El certificado está a nombre de «{certificate.name}», y su empresa es «{issuer.name}»."
        action = (
            f"En «Datos fiscales» escriba «{expected}», si así está en su Constancia de Situación Fiscal."
        )
        result = bad("El nombre", message, action, pac=PAC_NAME)
    else:
        result = good("El nombre", issuer.name)
    return _coded("name", result)


def _rfc(issuer: InvoiceIssuer, certificate: Certificate) -> CheckResult:
    if issuer.rfc == certificate.rfc:
        return _coded("rfc", good("El RFC", issuer.rfc))
    message = f"Los sellos son de {certificate.rfc}, y el RFC de su empresa es {issuer.rfc}."
    action = "Corrija el RFC en «Datos fiscales», o suba en «Sellos (CSD)» los del RFC de su empresa."
    return _coded("rfc", bad("El RFC", message, action, pac=PAC_RFC))


def _regime(issuer: InvoiceIssuer, certificate: Certificate) -> CheckResult:
    action = "Elíjalo en «Datos fiscales»: está en su Constancia de Situación Fiscal."
    if not issuer.tax_regime:
        result = bad("El régimen fiscal", "Falta el régimen fiscal de su empresa.", action)
    elif not tax_regimes.may_issue(issuer.tax_regime, persona_of(issuer.rfc)):
        message = (
            f"Con el RFC {issuer.rfc} no se factura en el régimen {tax_regimes.label(issuer.tax_regime)}."
        )
        result = bad("El régimen fiscal", message, action, pac=PAC_REGIME)
    else:
        result = good("El régimen fiscal", tax_regimes.label(issuer.tax_regime))
    return _coded("tax_regime", result)


def _place(issuer: InvoiceIssuer, certificate: Certificate) -> CheckResult:
    action = "Escriba en «Datos fiscales» el código postal desde donde emite sus facturas."
    if not issuer.expedition_place:
        result = bad("El lugar de expedición", "Falta el lugar de expedición.", action)
    elif not cfdi.is_postal_code(issuer.expedition_place):
        message = f"El código postal {issuer.expedition_place} no está en el catálogo del SAT."
        result = bad("El lugar de expedición", message, action, pac=PAC_PLACE)
    else:
        result = good("El lugar de expedición", f"C.P. {issuer.expedition_place}")
    return _coded("expedition_place", result)


# --- the steps of an invoice

_XML, _SEAL, _VERIFIED = "La estructura de la factura", "El sello", "La verificación del sello"


def _build(
    issuer: InvoiceIssuer, certificate: Certificate, now: datetime, data: tuple[CheckResult, ...]
) -> tuple[cfdi.Tree | None, CheckResult]:
    if not (issuer.tax_regime and issuer.expedition_place):
        return None, _coded("xml", skipped(_XML, "Faltan datos para armarla."))
    tree = cfdi.build(issuer, certificate, now)
    faults = cfdi.faults(tree)
    if not faults:
        return tree, _coded("xml", good(_XML, "Cumple con el esquema del CFDI 4.0 del SAT."))
    told = {result.code for result in data if result.bad}
    if all(ATTRIBUTES.get(fault) in told for fault in faults):
        return None, _coded("xml", skipped(_XML, "El esquema del SAT no acepta el dato señalado arriba."))
    message = f"El esquema del SAT no acepta: {', '.join(fault or 'la estructura' for fault in faults)}."
    action = "Revise «Datos fiscales»; si todo está bien, comuníquese con Asistencia."
    return None, _coded("xml", bad(_XML, message, action))


def _seal(tree: cfdi.Tree, key: Key) -> tuple[cfdi.SealedInvoice | None, CheckResult]:
    try:
        opened = key()
        sealed = cfdi.seal(tree, opened) if opened else None
    except Unreadable:
        sealed = None
    if sealed is None:
        action = "Suba otra vez sus archivos en «Sellos (CSD)»."
        return None, _coded("seal", bad(_SEAL, "No pudimos abrir la llave de sus sellos.", action))
    message = "La cadena original se selló con la llave de su CSD."
    return sealed, _coded("seal", good(_SEAL, message))


def _verify(xml: bytes, certificate: Certificate) -> CheckResult:
    if cfdi.verify(xml, certificate):
        message = f"El sello corresponde al certificado {certificate.number}."
        return _coded("verification", good("Sello verificado", message))
    action = "Suba otra vez sus archivos en «Sellos (CSD)»."
    return _coded(
        "verification", bad(_VERIFIED, "El sello no corresponde al certificado.", action, pac="302")
    )


def _unsealed() -> tuple[CheckResult, CheckResult]:
    reason = "No se llegó a este paso."
    return (
        _coded("seal", skipped(_SEAL, reason)),
        _coded("verification", skipped(_VERIFIED, reason)),
    )

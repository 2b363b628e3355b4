"""Each kind of document's sample content, and which kind has which."""

from collections.abc import Callable
from decimal import Decimal

from companies.documents.complements import payment, payroll, waybill
from companies.documents.sample import Complement, Entry
from companies.documents.sample_parts import (
    AT_ONCE,
    SALE,
    TRANSFER,
    Concept,
    Content,
    Issuer,
    income,
    related,
    terms,
)

# Withheld by a company that pays a person: ISR (LISR 106, 116; 113-J for RESICO), two thirds of the IVA.
ISR_WITHHELD = Decimal("0.10")
ISR_WITHHELD_RESICO = Decimal("0.0125")
VAT_WITHHELD = Decimal("0.106667")


def content(kind: str, issuer: Issuer) -> Content:
    """The content of a kind of document (a value of DocumentType.Kind); an unknown one is an invoice."""
    return BUILDERS.get(kind, _invoice)(issuer)


def _invoice(issuer: Issuer) -> Content:
    return income(
        (
            Concept(
                "44121600",
                Decimal(20),
                "H87 · Pieza",
                "Producto de ejemplo: paquete de papel carta, 500 hojas",
                Decimal("124.00"),
            ),
            Concept(
                "80101500",
                Decimal(6),
                "HUR · Hora",
                "Servicio de ejemplo: asesoría a su negocio",
                Decimal("650.00"),
            ),
            Concept(
                "78102203", Decimal(1), "E48 · Unidad de servicio", "Envío a domicilio", Decimal("180.00")
            ),
        )
    )


def _credit_note(issuer: Issuer) -> Content:
    conditions = terms("G02 · Devoluciones, descuentos o bonificaciones", payment=TRANSFER, method=AT_ONCE)
    concept = Concept(
        "84111506", Decimal(1), "ACT · Actividad", "Bonificación de ejemplo sobre su factura", Decimal("500")
    )
    note = related("01 · Nota de crédito de los documentos relacionados")
    return income((concept,), conditions=conditions + note)


def _debit_note(issuer: Issuer) -> Content:
    concept = Concept(
        "84111506", Decimal(1), "ACT · Actividad", "Cargo de ejemplo sobre su factura", Decimal("350")
    )
    note = related("02 · Nota de débito de los documentos relacionados")
    return income((concept,), conditions=SALE + note)


def _withheld(issuer: Issuer) -> tuple[tuple[str, Decimal], ...]:
    if not issuer.is_person:
        return ()
    resico = issuer.tax_regime == "626"
    return (
        (("ISR retenido 1.25 %", ISR_WITHHELD_RESICO) if resico else ("ISR retenido 10 %", ISR_WITHHELD)),
        ("IVA retenido 10.6667 %", VAT_WITHHELD),
    )


def _fees(issuer: Issuer) -> Content:
    concept = Concept(
        "80101500",
        Decimal(1),
        "E48 · Unidad de servicio",
        "Honorarios de ejemplo por servicios profesionales",
        Decimal("12000"),
    )
    return income((concept,), withheld=_withheld(issuer))


def _lease(issuer: Issuer) -> Content:
    concept = Concept(
        "80131502",
        Decimal(1),
        "MON · Mes",
        "Renta de ejemplo de un local comercial",
        Decimal("15000"),
        # The SAT asks it of whoever lets a property (Anexo 20, CuentaPredial).
        notes=("Cuenta predial: 000000000000",),
    )
    return income((concept,), withheld=_withheld(issuer))


# The text that a receipt of a donation must carry (RLISR 40), in the complement's attribute «leyenda».
DONATION_LEGEND = (
    "Este comprobante ampara un donativo, el cual será destinado por la donataria a los fines propios de su "
    "objeto social. En el caso de que los bienes donados hayan sido deducidos previamente para los efectos "
    "del impuesto sobre la renta, este donativo no es deducible."
)


def _donation(issuer: Issuer) -> Content:
    concept = Concept(
        "84101600", Decimal(1), "C62 · Uno", "Donativo de ejemplo", Decimal("5000"), taxed=False
    )
    complement = Complement(
        "Donatarias 1.1",
        (
            Entry("Núm. de autorización", "000-00-00-0000-00000", given=False),
            Entry("Fecha de autorización", "2026-01-01", given=False),
            Entry("Leyenda", DONATION_LEGEND),
        ),
    )
    return income((concept,), complement=complement)


BUILDERS: dict[str, Callable[[Issuer], Content]] = {
    "invoice": _invoice,
    "credit_note": _credit_note,
    "debit_note": _debit_note,
    "fees": _fees,
    "lease": _lease,
    "donation": _donation,
    "waybill": waybill,
    "payment": payment,
    "payroll": payroll,
}

"""The sample documents that are more than concepts: Carta Porte, receipt of payment, payroll."""

from decimal import Decimal
from urllib.parse import urlencode

from companies.documents.amounts import pesos
from companies.documents.sample import Column, Complement, Entry, Party, Table
from companies.documents.sample_parts import (
    AT_ONCE,
    CUSTOMER,
    CUSTOMER_RFC,
    NO_CURRENCY,
    RELATED_UUID,
    TAXED,
    TRANSFER,
    WORKER,
    WORKER_RFC,
    Concept,
    Content,
    Issuer,
    concept_table,
    money,
    terms,
)
from companies.sat import tax_regimes

WAYBILL_URL = "https://verificacfdi.facturaelectronica.sat.gob.mx/verificaccp/default.aspx"
# A UUID whose first three characters are these, says the standard.
SAMPLE_CCP = "CCC00000-0000-0000-0000-000000000000"
NOTHING_TO_PAY = Concept("84111506", Decimal(1), "ACT · Actividad", "Pago", Decimal(0), taxed=False)


def waybill(issuer: Issuer) -> Content:
    """A transfer of goods with its Carta Porte."""
    cargo = Concept(
        "24121500",
        Decimal(40),
        "H87 · Pieza",
        "Mercancía de ejemplo: cajas de cartón",
        Decimal(0),
        taxed=False,
    )
    legs = (
        ("Origen OR000001", issuer.rfc, f"C.P. {issuer.postal_code}", "Salida 08:00", ""),
        ("Destino DE000001", CUSTOMER_RFC, "C.P. 06600", "Llegada 12:30", "120 km"),
    )
    place = Table(
        "Carta Porte 3.1 · Ubicaciones",
        (
            Column("Ubicación", 3.2),
            Column("RFC", 3),
            Column("Domicilio"),
            Column("Hora", 3),
            Column("Distancia", 2.2, numeric=True),
        ),
        legs,
    )
    goods = Table(
        "Carta Porte 3.1 · Mercancías",
        (
            Column("Bien", 2),
            Column("Descripción"),
            Column("Cantidad", 2, numeric=True),
            Column("Unidad", 2.4),
            Column("Material peligroso", 3.2),
            Column("Peso", 2.2, numeric=True),
        ),
        ((cargo.key, cargo.description, f"{cargo.quantity}", cargo.unit, "No", "80 kg"),),
    )
    vehicle = Table(
        "Carta Porte 3.1 · Autotransporte y figura de transporte",
        (
            Column("Configuración vehicular"),
            Column("Placas", 2),
            Column("Permiso SCT", 3.2),
            Column("Seguro (resp. civil)", 3.6),
            Column("01 · Operador", 4),
        ),
        (
            (
                "VL · Vehículo ligero de carga\nPeso bruto vehicular: 3.5 t",
                "EJE0001\nModelo 2024",
                "TPAF01\nNúm. 0000000000",
                "Aseguradora de ejemplo\nPóliza 000000000",
                "JOSÉ EJEMPLO PEÑA\nEEPJ900101AB3 · Licencia EJE00000000",
            ),
        ),
    )
    return Content(
        receiver=_oneself(issuer),
        receiver_rfc=issuer.rfc,
        conditions=terms("S01 · Sin efectos fiscales", currency=NO_CURRENCY),
        tables=(concept_table((cargo,)), place, goods, vehicle),
        totals=(Entry("Subtotal", money(Decimal(0))), Entry("Total", money(Decimal(0)))),
        total=Decimal(0),
        in_words="",
        complement=Complement("Carta Porte 3.1", _waybill_entries(), _waybill_url(issuer)),
    )


def _oneself(issuer: Issuer) -> Party:
    """Whoever moves its own goods is the receiver too."""
    regime = tax_regimes.label(issuer.tax_regime) if issuer.tax_regime else ""
    return Party(
        issuer.name,
        (
            Entry("RFC", issuer.rfc),
            Entry("Domicilio fiscal (C.P.)", issuer.postal_code),
            Entry("Régimen fiscal", regime or "Su régimen fiscal", given=bool(regime)),
        ),
    )


def _waybill_entries() -> tuple[Entry, ...]:
    return (
        Entry("IdCCP", SAMPLE_CCP),
        Entry("Transporte internacional", "No"),
        Entry("Distancia total recorrida", "120 km"),
        Entry("Peso bruto total", "80 kg"),
        Entry("Unidad de peso", "KGM · Kilogramo"),
        Entry("Número total de mercancías", "1"),
    )


def _waybill_url(issuer: Issuer) -> str:
    """Where its QR leads: the SAT's page that verifies a Carta Porte (standard of the complement, 3.1)."""
    query = {"IdCCP": SAMPLE_CCP, "FechaOrig": issuer.moment, "FechaTimb": issuer.moment}
    return f"{WAYBILL_URL}?{urlencode(query, safe=':')}"


def payment(issuer: Issuer) -> Content:
    """A receipt for the payment of an earlier invoice."""
    paid = Decimal("7609.60")
    base = Decimal("6560.00")
    payment = Table(
        "Recepción de pagos 2.0 · Pago",
        (
            Column("Fecha de pago", 3.8),
            Column("Forma de pago"),
            Column("Moneda", 1.8),
            Column("Monto", 2.6, numeric=True),
        ),
        ((issuer.moment, TRANSFER, "MXN", money(paid)),),
    )
    documents = Table(
        "Documentos relacionados",
        (
            Column("Folio fiscal"),
            Column("Parcialidad", 2.2, numeric=True),
            Column("Saldo anterior", 2.8, numeric=True),
            Column("Pagado", 2.4, numeric=True),
            Column("Saldo", 2.2, numeric=True),
        ),
        (
            (
                f"{RELATED_UUID}\nObjeto de impuesto: {TAXED}\n"
                f"IVA 16 % trasladado sobre {money(base)}: {money(paid - base)}",
                "1",
                money(paid),
                money(paid),
                money(Decimal(0)),
            ),
        ),
    )
    return Content(
        receiver=CUSTOMER,
        receiver_rfc=CUSTOMER_RFC,
        conditions=terms("CP01 · Pagos", currency=NO_CURRENCY),
        tables=(concept_table((NOTHING_TO_PAY,)), payment, documents),
        totals=(Entry("Monto total de pagos", money(paid)), Entry("Total del CFDI", money(Decimal(0)))),
        total=Decimal(0),
        in_words=pesos(paid),
    )


def payroll(issuer: Issuer) -> Content:
    """The complement of a Recibo de nómina: a worker's pay."""
    earned = (
        ("001", "Sueldos, salarios, rayas y jornales", Decimal("7500.00"), Decimal(0)),
        ("010", "Premios por puntualidad", Decimal("750.00"), Decimal(0)),
    )
    deducted = (
        ("002", "ISR", Decimal("812.45")),
        ("001", "Seguridad social", Decimal("214.30")),
    )
    gross = sum((row[2] for row in earned), Decimal(0))
    minus = sum((row[2] for row in deducted), Decimal(0))
    net = gross - minus
    concept = Concept("84111505", Decimal(1), "ACT · Actividad", "Pago de nómina", gross, taxed=False)
    earnings = Table(
        "Nómina 1.2 · Percepciones",
        (
            Column("Tipo", 1.8),
            Column("Concepto"),
            Column("Gravado", 2.4, numeric=True),
            Column("Exento", 2.4, numeric=True),
        ),
        tuple((key, name, money(taxed), money(free)) for key, name, taxed, free in earned),
    )
    deductions = Table(
        "Nómina 1.2 · Deducciones",
        (Column("Tipo", 1.8), Column("Concepto"), Column("Importe", 2.4, numeric=True)),
        tuple((key, name, money(amount)) for key, name, amount in deducted),
    )
    work = Table(
        "Nómina 1.2 · Relación laboral",
        (
            Column("Tipo de nómina", 2.6),
            Column("Contrato y régimen"),
            Column("Periodicidad", 2.8),
            Column("Días pagados", 2.2, numeric=True),
            Column("Salario diario integrado", 3.6, numeric=True),
        ),
        (
            (
                "O · Nómina ordinaria",
                "01 · Contrato de trabajo por tiempo indeterminado\n02 · Sueldos",
                "04 · Quincenal",
                "15",
                money(Decimal("524.25")),
            ),
        ),
    )
    return Content(
        receiver=WORKER,
        receiver_rfc=WORKER_RFC,
        conditions=(
            *terms("CN01 · Nómina", method=AT_ONCE),
            Entry("Puesto", "Puesto de ejemplo"),
            Entry("Periodo de pago", "Quincena de ejemplo, 15 días"),
            Entry("Fecha de pago", issuer.moment[:10]),
            Entry("Registro patronal", "A0000000000", given=False),
        ),
        tables=(concept_table((concept,)), work, earnings, deductions),
        totals=(
            Entry("Percepciones", money(gross)),
            Entry("Deducciones", f"−{money(minus)}"),
            Entry("Neto por pagar", money(net)),
        ),
        total=net,
        in_words=pesos(net),
    )

"""The sample documents that are more than concepts: Carta Porte, receipt of payment, payroll."""

from decimal import Decimal

from companies.papers.parts import (
    AT_ONCE,
    CUSTOMER,
    CUSTOMER_RFC,
    NO_CURRENCY,
    RELATED_UUID,
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
from companies.papers.sample import Column, Entry, Party, Table
from companies.papers.words import pesos

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
        ("Origen", issuer.rfc, f"C.P. {issuer.postal_code}", "Salida 08:00", ""),
        ("Destino", CUSTOMER_RFC, "C.P. 06600", "Llegada 12:30", "120 km"),
    )
    place = Table(
        "Carta Porte 3.1 · Ubicaciones",
        (
            Column("Tipo", 1.8),
            Column("RFC", 3),
            Column("Domicilio"),
            Column("Hora", 3),
            Column("Distancia", 2.2, numeric=True),
        ),
        legs,
    )
    vehicle = Table(
        "Carta Porte 3.1 · Autotransporte",
        (
            Column("Configuración vehicular"),
            Column("Placas", 2.2),
            Column("Modelo", 1.8),
            Column("Permiso SCT", 2.6),
        ),
        (("VL · Vehículo ligero de carga con dos llantas en cada eje", "EJE0001", "2024", "TPAF01"),),
    )
    receiver = Party(
        issuer.name,
        (Entry("RFC", issuer.rfc), Entry("Domicilio fiscal (C.P.)", issuer.postal_code)),
    )
    return Content(
        receiver=receiver,
        receiver_rfc=issuer.rfc,
        conditions=terms("S01 · Sin efectos fiscales", currency=NO_CURRENCY),
        tables=(concept_table((cargo,)), place, vehicle),
        totals=(Entry("Subtotal", money(Decimal(0))), Entry("Total", money(Decimal(0)))),
        total=Decimal(0),
        in_words="",
    )


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
                f"{RELATED_UUID}\nIVA 16 % trasladado sobre {money(base)}: {money(paid - base)}",
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
    """A worker's pay."""
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
    return Content(
        receiver=WORKER,
        receiver_rfc=WORKER_RFC,
        conditions=(
            *terms("CN01 · Nómina", method=AT_ONCE),
            Entry("Puesto", "Puesto de ejemplo"),
            Entry("Periodo de pago", "Quincena de ejemplo, 15 días"),
        ),
        tables=(concept_table((concept,)), earnings, deductions),
        totals=(
            Entry("Percepciones", money(gross)),
            Entry("Deducciones", f"−{money(minus)}"),
            Entry("Neto por pagar", money(net)),
        ),
        total=net,
        in_words=pesos(net),
    )

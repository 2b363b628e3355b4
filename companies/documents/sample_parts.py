"""What the sample documents are made of: a made-up customer, concepts, taxes, terms.

Keys and their names are those of the SAT's catalogues for CFDI 4.0; people and figures are invented.
"""

from dataclasses import dataclass
from decimal import Decimal

from companies.documents.amounts import pesos
from companies.documents.sample import Column, Complement, Entry, Party, Table

CENT = Decimal("0.01")
VAT = Decimal("0.16")
SAMPLE_UUID = "00000000-0000-0000-0000-000000000000"
RELATED_UUID = "00000000-0000-0000-0000-000000000001"


@dataclass(frozen=True)
class Issuer:
    """What of the issuer changes a document's content, and the moment of issue."""

    rfc: str
    name: str
    postal_code: str
    tax_regime: str
    moment: str

    @property
    def is_person(self) -> bool:
        """Whether it is a persona física, from whose fees and rents taxes are withheld."""
        return len(self.rfc) == 13


@dataclass(frozen=True)
class Concept:
    """One line of a document."""

    key: str
    quantity: Decimal
    unit: str
    description: str
    price: Decimal
    taxed: bool = True
    # What the SAT asks of this concept besides, in small print.
    notes: tuple[str, ...] = ()

    @property
    def amount(self) -> Decimal:
        """Quantity times price, before discounts and taxes."""
        return (self.quantity * self.price).quantize(CENT)


@dataclass(frozen=True)
class Content:
    """What a kind of document shows below the issuer's own data."""

    receiver: Party
    receiver_rfc: str
    conditions: tuple[Entry, ...]
    tables: tuple[Table, ...]
    totals: tuple[Entry, ...]
    total: Decimal
    in_words: str
    complement: Complement | None = None


def money(amount: Decimal) -> str:
    """An amount as an invoice prints it: «$1,234.50»."""
    return f"${amount:,.2f}"


CUSTOMER_RFC = "EJE010101AB1"
CUSTOMER = Party(
    "CLIENTE DE EJEMPLO",
    (
        Entry("RFC", CUSTOMER_RFC),
        Entry("Domicilio fiscal (C.P.)", "06600"),
        Entry("Régimen fiscal", "601 · General de Ley Personas Morales"),
    ),
)
WORKER_RFC = "EEPM900101AB2"
WORKER = Party(
    "MARÍA EJEMPLO PEÑA",
    (
        Entry("RFC", WORKER_RFC),
        Entry("CURP", "EEPM900101MDFJXR00"),
        Entry("Núm. de seguridad social", "00000000000"),
        Entry("Núm. de empleado", "1"),
        Entry("Domicilio fiscal (C.P.)", "06600"),
        Entry("Régimen fiscal", "605 · Sueldos y Salarios e Ingresos Asimilados a Salarios"),
    ),
)
CONCEPT_COLUMNS = (
    Column("Clave SAT", 1.9),
    Column("Cantidad", 1.8, numeric=True),
    Column("Unidad", 2.9),
    Column("Descripción"),
    Column("Valor unitario", 2.5, numeric=True),
    Column("Importe", 2.2, numeric=True),
)


# c_ObjetoImp.
TAXED = "02 · Sí objeto de impuesto"
NOT_TAXED = "01 · No objeto de impuesto"


def concept_table(concepts: tuple[Concept, ...]) -> Table:
    """The concepts with their SAT keys, and under each the tax on it."""
    return Table("Conceptos", CONCEPT_COLUMNS, tuple(_concept_row(concept) for concept in concepts))


def _concept_row(concept: Concept) -> tuple[str, ...]:
    if concept.taxed:
        tax = (concept.amount * VAT).quantize(CENT)
        small = f"Objeto de impuesto: {TAXED}\nIVA 16 % sobre {money(concept.amount)}: {money(tax)}"
    else:
        small = f"Objeto de impuesto: {NOT_TAXED}"
    return (
        concept.key,
        f"{concept.quantity:,}",
        concept.unit,
        "\n".join((concept.description, *concept.notes, small)),
        money(concept.price),
        money(concept.amount),
    )


def terms(use: str, *, payment: str = "", method: str = "", currency: str = "") -> tuple[Entry, ...]:
    """The conditions; one that a kind of document does not have is left out."""
    entries = (
        Entry("Uso del CFDI", use),
        Entry("Forma de pago", payment),
        Entry("Método de pago", method),
        Entry("Moneda", currency or "MXN · Peso Mexicano"),
        Entry("Exportación", "01 · No aplica"),
    )
    return tuple(entry for entry in entries if entry.text)


TRANSFER = "03 · Transferencia electrónica de fondos"
AT_ONCE = "PUE · Pago en una sola exhibición"
NO_CURRENCY = "XXX · Los códigos asignados para transacciones en que intervenga ninguna moneda"
SALE = terms("G03 · Gastos en general", payment=TRANSFER, method=AT_ONCE)


def income(
    concepts: tuple[Concept, ...],
    *,
    conditions: tuple[Entry, ...] = SALE,
    withheld: tuple[tuple[str, Decimal], ...] = (),
    complement: Complement | None = None,
) -> Content:
    """A document that charges for concepts, with IVA on the taxed ones and what is withheld."""
    subtotal = sum((concept.amount for concept in concepts), Decimal(0))
    taxed = sum((concept.amount for concept in concepts if concept.taxed), Decimal(0))
    vat = (taxed * VAT).quantize(CENT)
    minus = [(label, (subtotal * rate).quantize(CENT)) for label, rate in withheld]
    total = subtotal + vat - sum((amount for _, amount in minus), Decimal(0))
    totals = [
        Entry("Subtotal", money(subtotal)),
        *([Entry("IVA 16 %", money(vat))] if taxed else []),
        *(Entry(label, f"−{money(amount)}") for label, amount in minus),
        Entry("Total", money(total)),
    ]
    return Content(
        receiver=CUSTOMER,
        receiver_rfc=CUSTOMER_RFC,
        conditions=conditions,
        tables=(concept_table(concepts),),
        totals=tuple(totals),
        total=total,
        in_words=pesos(total),
        complement=complement,
    )


def related(kind: str) -> tuple[Entry, ...]:
    """The earlier invoice that a note belongs to."""
    return (Entry("CFDI relacionado", f"{kind}\n{RELATED_UUID}"),)

"""What a CSF offers, beside what is stored; and saving what the issuer accepts of it.

Every accepted value passes the forms of steps 4 and 5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import pghistory

from companies import postal_codes, tax_regimes
from companies.csf.constancia import Constancia
from companies.forms import AddressForm, FiscalDataForm
from companies.models import Address, Company

ADDRESS = (
    "postal_code",
    "street",
    "exterior_number",
    "interior_number",
    "neighborhood",
    "reference",
    "locality",
    "municipality",
    "state",
)
FISCAL = ("name", "tax_regime", "expedition_place")
FIELDS = (*FISCAL, *ADDRESS)
ORIGIN = "csf"
# What is kept of a name for comparison; a longer one is no name.
NAME_LENGTH = 300

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class Offer:
    """What travels from the table to its confirmation: texts only."""

    values: dict[str, str]
    # More than one where the taxpayer is registered in several.
    regimes: tuple[str, ...]
    name: str
    issued_on: str

    @classmethod
    def of(cls, csf: Constancia, company: Company) -> "Offer":
        """The values of a CSF as our forms want them; states and places as the catalogue spells them."""
        facts = asdict(csf)
        address = {name: str(facts[name]) for name in ADDRESS}
        if place := postal_codes.find(csf.postal_code):
            address = place.spelled(address)
        able = [code for code in csf.regimes if (regime := tax_regimes.get(code)) and regime.can_issue]
        # One that is registered still is not asked for again.
        chosen = company.tax_regime if company.tax_regime in able else next(iter(able), "")
        values = {"name": csf.name, "tax_regime": chosen, "expedition_place": csf.postal_code, **address}
        issued_on = csf.issued_on.isoformat() if csf.issued_on else ""
        kept = csf.name[:NAME_LENGTH]
        return cls({name: value for name, value in values.items() if value}, tuple(able), kept, issued_on)

    def choosing(self, regime: str) -> "Offer":
        """The same with another of its régimenes."""
        if regime not in self.regimes:
            return self
        return replace(self, values={**self.values, "tax_regime": regime})


@dataclass(frozen=True)
class Row:
    """One line of the table «ahora / en la constancia»."""

    name: str
    label: str
    now: str
    offered: str
    ticked: bool
    choices: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether there is nothing to take over."""
        return self.now == self.offered and not self.choices


def rows(
    offer: Offer,
    company: Company,
    fiscal: Address,
    ticked: Iterable[str] | None = None,
    errors: Errors | None = None,
) -> list[Row]:
    """The table; at first every difference is ticked."""
    wanted = None if ticked is None else set(ticked)
    return [
        _row(name, offer, company, fiscal, wanted, (errors or {}).get(name, []))
        for name in FIELDS
        if name in offer.values
    ]


def _row(
    name: str, offer: Offer, company: Company, fiscal: Address, ticked: set[str] | None, errors: list[str]
) -> Row:
    stored, offered = str(getattr(company if name in FISCAL else fiscal, name) or ""), offer.values[name]
    form: Any = FiscalDataForm if name in FISCAL else AddressForm
    row = Row(
        name=name,
        label=form.base_fields[name].label,
        now=stored,
        offered=offered,
        ticked=stored != offered if ticked is None else name in ticked,
        errors=tuple(errors),
    )
    if name != "tax_regime":
        return row
    several = offer.regimes if len(offer.regimes) > 1 else ()
    return replace(
        row,
        now=tax_regimes.label(stored) if stored else "",
        offered=tax_regimes.label(offered),
        choices=tuple((code, tax_regimes.label(code)) for code in several),
    )


def accept(offer: Offer, names: Iterable[str], company: Company, fiscal: Address) -> Errors:
    """Saves the accepted values, or nothing and tells what is wrong with them. In a transaction.

    The caller holds the lock of the company's way.
    """
    wanted = {name: offer.values[name] for name in FIELDS if name in set(names) and name in offer.values}
    forms = [form for form in (_fiscal_form(wanted, company), _address_form(wanted, fiscal)) if form]
    errors = {
        name: [str(sentence) for sentence in found] for form in forms for name, found in form.errors.items()
    }
    if errors:
        return errors
    pghistory.context(origin=ORIGIN, **{ORIGIN: sorted(wanted), "csf_issued_on": offer.issued_on})
    for form in forms:
        form.save()
    _remember(offer, company)
    return {}


def _fiscal_form(wanted: Mapping[str, str], company: Company) -> FiscalDataForm | None:
    chosen = [name for name in FISCAL if name in wanted]
    if not chosen:
        return None
    form = FiscalDataForm(dict(wanted), instance=company)
    for name in set(form.fields) - set(chosen):
        del form.fields[name]
    return form


def _address_form(wanted: Mapping[str, str], fiscal: Address) -> AddressForm | None:
    chosen = {name: wanted[name] for name in ADDRESS if name in wanted}
    return AddressForm({**fiscal.content, **chosen}, instance=fiscal) if chosen else None


def _remember(offer: Offer, company: Company) -> None:
    """The name for later comparison: the file is gone."""
    company.csf_name = offer.name
    company.csf_issued_on = date.fromisoformat(offer.issued_on) if offer.issued_on else None
    company.save(update_fields=["csf_name", "csf_issued_on"])

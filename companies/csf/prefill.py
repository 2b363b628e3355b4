"""What a CSF has to offer beside what is stored; and saving what the issuer accepts of it.

Every accepted value passes the forms of steps 4 and 5. Only what was read is ticked at first.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from typing import Any

import pghistory
from django.core import signing

from companies.csf.regimes import issuable_regimes, proposed_regime
from companies.csf.result import ADDRESS_FIELDS, CsfResult, CsfSource, CsfValue, ValueState
from companies.forms import AddressForm, FiscalDataForm
from companies.models import Address, Company
from companies.sat import postal_codes, tax_regimes
from companies.sat.postal_codes import Place

FISCAL = ("name", "tax_regime", "expedition_place")
ADDRESS = ADDRESS_FIELDS
FIELDS = (*FISCAL, *ADDRESS)
# What no document tells, and what it may leave out of an address: it is typed beside the table.
TYPED = ("phone", *ADDRESS)
# What the SAT's catalogue has for every postal code, so that another value is a reason to look twice.
PLACES = frozenset({"state", "municipality"})
ORIGIN = "csf"
# What is kept of a name for comparison; a longer one is no name.
NAME_LENGTH = 300
OTHER_PLACE = "El código postal {} es de {}."
STATE_LABELS = {
    ValueState.READ: "Leído",
    ValueState.EMPTY: "Vacío en el documento",
    ValueState.NOT_FOUND: "No lo encontramos",
    ValueState.DOUBTFUL: "Dudoso",
}

Errors = dict[str, list[str]]


@dataclass(frozen=True)
class CsfPrefill:
    """What travels from the table to its confirmation: texts only."""

    rfc: str
    # By field of FIELDS: its value, how sure that is, and why it is doubtful.
    values: dict[str, str]
    states: dict[str, str]
    doubts: dict[str, str]
    # More than one where the taxpayer is registered in several.
    regimes: tuple[str, ...]
    issued_on: str
    # What to tell of the document as a whole, each time that its values are shown, and which one it is.
    remarks: tuple[str, ...] = ()
    source: str = CsfSource.CONSTANCIA

    @classmethod
    def of(cls, csf: CsfResult, tax_regime: str = "", remarks: Iterable[str] = ()) -> "CsfPrefill":
        """The values of a CSF as our forms want them; states and places as the catalogue spells them.

        `tax_regime` is the one that is stored: if it is registered still, it is not asked for again.
        """
        found = {
            "name": csf.value("name"),
            "tax_regime": proposed_regime(csf, tax_regime),
            "expedition_place": csf.value("postal_code"),
            **_address(csf),
        }
        return cls(
            rfc=csf.rfc,
            values={name: value.value for name, value in found.items() if value.value},
            states={name: value.state.value for name, value in found.items()},
            doubts={name: value.doubt for name, value in found.items() if value.doubt},
            regimes=issuable_regimes(csf),
            issued_on=csf.issued_on.isoformat() if csf.issued_on else "",
            remarks=tuple(remarks),
            source=csf.source.value,
        )

    @property
    def sure(self) -> dict[str, str]:
        """The values that were read without a doubt."""
        return {name: value for name, value in self.values.items() if self.state(name) is ValueState.READ}

    @property
    def has_address(self) -> bool:
        """Whether it tells more of the address than a postal code, which alone fills nothing in."""
        return "postal_code" in self.states

    def state(self, name: str) -> ValueState:
        """How sure a field's value is."""
        return ValueState(self.states.get(name, ValueState.NOT_FOUND))

    def choosing(self, regime: str) -> "CsfPrefill":
        """The same with another of its régimenes."""
        if regime not in self.regimes:
            return self
        return replace(self, values={**self.values, "tax_regime": regime})

    @property
    def remembered(self) -> dict[str, Any]:
        """What the company keeps of it for later comparison: the file is gone."""
        return {
            "csf_name": self.sure.get("name", "")[:NAME_LENGTH],
            "csf_issued_on": date.fromisoformat(self.issued_on) if self.issued_on else None,
        }

    # --- the way through the page and back

    def signed(self, salt: str, holder: int) -> str:
        """Itself as a text that nobody can alter, for one holder only."""
        return signing.dumps({"holder": holder, **asdict(self)}, salt=salt, compress=True)

    @classmethod
    def opened(cls, signed: str, salt: str, holder: int, lifetime: timedelta) -> "CsfPrefill | None":
        """What a page carried; None when there is nothing, or it is altered, too old, or another's."""
        try:
            content = signing.loads(signed, salt=salt, max_age=lifetime)
        except signing.BadSignature:
            return None
        if content.pop("holder") != holder:
            return None
        lists = {name: tuple(content.get(name, ())) for name in ("regimes", "remarks")}
        return cls(**{**content, **lists})


def _address(csf: CsfResult) -> dict[str, CsfValue]:
    """The address in the catalogue's spelling; nothing where the document has none."""
    if not (csf.text("street") or csf.text("neighborhood")):
        return {}
    place = postal_codes.find(csf.text("postal_code"))
    if place is None:
        return {name: csf.value(name) for name in ADDRESS}
    spelled = place.spelled({name: csf.text(name) for name in ADDRESS})
    return {name: _parted(name, replace(csf.value(name), value=spelled[name]), place) for name in ADDRESS}


def _parted(name: str, value: CsfValue, place: Place) -> CsfValue:
    """A place whose words grew together in an OCR layer: parted as in the catalogue, or else doubtful."""
    known = place.neighborhoods if name == "neighborhood" else (place.decided.get(name, ""),)
    if " " in value.value or not (value.is_read and any(known)):
        return value
    if parted := next((each for each in known if _glued(each) == _glued(value.value)), ""):
        return replace(value, value=parted)
    words = {_glued(word) for each in known for word in each.split()}
    if name in PLACES and len(words) > 1 and _glued(value.value) not in words:
        doubt = OTHER_PLACE.format(place.code, *known)
        return replace(value, state=ValueState.DOUBTFUL, doubt=doubt)
    return value


def _glued(text: str) -> str:
    return postal_codes.folded(text).replace(" ", "")


@dataclass(frozen=True)
class PrefillRow:
    """One line of the table «ahora / en la constancia»."""

    name: str
    label: str
    now: str
    found: str
    state: ValueState
    doubt: str
    ticked: bool
    # Where the document says nothing, nothing is stored, and the address needs it: what was typed there.
    asks: bool = False
    typed: str = ""
    help_text: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    errors: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether there is nothing to take over."""
        return self.now == self.found and not self.choices

    @property
    def can_be_taken(self) -> bool:
        """Whether there is a value that differs from what is stored."""
        return bool(self.found) and not self.same

    @property
    def state_label(self) -> str:
        """How sure the value is, for people."""
        return STATE_LABELS[self.state]


@dataclass(frozen=True)
class PrefillAnswer:
    """What the issuer did with the table: the rows it ticked, and what it typed where one was empty."""

    ticked: tuple[str, ...]
    typed: Mapping[str, str]


def rows(
    prefill: CsfPrefill,
    company: Company,
    fiscal: Address,
    answer: PrefillAnswer | None = None,
    errors: Errors | None = None,
) -> list[PrefillRow]:
    """The table; at first every difference that was read is ticked, and nothing else."""
    shown = FIELDS if prefill.has_address else FISCAL
    return [_row(name, prefill, company, fiscal, answer, (errors or {}).get(name, [])) for name in shown]


def _row(
    name: str,
    prefill: CsfPrefill,
    company: Company,
    fiscal: Address,
    answer: PrefillAnswer | None,
    errors: list[str],
) -> PrefillRow:
    stored = str(getattr(company if name in FISCAL else fiscal, name) or "")
    found, state = prefill.values.get(name, ""), prefill.state(name)
    field = _field(name)
    row = PrefillRow(
        name=name,
        label=str(field.label),
        now=stored,
        found=found,
        state=state,
        doubt=prefill.doubts.get(name, ""),
        ticked=found != stored and state is ValueState.READ if answer is None else name in answer.ticked,
        asks=name in ADDRESS and field.required and not (found or stored),
        typed=answer.typed.get(name, "") if answer else "",
        help_text=str(field.help_text),
        errors=tuple(errors),
    )
    return _with_choices(row, prefill) if name == "tax_regime" else row


def _field(name: str) -> Any:
    form: Any = FiscalDataForm if name in FISCAL else AddressForm
    return form.base_fields[name]


def _with_choices(row: PrefillRow, prefill: CsfPrefill) -> PrefillRow:
    several = prefill.regimes if len(prefill.regimes) > 1 else ()
    return replace(
        row,
        now=tax_regimes.label(row.now) if row.now else "",
        found=tax_regimes.label(row.found) if row.found else "",
        choices=tuple((code, tax_regimes.label(code)) for code in several),
    )


def accept(prefill: CsfPrefill, answer: PrefillAnswer, company: Company, fiscal: Address) -> Errors:
    """Saves the accepted values, or nothing and tells what is wrong with them. In a transaction.

    The caller holds the lock of the company's way.
    """
    taken = {
        name: prefill.values[name] for name in FIELDS if name in answer.ticked and name in prefill.values
    }
    typed = {name: value for name in TYPED if (value := answer.typed.get(name, "").strip())}
    wanted = typed | taken
    forms = [form for form in (_fiscal_form(wanted, company), _address_form(wanted, fiscal)) if form]
    errors = {
        name: [str(sentence) for sentence in found] for form in forms for name, found in form.errors.items()
    }
    if errors:
        return errors
    pghistory.context(origin=ORIGIN, **{ORIGIN: sorted(taken), "csf_issued_on": prefill.issued_on})
    for form in forms:
        form.save()
    _remember(prefill, company)
    return {}


def _fiscal_form(wanted: Mapping[str, str], company: Company) -> FiscalDataForm | None:
    chosen = [name for name in (*FISCAL, "phone") if name in wanted]
    if not chosen:
        return None
    form = FiscalDataForm(dict(wanted), instance=company)
    for name in set(form.fields) - set(chosen):
        del form.fields[name]
    return form


def _address_form(wanted: Mapping[str, str], fiscal: Address) -> AddressForm | None:
    chosen = {name: wanted[name] for name in ADDRESS if name in wanted}
    return AddressForm({**fiscal.content, **chosen}, instance=fiscal) if chosen else None


def _remember(prefill: CsfPrefill, company: Company) -> None:
    for name, value in prefill.remembered.items():
        setattr(company, name, value)
    company.save(update_fields=list(prefill.remembered))

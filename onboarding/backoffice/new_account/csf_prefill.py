"""What a constancia offers to an account that is yet to be opened: shown, carried, and remembered if used."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from companies.csf.prefill import FIELDS, STATE_LABELS, CsfPrefill
from companies.csf.result import CsfResult, ValueState
from companies.forms import AddressForm, FiscalDataForm
from companies.models import User
from companies.sat import tax_regimes
from companies.sat.rfc import normalize

SALT = "onboarding.new_account"
# A working day: the form may wait for a telephone call. Later only the source is forgotten.
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class PrefillDifference:
    """Something that was typed and that the constancia says otherwise."""

    label: str
    typed: str
    found: str


@dataclass(frozen=True)
class UnsureValue:
    """A field that the form was not filled with: not found, or doubtful and why."""

    label: str
    state: str
    found: str
    doubt: str


@dataclass(frozen=True)
class AccountPrefill:
    """The values of one constancia, and whose it is. Only what was read without a doubt fills the form."""

    csf: CsfPrefill

    @classmethod
    def of(cls, csf: CsfResult, typed: Mapping[str, str], remarks: Iterable[str] = ()) -> "AccountPrefill":
        """What it says; what it leaves out does not push out what was typed."""
        return cls(CsfPrefill.of(csf, typed.get("tax_regime", ""), remarks))

    @property
    def remarks(self) -> tuple[str, ...]:
        """What to tell of the document as a whole, each time that the form is shown."""
        return self.csf.remarks

    @property
    def rfc(self) -> str:
        return self.csf.rfc

    @property
    def regimes(self) -> tuple[str, ...]:
        """The régimenes of which one must be chosen."""
        return self.csf.regimes

    @property
    def values(self) -> dict[str, str]:
        """By field of the form."""
        return {"rfc": self.rfc, **self.csf.sure}

    @property
    def unsure(self) -> list[UnsureValue]:
        """What a person must look up, in the order of the page."""
        states = (ValueState.NOT_FOUND, ValueState.DOUBTFUL)
        return [
            UnsureValue(
                _label(name),
                STATE_LABELS[self.csf.state(name)],
                _shown(name, self.csf.values.get(name, "")),
                self.csf.doubts.get(name, ""),
            )
            for name in FIELDS
            if name in self.csf.states and self.csf.state(name) in states
        ]

    def differences(self, typed: Mapping[str, str]) -> list[PrefillDifference]:
        """Where it contradicts what was typed, in the order of the page."""
        return [
            PrefillDifference(_label(name), _shown(name, said), _shown(name, self.values[name]))
            for name in ("rfc", *FIELDS)
            if (said := _told(name, typed)) and self.values.get(name, said) != said
        ]

    def without(self, typed: Mapping[str, str]) -> dict[str, str]:
        """What was typed but for what this had filled in: another constancia takes its place."""
        return {name: "" if self.values.get(name) == value else value for name, value in typed.items()}

    def taken(self, values: Mapping[str, object]) -> list[str]:
        """The fields that an account has from it; none where the RFC became another."""
        if values.get("rfc") != self.rfc:
            return []
        return sorted(name for name, value in self.values.items() if values.get(name) == value)

    @property
    def remembered(self) -> dict[str, object]:
        """What the company keeps of it for later comparison."""
        return self.csf.remembered

    def signed(self, user: User) -> str:
        """For the way through the page and back: for this user only."""
        return self.csf.signed(SALT, user.pk)

    @classmethod
    def opened(cls, signed: str, user: User) -> "AccountPrefill | None":
        """What the page carried; None when there is nothing, or it is altered, too old, or another's."""
        csf = CsfPrefill.opened(signed, SALT, user.pk, LIFETIME)
        return cls(csf) if csf else None


def _told(name: str, typed: Mapping[str, str]) -> str:
    """What was typed, as the form understands it."""
    return normalize(typed.get(name, "")) if name == "rfc" else " ".join(typed.get(name, "").split())


def _label(name: str) -> str:
    fields = FiscalDataForm.base_fields | AddressForm.base_fields
    return str(fields[name].label)


def _shown(name: str, value: str) -> str:
    return tax_regimes.label(value) if name == "tax_regime" else value

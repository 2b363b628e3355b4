"""What a constancia offers to an account that is yet to be opened: shown, carried, and remembered if used."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.core import signing

from companies import tax_regimes
from companies.csf.constancia import NO_NUMBER, Constancia
from companies.csf.prefill import FIELDS, Offer
from companies.forms import AddressForm, FiscalDataForm
from companies.models import Company, User
from companies.rfc import normalize

SALT = "onboarding.new_account"
# A working day: the form may wait for a telephone call. Later only the source is forgotten.
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True)
class Difference:
    """Something that was typed and that the constancia says otherwise."""

    label: str
    typed: str
    offered: str


@dataclass(frozen=True)
class Offered:
    """The values of one constancia, and whose it is."""

    rfc: str
    offer: Offer

    @classmethod
    def of(cls, csf: Constancia, typed: Mapping[str, str]) -> "Offered":
        """What it says; what it leaves out does not push out what was typed."""
        offer = Offer.of(csf, Company(tax_regime=typed.get("tax_regime", "")))
        values = dict(offer.values)
        has_address = "postal_code" in values or "street" in values
        # S/N stands for a number that is missing there.
        if values.get("exterior_number") == NO_NUMBER and (typed.get("exterior_number") or not has_address):
            del values["exterior_number"]
        return cls(csf.rfc, Offer(values, offer.regimes, offer.name, offer.issued_on))

    @property
    def values(self) -> dict[str, str]:
        """By field of the form."""
        return {"rfc": self.rfc, **self.offer.values}

    def differences(self, typed: Mapping[str, str]) -> list[Difference]:
        """Where it contradicts what was typed, in the order of the page."""
        return [
            Difference(_label(name), _shown(name, said), _shown(name, self.values[name]))
            for name in ("rfc", *FIELDS)
            if (said := _told(name, typed)) and self.values.get(name, said) != said
        ]

    def without(self, typed: Mapping[str, str]) -> dict[str, str]:
        """What was typed but for what this had filled in: another constancia takes its place."""
        return {name: "" if self.values.get(name) == value else value for name, value in typed.items()}

    def taken(self, values: Mapping[str, Any]) -> list[str]:
        """The fields that an account has from it; none where the RFC became another."""
        if values.get("rfc") != self.rfc:
            return []
        return sorted(name for name, value in self.values.items() if values.get(name) == value)

    @property
    def remembered(self) -> dict[str, Any]:
        """What the company keeps of it for later comparison."""
        issued_on = self.offer.issued_on
        return {
            "csf_name": self.offer.name,
            "csf_issued_on": date.fromisoformat(issued_on) if issued_on else None,
        }

    def sealed(self, user: User) -> str:
        """For the way through the page and back: signed, for this user only."""
        content = {"user": user.pk, "rfc": self.rfc, **asdict(self.offer)}
        return signing.dumps(content, salt=SALT, compress=True)

    @classmethod
    def opened(cls, sealed: str, user: User) -> "Offered | None":
        """What the page carried; None when there is nothing, or it is altered, too old, or another's."""
        try:
            content = signing.loads(sealed, salt=SALT, max_age=LIFETIME)
        except signing.BadSignature:
            return None
        if content.pop("user") != user.pk:
            return None
        rfc = content.pop("rfc")
        return cls(rfc, Offer(**{**content, "regimes": tuple(content["regimes"])}))


def _told(name: str, typed: Mapping[str, str]) -> str:
    """What was typed, as the form understands it."""
    return normalize(typed.get(name, "")) if name == "rfc" else " ".join(typed.get(name, "").split())


def _label(name: str) -> str:
    form: Any = FiscalDataForm if name in FiscalDataForm.base_fields else AddressForm
    return str(form.base_fields[name].label)


def _shown(name: str, value: str) -> str:
    return tax_regimes.label(value) if name == "tax_regime" else value

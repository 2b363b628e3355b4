"""An active CSD as pages show it: what it says, and whether the SAT lets it be used yet, or still."""

from dataclasses import dataclass
from datetime import datetime

from certificates.expiry import USABLE_AFTER
from certificates.models import Csd
from facturamos.prose import day, hour


@dataclass(frozen=True)
class Ended:
    """The SAT has ended a CSD before its time."""

    heading: str
    text: str


_NEXT = "No se puede facturar con ellos: tramite un CSD nuevo en CertiSAT Web y suba aquí sus archivos."
ENDED = {
    Csd.SatStatus.REVOKED.value: Ended(
        "El SAT revocó sus sellos", f"En la lista del SAT aparecen como revocados. {_NEXT}"
    ),
    Csd.SatStatus.EXPIRED.value: Ended(
        "Para el SAT, sus sellos ya no están vigentes", f"En la lista del SAT aparecen como caducos. {_NEXT}"
    ),
    Csd.SatStatus.GONE.value: Ended(
        "Sus sellos ya no están en la lista del SAT",
        f"Estaban en la lista con que los PAC comprueban cada factura, y ya no. {_NEXT}",
    ),
}


# The columns that it is made of.
SHOWN_OF_CSD = ("number", "rfc", "name", "branch", "valid_from", "valid_to", "usable_since", "sat_status")


@dataclass(frozen=True)
class ActiveCsd:
    """What pages say of the CSD that a company invoices with."""

    number: str
    rfc: str
    name: str
    branch: str
    valid_from: datetime
    valid_to: datetime
    usable_from: datetime
    usable_until: datetime
    # When it was found to be active at the SAT; None while that is not known.
    active_at_sat: datetime | None
    ended: Ended | None
    is_usable: bool
    is_expired: bool

    @classmethod
    def of(cls, csd: Csd, now: datetime) -> "ActiveCsd":
        """What is known of an active CSD at `now`."""
        usable_from, usable_until = (csd.valid_from + wait for wait in USABLE_AFTER)
        return cls(
            number=csd.number,
            rfc=csd.rfc,
            name=csd.name,
            branch=csd.branch,
            valid_from=csd.valid_from,
            valid_to=csd.valid_to,
            usable_from=usable_from,
            usable_until=usable_until,
            active_at_sat=csd.usable_since,
            ended=ENDED.get(csd.sat_status),
            is_usable=csd.usable_since is not None or now >= usable_until,
            is_expired=now > csd.valid_to,
        )

    @property
    def activation(self) -> str:
        """From when the SAT takes it, as a line of a list; to invoice takes more than that."""
        if self.ended:
            return self.ended.heading
        if self.active_at_sat:
            return f"Activo en el SAT, comprobado el {day(self.active_at_sat)}"
        if not self.is_usable:
            return f"El SAT lo activa entre el {hour(self.usable_from)} y el {hour(self.usable_until)}"
        return f"Ya sirve: el SAT tardó a lo más hasta el {day(self.usable_until)} en activarlo"

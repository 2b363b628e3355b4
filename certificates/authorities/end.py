"""When the authorities that we know come to an end: from then on every new CSD has an unknown issuer."""

from datetime import datetime, timedelta

from certificates.authorities.chain import Authorities
from facturamos.prose import day

# Time to hear of the next one, which the SAT opens before the former ends, and tells nobody.
WARN_BEFORE = timedelta(days=365)


def end_warning(known: Authorities, now: datetime) -> str:
    """What staff should know a year before the last one ends; "" until then."""
    end = known.last_end()
    if end is None or now < end - WARN_BEFORE:
        return ""
    ends = "terminó" if now > end else "termina"
    return (
        f"La última autoridad del SAT que conocemos {ends} el {day(end)}. Agregue la siguiente en "
        "«Autoridades del SAT» en cuanto el SAT la publique."
    )

"""What to tell about a CSF as a whole before anybody confirms its values: to the issuer and to support."""

from datetime import date, timedelta

from django.utils.formats import date_format

from companies.csf.result import CsfResult, CsfSource
from companies.sat import tax_regimes

UNKNOWN_STATUS = (
    "No pudimos leer la situación en el padrón del SAT. Compruebe que diga «ACTIVO»: de otro modo no se "
    "pueden timbrar facturas."
)
NOT_ACTIVE = (
    "Según el documento, la situación en el padrón del SAT es «{}», y así no se pueden timbrar facturas. "
    "Hay que aclararlo con el SAT antes de facturar."
)
OLD = (
    "El documento es del {}, de hace más de tres meses. Si algo ha cambiado desde entonces, hace falta uno "
    "nuevo."
)
UNDATED = "No encontramos de qué fecha es el documento. Si algo ha cambiado, hace falta uno nuevo."
TO_COME = "El documento dice que es del {}, un día que aún no llega. Descargue otro del portal del SAT."
CANNOT_ISSUE = "Con el régimen «{}» no se pueden emitir facturas."
UNKNOWN_REGIME = "No conocemos el régimen «{}». Hay que elegirlo de la lista."
DATE = r"j \d\e F \d\e Y"


def remarks_on(csf: CsfResult, today: date) -> list[str]:
    """One sentence for each reason to be careful; none for a fresh one that was read whole."""
    return [
        *csf.remarks,
        *_on_its_age(csf, today),
        *_on_the_status(csf),
        *_on_the_regimes(csf),
    ]


def _on_its_age(csf: CsfResult, today: date) -> list[str]:
    # The validator answers for today, and the short form has no chain to date it.
    # Midnight comes to the SAT and to us at different moments.
    if csf.issued_on and csf.issued_on > today + timedelta(days=1):
        return [TO_COME.format(date_format(csf.issued_on, DATE))]
    if csf.is_fresh(today) or csf.source is not CsfSource.CONSTANCIA or csf.dates_disagree:
        return []
    return [OLD.format(date_format(csf.issued_on, DATE)) if csf.issued_on else UNDATED]


def _on_the_status(csf: CsfResult) -> list[str]:
    if csf.status:
        return [] if csf.is_active else [NOT_ACTIVE.format(csf.status)]
    return [] if csf.source is CsfSource.CEDULA else [UNKNOWN_STATUS]


def _on_the_regimes(csf: CsfResult) -> list[str]:
    """What we do not know, and what nobody can invoice with where there is nothing else."""
    known = [regime for code in csf.regimes if (regime := tax_regimes.get(code))]
    useless = [] if any(regime.can_issue for regime in known) else known
    return [
        *(UNKNOWN_REGIME.format(name) for name in csf.unknown_regimes),
        *(CANNOT_ISSUE.format(regime.name) for regime in useless),
    ]

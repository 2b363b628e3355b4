"""The régimenes of a CSF: how it spells them, not quite as the catalogue does, and which one is proposed."""

import re

from companies.csf.folding import fold
from companies.csf.result import CsfResult, CsfValue, ValueState
from companies.sat.rfc import Persona, persona_of
from companies.sat.tax_regimes import TAX_REGIMES, get

# What the spellings differ in, most of the time.
ARTICLES = ("DE", "DEL", "EL", "LA", "LAS", "LO", "LOS", "Y", "E", "CON", "POR", "A", "O", "EN", "QUE")
FILLERS = frozenset(("REGIMEN", "REGIMENES", "FISCAL", "INGRESO", "INGRESOS", "PM", "PF", *ARTICLES))
# What is left over: spellings whose words differ too.
ALIASES = {
    "Régimen General de las Personas Morales": "601",
    "Régimen General de Ley": "601",
    "Personas Morales del Régimen General": "601",
    "Personas Morales con Fines No Lucrativos (Título III)": "603",
    "Sueldos y Salarios": "605",
    "Asalariados": "605",
    "Sueldos, Salarios e Ingresos Asimilados": "605",
    "Ingresos por Arrendamiento de Inmuebles": "606",
    "Arrendamiento de Bienes Inmuebles": "606",
    "Uso o Goce Temporal de Bienes Inmuebles": "606",
    "Enajenación de Bienes": "607",
    "Adquisición de Bienes": "607",
    "Residentes en el Extranjero": "610",
    "Residentes en el Extranjero sin Establecimiento Permanente": "610",
    "Residentes en el Extranjero con Ingresos de Fuente de Riqueza en México": "610",
    "Ingresos por Dividendos": "611",
    "Dividendos y en General por las Ganancias Distribuidas por Personas Morales": "611",
    "Actividades Empresariales y Profesionales": "612",
    "Actividad Empresarial y Profesional": "612",
    "Personas Físicas con Actividades Empresariales": "612",
    "Personas Físicas con Actividad Empresarial y Profesional": "612",
    "Personas Físicas con Actividad Empresarial": "612",
    "Ingresos por Premios": "615",
    "Sin obligaciones": "616",
    "Sociedades Cooperativas de Producción": "620",
    "Sociedades Cooperativas de Producción que Optan por Diferir Ingresos": "620",
    "Régimen de Incorporación Fiscal (RIF)": "621",
    "Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras AGAPES": "622",
    "Actividades Agrícolas, Ganaderas, Pesqueras y Silvícolas": "622",
    "Plataformas Tecnológicas": "625",
    "Régimen Simplificado de Confianza (RESICO)": "626",
    "RESICO": "626",
    "Régimen Simplificado de Confianza de Personas Físicas": "626",
    "Régimen Simplificado de Confianza de Personas Morales": "626",
}
# The SAT's own marks behind the name of a régimen that companies and persons have under different keys.
MARKS = {"PM": Persona.MORAL, "PF": Persona.FISICA}
UNFIT = "No es un régimen de quien tiene este RFC."
UNKNOWN = "No conocemos el régimen «{}». Elíjalo de la lista en el paso «Datos fiscales»."
_CODE = re.compile(r"\s*(6\d\d)\b[\s.·:–-]*")


def _key(name: str) -> tuple[str, ...]:
    words = re.findall(r"[A-Z]+", fold(name))
    return tuple(word for word in words if word not in FILLERS)


_CODES = {_key(name): code for name, code in ALIASES.items()} | {
    _key(regime.name): regime.code for regime in TAX_REGIMES
}


def code_of(name: str) -> str:
    """The catalogue's key of a régimen as a CSF names it, also with its key before it; empty when unknown."""
    stated = _CODE.match(name)
    words = name[stated.end() :] if stated else name
    code = _CODES.get(_key(words), "")
    if stated and stated[1] != code:
        return ""
    regime, last = get(code), fold(words).rstrip(" .").rpartition(" ")[2]
    return code if regime and (last not in MARKS or regime.fits(MARKS[last])) else ""


def issuable_regimes(csf: CsfResult) -> tuple[str, ...]:
    """The régimenes that invoices can be issued with, first those that the RFC may have."""
    known = [regime for code in csf.regimes if (regime := get(code)) and regime.can_issue]
    persona = persona_of(csf.rfc)
    known.sort(key=lambda regime: persona is not None and not regime.fits(persona))
    return tuple(regime.code for regime in known)


def proposed_regime(csf: CsfResult, stored: str) -> CsfValue:
    """Which régimen of several is proposed: the stored one where it is registered still, else the first that
    invoices can be issued with. Doubtful where the RFC cannot have it, or where none is known.
    """
    able = issuable_regimes(csf)
    chosen = stored if stored in able else next(iter(able), "")
    regime, persona = get(chosen), persona_of(csf.rfc)
    if regime is None:
        doubts = [UNKNOWN.format(name) for name in csf.unknown_regimes]
        return CsfValue("", ValueState.DOUBTFUL, " ".join(doubts)) if doubts else CsfValue()
    fits = persona is None or regime.fits(persona)
    return CsfValue.of(chosen) if fits else CsfValue(chosen, ValueState.DOUBTFUL, UNFIT)

"""The SAT's régimenes fiscales (catalogue c_RegimenFiscal of CFDI 4.0) and who may have each."""

from dataclasses import dataclass

from companies.sat.rfc import Persona


@dataclass(frozen=True)
class TaxRegime:
    """One régimen: its key in the catalogue, the SAT's name, and the personas that it fits."""

    code: str
    name: str
    moral: bool = False
    fisica: bool = False
    # «Sin obligaciones fiscales» receives invoices and issues none.
    can_issue: bool = True

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"

    def fits(self, persona: Persona) -> bool:
        """Whether a taxpayer of this persona may be registered in it."""
        return self.moral if persona is Persona.MORAL else self.fisica


# 609, 628, 629 and 630 are no longer current.
TAX_REGIMES = (
    TaxRegime("601", "General de Ley Personas Morales", moral=True),
    TaxRegime("603", "Personas Morales con Fines no Lucrativos", moral=True),
    TaxRegime("605", "Sueldos y Salarios e Ingresos Asimilados a Salarios", fisica=True),
    TaxRegime("606", "Arrendamiento", fisica=True),
    TaxRegime("607", "Régimen de Enajenación o Adquisición de Bienes", fisica=True),
    TaxRegime("608", "Demás ingresos", fisica=True),
    TaxRegime(
        "610",
        "Residentes en el Extranjero sin Establecimiento Permanente en México",
        moral=True,
        fisica=True,
    ),
    TaxRegime("611", "Ingresos por Dividendos (socios y accionistas)", fisica=True),
    TaxRegime("612", "Personas Físicas con Actividades Empresariales y Profesionales", fisica=True),
    TaxRegime("614", "Ingresos por intereses", fisica=True),
    TaxRegime("615", "Régimen de los ingresos por obtención de premios", fisica=True),
    TaxRegime("616", "Sin obligaciones fiscales", fisica=True, can_issue=False),
    TaxRegime(
        "620",
        "Sociedades Cooperativas de Producción que optan por diferir sus ingresos",
        moral=True,
    ),
    TaxRegime("621", "Incorporación Fiscal", fisica=True),
    TaxRegime("622", "Actividades Agrícolas, Ganaderas, Silvícolas y Pesqueras", moral=True),
    TaxRegime("623", "Opcional para Grupos de Sociedades", moral=True),
    TaxRegime("624", "Coordinados", moral=True),
    TaxRegime(
        "625",
        "Régimen de las Actividades Empresariales con ingresos a través de Plataformas Tecnológicas",
        fisica=True,
    ),
    TaxRegime("626", "Régimen Simplificado de Confianza", moral=True, fisica=True),
)

_BY_CODE = {regime.code: regime for regime in TAX_REGIMES}

Choices = list[tuple[str, list[tuple[str, str]]]]


def get(code: str) -> TaxRegime | None:
    """The régimen with this key, or None."""
    return _BY_CODE.get(code)


def may_issue(code: str, persona: Persona | None) -> bool:
    """Whether a taxpayer of this persona may issue invoices in this régimen; nobody may whose RFC is none."""
    regime = get(code)
    return regime is not None and regime.can_issue and persona is not None and regime.fits(persona)


def label(code: str) -> str:
    """The régimen as people are shown it; the code itself when it is not in the catalogue."""
    return str(_BY_CODE.get(code, code))


def for_persona(persona: Persona) -> tuple[TaxRegime, ...]:
    """What an issuer of this persona may choose: the régimenes that fit it and can issue."""
    return tuple(regime for regime in TAX_REGIMES if regime.can_issue and regime.fits(persona))


def grouped_choices(persona: Persona | None = None) -> Choices:
    """Choices for a list, grouped by persona; of every persona while the RFC is not known."""
    usable = [
        regime for regime in TAX_REGIMES if regime.can_issue and (persona is None or regime.fits(persona))
    ]
    groups = {
        "Personas morales": [regime for regime in usable if not regime.fisica],
        "Personas físicas": [regime for regime in usable if not regime.moral],
        "Personas morales y físicas": [regime for regime in usable if regime.moral and regime.fisica],
    }
    return [
        (title, [(regime.code, str(regime)) for regime in regimes])
        for title, regimes in groups.items()
        if regimes
    ]

"""Step 4: the company as the SAT knows it."""

from django.http import QueryDict

from companies import names, rfc, tax_regimes
from companies.forms import FiscalDataForm
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, saved_is_done


def _state(step: Step, progress: Progress) -> Status:
    company = progress.company
    if not (company.tax_regime and company.expedition_place):
        return Status.TODO
    return saved_is_done(step, progress)


def _use_proposed_name(data: QueryDict) -> QueryDict:
    """«Usar este nombre»: the name as the SAT asks for it takes the place of the typed one."""
    if data.get("accion") != "nombre":
        return data
    amended = data.copy()
    name, typed_rfc = f"{step.slug}-name", amended.get(f"{step.slug}-rfc", "")
    amended[name] = names.propose(amended.get(name, ""), rfc.persona_of(typed_rfc))
    return amended


def _summary(progress: Progress) -> list[tuple[str, str]]:
    company = progress.company
    return [
        ("Nombre", company.name),
        ("RFC", company.rfc),
        ("Teléfono", company.phone),
        ("Lugar de expedición", company.expedition_place),
        ("Régimen fiscal", tax_regimes.label(company.tax_regime)),
    ]


step = Step(
    slug="datos-fiscales",
    title="Datos fiscales",
    heading="Revise los datos fiscales de su empresa",
    lead="Deben ser iguales a los de su Constancia de Situación Fiscal: con una letra distinta, el SAT "
    "rechaza sus facturas.",
    form_class=FiscalDataForm,
    state=_state,
    instance=lambda progress: progress.company,
    rows=lambda progress: [progress.company],
    summary=_summary,
    amend=_use_proposed_name,
)

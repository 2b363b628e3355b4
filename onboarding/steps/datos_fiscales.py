"""Step 4: the company as the SAT knows it."""

from django.http import HttpResponse, QueryDict

from companies import names, rfc, tax_regimes
from companies.forms import FiscalDataForm
from onboarding.place_of_issue import question as place_question
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, Visit, saved_is_done


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


def _save(visit: Visit, form: FiscalDataForm) -> HttpResponse | None:
    company = form.save()
    if visit.request.POST.get("accion") == "confirmar":
        company.confirm_rfc()
    return None


def _context(visit: Visit) -> dict[str, object]:
    progress = visit.progress
    return {
        "place_question": place_question(progress),
        "other_names": _other_names(progress),
        # A certificate of the SAT with the same RFC ends the doubt about its check digit.
        "rfc_vouched": progress.csd.seal.rfc if progress.csd.seal else "",
    }


def _other_names(progress: Progress) -> list[tuple[str, str]]:
    """What the CSD and the constancia call the company, where that differs: who, and the name."""
    company = progress.company
    persona = rfc.persona_of(company.rfc)
    sealed = progress.csd.seal.name if progress.csd.seal else ""
    known = [("Sus sellos digitales", sealed), ("Su constancia", company.csf_name)]
    proposals = [(who, names.propose(name, persona)) for who, name in known if name]
    return [(who, name) for who, name in proposals if name != names.propose(company.name, persona)]


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
    save=_save,
    context=_context,
    amend=_use_proposed_name,
)

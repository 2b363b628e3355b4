"""«Consultar al SAT»: fills in from the SAT's own validator, where the site is permitted to ask it."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from companies.csf import validator
from companies.csf.validator import TooManyQueries, ValidatorOverview
from companies.forms.validator import ValidatorForm
from companies.signed_in import IssuerRequest, issuer_required
from facturamos import unsaved
from facturamos.forms import Faults
from onboarding import csf_prefill
from onboarding.wizard.progress import Progress

TEMPLATE = "onboarding/sat_validator.html"
STATUS = f"{TEMPLATE}#status"
# Which field corrects it, by why there is no answer; the PDF of the constancia serves in any case.
FIELDS = {"not_found": "id_cif", "other_rfc": "id_cif"}
FAILED = "El SAT no dio sus datos"


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@issuer_required
def validator_page(request: IssuerRequest) -> HttpResponse:
    """`/configuracion/constancia/sat/`: the question, then its progress, then the table or a sentence."""
    _only_where_permitted()
    progress = Progress.of(request.user)
    if not progress.notice_accepted:
        return redirect("paso", "aviso-de-privacidad")
    if request.method == "POST":
        return _ask(request, progress)
    query = validator.overview(progress.company)
    if query.result:
        return csf_prefill.table_page(request, progress, query.result)
    form = ValidatorForm(company=progress.company, initial={"id_cif": query.id_cif})
    kept = unsaved.take(request)
    if kept:
        unsaved.fill(form, kept.data)
    faults = _faults(query)
    if faults:
        faults.tell(form)
    return _show(request, query, form, faults, given_back=kept is not None)


@require_safe
@never_cache
@issuer_required
def validator_status(request: IssuerRequest) -> HttpResponse:
    """`/configuracion/constancia/sat/estado/`: what the page polls."""
    _only_where_permitted()
    return render(request, STATUS, {"query": validator.overview(request.company)})


def _faults(query: ValidatorOverview) -> Faults | None:
    """Why there is no answer, beside the field that corrects it, or with the other way."""
    if query.state != "failed":
        return None
    if field := FIELDS.get(query.code):
        return Faults({field: [query.message]}, FAILED)
    way = format_html(
        '{} <a href="{}">Subir el PDF de mi constancia</a>', query.message, reverse("constancia")
    )
    return Faults({"": [way]}, FAILED, "No pudimos preguntar al SAT")


def _only_where_permitted() -> None:
    if not validator.is_on():
        raise Http404("SAT_VALIDATOR is off")


def _ask(request: IssuerRequest, progress: Progress) -> HttpResponse:
    form = ValidatorForm(request.POST, request.FILES, company=progress.company)
    if not form.is_valid():
        return _show(request, ValidatorOverview("none"), form)
    try:
        validator.start(progress.company, request.user, form.cleaned_data["id_cif"])
    except TooManyQueries as too_many:
        form.add_error(None, str(too_many))
        return _show(request, ValidatorOverview("none"), form)
    return redirect("validador_sat")


def _show(
    request: IssuerRequest,
    query: ValidatorOverview,
    form: ValidatorForm,
    faults: Faults | None = None,
    *,
    given_back: bool = False,
) -> HttpResponse:
    context = {
        "query": query,
        "validator": form,
        "form": form,
        "faults": faults,
        "given_back": given_back,
        "validator_mark": unsaved.mark(request.user.pk, form),
    }
    return render(request, TEMPLATE, context)

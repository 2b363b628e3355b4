"""«Llenar con mi Constancia de Situación Fiscal (PDF)»: read, compared, and taken over row by row."""

from datetime import timedelta

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from companies.csf import prefill
from companies.csf.prefill import CsfPrefill, PrefillAnswer
from companies.csf.result import CsfResult, CsfSource
from companies.forms.csf import CsfUploadForm
from companies.forms.validator import ValidatorForm
from companies.models import Address
from companies.sat.web_pages import CONSTANCIA
from companies.signed_in import IssuerRequest, issuer_required
from facturamos import unsaved
from onboarding.csf_remarks import remarks_on
from onboarding.models import StepState
from onboarding.steps import STEPS
from onboarding.steps.datos_fiscales import FiscalDataStep
from onboarding.steps.direccion_fiscal import FiscalAddressStep
from onboarding.wizard import stepper
from onboarding.wizard.doubts import unanswered
from onboarding.wizard.onward import RETURNS, address_of
from onboarding.wizard.progress import Progress
from onboarding.wizard.step import AnyStep

SALT = "onboarding.csf_prefill"
# How long the table may stay open.
LIFETIME = timedelta(hours=1)
TEMPLATE = "onboarding/csf_prefill.html"
# Where an issuer types what its constancia does not say: one field for each.
TYPED = "dato-"
# What the table sends.
_FIELDS = ("constancia", "tomar", "tax_regime", *(f"{TYPED}{name}" for name in prefill.TYPED))
# The table's title, and the title of the column of what was read.
IN_THE_CSF = ("Esto dice su constancia", "En la constancia")
AT_THE_SAT = ("Esto dice el SAT", "En el SAT")
CONFIRMED = "Guardamos sus datos fiscales y su dirección fiscal como los confirmó."
TOO_LATE = "Pasó demasiado tiempo desde que subió su constancia, o cambió su RFC. Súbala otra vez."


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@issuer_required
def prefill_page(request: IssuerRequest) -> HttpResponse:
    """`/configuracion/constancia/`: nothing is saved before the issuer confirms the table."""
    if request.method != "POST":
        progress = Progress.of(request.user)
        return _closed(progress) or _given_back(request, progress)
    if request.POST.get("accion") == "tomar":
        with transaction.atomic():
            return _take(request, Progress.of(request.user, lock=True))
    return _read(request, Progress.of(request.user))


def _closed(progress: Progress) -> HttpResponse | None:
    """The notice comes before everything else."""
    return None if progress.notice_accepted else redirect("paso", "aviso-de-privacidad")


def _given_back(request: IssuerRequest, progress: Progress) -> HttpResponse:
    """The page as it is met first; or the table as it was answered when the session was over."""
    kept = unsaved.take(request)
    data = kept.data if kept else QueryDict()
    csf_prefill = CsfPrefill.opened(data.get("constancia", ""), SALT, progress.company.pk, LIFETIME)
    if csf_prefill is None or csf_prefill.rfc != progress.company.rfc:
        form = CsfUploadForm(company=progress.company)
        return _upload(request, form, given_back=kept is not None)
    csf_prefill, answer = csf_prefill.choosing(data.get("tax_regime", "")), _answer(data)
    rows = prefill.rows(csf_prefill, progress.company, _fiscal(progress), answer)
    return _table(request, progress, csf_prefill, rows, phone=answer.typed.get("phone", ""), given_back=True)


def _read(request: IssuerRequest, progress: Progress) -> HttpResponse:
    """The file was sent: shows the table, or what is wrong with the file."""
    if closed := _closed(progress):
        return closed
    form = CsfUploadForm(request.POST, request.FILES, company=progress.company)
    if not form.is_valid():
        return _upload(request, form)
    return table_page(request, progress, form.cleaned_data["file"])


def table_page(request: IssuerRequest, progress: Progress, csf: CsfResult) -> HttpResponse:
    """The table of what was read, from a PDF or at the SAT's; it is confirmed at `prefill_page`."""
    csf_prefill = CsfPrefill.of(csf, progress.company.tax_regime, remarks_on(csf, timezone.localdate()))
    rows = prefill.rows(csf_prefill, progress.company, _fiscal(progress))
    return _table(request, progress, csf_prefill, rows)


def _take(request: IssuerRequest, progress: Progress) -> HttpResponse:
    """The table was confirmed: saves the ticked rows, all or none."""
    if closed := _closed(progress):
        return closed
    carried = request.POST.get("constancia", "")
    csf_prefill = CsfPrefill.opened(carried, SALT, progress.company.pk, LIFETIME)
    if csf_prefill is None or csf_prefill.rfc != progress.company.rfc:
        messages.warning(request, TOO_LATE)
        return redirect(reverse("constancia") + _opened_from(request))
    csf_prefill = csf_prefill.choosing(request.POST.get("tax_regime", ""))
    answer = _answer(request.POST)
    errors = prefill.accept(csf_prefill, answer, progress.company, _fiscal(progress))
    if errors:
        # What was typed into the instances goes with them.
        stored = Progress.of(request.user)
        rows = prefill.rows(csf_prefill, stored.company, _fiscal(stored), answer, errors)
        return _table(request, stored, csf_prefill, rows, errors, answer.typed.get("phone", ""))
    progress.company.confirm_rfc()  # a Constancia with the same RFC ends the doubt about its check digit
    if _confirmed(Progress.of(request.user)):
        messages.success(request, CONFIRMED)
        back = request.GET.get("de")
        return redirect(address_of(back if back in RETURNS else _after(FiscalAddressStep.slug)))
    messages.success(request, "Tomamos los datos de su constancia. Revíselos y guarde cada paso.")
    return redirect(FiscalDataStep().url + _opened_from(request))


def _opened_from(request: IssuerRequest) -> str:
    """For addresses that lead to this page again or back: which page it was opened from."""
    back = request.GET.get("de")
    return f"?de={back}" if back in RETURNS else ""


def _confirmed(progress: Progress) -> bool:
    """Notes both steps as saved, where they are whole and nothing in them is doubtful."""
    steps: tuple[AnyStep, ...] = (FiscalDataStep(), FiscalAddressStep())
    if not (progress.facts.has_fiscal_address and FiscalDataStep().is_whole(progress.company)):
        return False
    doubts = [doubt for step in steps for doubt in step.questions(progress)]
    if unanswered(progress.onboarding.doubts, doubts):
        return False
    StepState.note_saved(progress.onboarding, [step.slug for step in steps])
    return True


def _after(slug: str) -> str:
    slugs = [step.slug for step in STEPS]
    return slugs[slugs.index(slug) + 1]


def _answer(data: QueryDict) -> PrefillAnswer:
    typed = {name.removeprefix(TYPED): str(data[name]) for name in data if name.startswith(TYPED)}
    return PrefillAnswer(tuple(data.getlist("tomar")), typed)


def _fiscal(progress: Progress) -> Address:
    return progress.addresses[Address.Kind.FISCAL]


def _upload(request: IssuerRequest, form: CsfUploadForm, *, given_back: bool = False) -> HttpResponse:
    validator = ValidatorForm.for_company(form.company)
    context = {
        "form": form,
        "validator": validator,
        "constancia_url": CONSTANCIA,
        "given_back": given_back,
        "mark": unsaved.mark(request.user.pk, form),
        "validator_mark": unsaved.mark(request.user.pk, validator) if validator else "",
        "opened_from": _opened_from(request),
    }
    return render(request, TEMPLATE, context)


def _table(
    request: IssuerRequest,
    progress: Progress,
    csf_prefill: CsfPrefill,
    rows: list[prefill.PrefillRow],
    errors: prefill.Errors | None = None,
    phone: str = "",
    *,
    given_back: bool = False,
) -> HttpResponse:
    shown = {"phone", *(row.name for row in rows)}
    heading, where = AT_THE_SAT if csf_prefill.source == CsfSource.VALIDATOR else IN_THE_CSF
    context = {
        "rows": rows,
        "opened_from": _opened_from(request),
        "given_back": given_back,
        "mark": unsaved.mark_of(request.user.pk, _FIELDS),
        "to_take": any(row.can_be_taken for row in rows),
        "rfc": csf_prefill.rfc,
        "asks_phone": not progress.company.phone,
        "phone": phone or ("" if request.delegate else progress.user.phone),
        "phone_errors": (errors or {}).get("phone", []),
        "has_address": csf_prefill.has_address,
        "address_step": stepper.number_of(FiscalAddressStep.slug, STEPS),
        "signed": csf_prefill.signed(SALT, progress.company.pk),
        "remarks": csf_prefill.remarks,
        "heading": heading,
        "where": where,
        "errors": [(row, sentence) for row in rows for sentence in row.errors],
        "elsewhere": [
            sentence for name, found in (errors or {}).items() if name not in shown for sentence in found
        ],
    }
    return render(request, TEMPLATE, context)

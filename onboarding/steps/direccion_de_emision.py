"""Step 6: the place that issues the invoices; often the fiscal address again."""

from django.contrib import messages
from django.http import HttpResponse

from companies.forms import IssuingAddressForm
from companies.models import Address
from companies.services import copy_fiscal_address
from onboarding.place_of_issue import question as place_question
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, Visit, saved_is_done
from onboarding.steps.direccion_fiscal import summary_of

PARTED = "Guardamos la dirección de emisión como la escribió. Ya no es igual a la fiscal, ni cambia con ella."


def _state(step: Step, progress: Progress) -> Status:
    return saved_is_done(step, progress) if progress.onboarding.has_issuing_address else Status.TODO


def _address(progress: Progress) -> Address:
    return progress.addresses[Address.Kind.ISSUING]


def _copy(visit: Visit) -> HttpResponse | None:
    """«Copiar dirección fiscal»: on the server, so that it works without JavaScript."""
    if copy_fiscal_address(visit.progress.company):
        messages.success(visit.request, "Copiamos su dirección fiscal. Revísela y guarde para continuar.")
    else:
        messages.warning(visit.request, "Primero escriba su dirección fiscal en el paso 5.")
    return None


def _save(visit: Visit, form: IssuingAddressForm) -> HttpResponse | None:
    form.save()
    if form.parted:
        messages.info(visit.request, PARTED)
    return None


def _context(visit: Visit) -> dict[str, object]:
    return {"place_question": place_question(visit.progress)}


step = Step(
    slug="direccion-de-emision",
    title="Dirección de emisión",
    heading="¿Desde dónde emite sus facturas?",
    lead="Si factura desde su domicilio fiscal, cópielo con un botón.",
    form_class=IssuingAddressForm,
    state=_state,
    instance=_address,
    rows=lambda progress: [_address(progress)],
    form_kwargs=lambda progress: {"fiscal": progress.addresses[Address.Kind.FISCAL]},
    save=_save,
    actions={"copiar": _copy},
    redraws={"buscar": IssuingAddressForm.look_up},
    context=_context,
    summary=lambda progress: summary_of(_address(progress)),
)

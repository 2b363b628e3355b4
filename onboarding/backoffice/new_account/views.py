"""«Nueva cuenta» with its three buttons (read a constancia, look a postal code up, open); «Cuenta creada»."""

from django.db import IntegrityError
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from companies.csf.result import CsfResult
from companies.forms.csf import CsfUploadForm
from companies.models import Company, User
from companies.signed_in import signed_in
from facturamos.company_scope import READER
from mailing.addresses import likely_meant
from onboarding.backoffice.new_account.csf_prefill import AccountPrefill, PrefillDifference
from onboarding.backoffice.new_account.forms import FASTER, NewAccountForm
from onboarding.csf_remarks import remarks_on

READ, LOOK_UP = "leer", "buscar"

# What the page «Nueva cuenta» shows.
type Context = dict[str, object]


def answer(request: HttpRequest, user: User) -> Company | Context:
    """The company that was opened, or what the page shows."""
    if request.method != "POST":
        return _shown(NewAccountForm(opened_by=user))
    pressed = request.POST.get("accion")
    # A file that was chosen and not yet read is not passed over.
    if pressed == READ or request.FILES:
        return _read(request, user)
    csf_prefill = AccountPrefill.opened(request.POST.get("constancia", ""), user)
    if pressed == LOOK_UP:
        form = NewAccountForm(opened_by=user, csf_prefill=csf_prefill, initial=_typed(request))
        form.look_up(_typed(request))
        return _shown(form, user=user, csf_prefill=csf_prefill)
    return _open(request, user, csf_prefill)


def _open(request: HttpRequest, user: User, csf_prefill: AccountPrefill | None) -> Company | Context:
    form = NewAccountForm(request.POST, opened_by=user, csf_prefill=csf_prefill)
    if form.is_valid():
        try:
            return form.open()
        except IntegrityError:  # the same at the same time: a double click, or a colleague
            form.add_error(None, FASTER)
    return _shown(form, user=user, csf_prefill=csf_prefill)


def _read(request: HttpRequest, user: User) -> Context:
    """Fills the form from the constancia; nothing is judged or saved, and the file is not kept."""
    typed, upload = _typed(request), CsfUploadForm(request.POST, request.FILES)
    former = AccountPrefill.opened(request.POST.get("constancia", ""), user)
    if not upload.is_valid():
        form = NewAccountForm(opened_by=user, csf_prefill=former, initial=typed)
        return _shown(form, user=user, csf_prefill=former, upload=upload)
    typed = former.without(typed) if former else typed
    csf: CsfResult = upload.cleaned_data["file"]
    csf_prefill = AccountPrefill.of(csf, typed, remarks_on(csf, timezone.localdate()))
    form = NewAccountForm(opened_by=user, csf_prefill=csf_prefill, initial={**typed, **csf_prefill.values})
    return _shown(
        form, user=user, csf_prefill=csf_prefill, csf=csf, differences=csf_prefill.differences(typed)
    )


def _typed(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items()}


def _shown(
    form: NewAccountForm,
    *,
    user: User | None = None,
    csf_prefill: AccountPrefill | None = None,
    upload: CsfUploadForm | None = None,
    csf: CsfResult | None = None,
    differences: list[PrefillDifference] | None = None,
) -> Context:
    return {
        "form": form,
        "upload": upload or CsfUploadForm(),
        "csf": csf,
        "csf_prefill": csf_prefill,
        "signed": csf_prefill.signed(user) if csf_prefill and user else "",
        "differences": differences or [],
    }


def account_opened(request: HttpRequest, company: Company) -> TemplateResponse:
    """«Cuenta creada»: what a distributor tells its client, the code and the user name."""
    user = company.users.first()
    works = signed_in(request).duty != READER
    correct = reverse("admin:companies_company_corregir_y_reenviar", args=[company.pk]) if works else ""
    context = {
        "user_opened": user,
        "email_meant": likely_meant(user.email) if user else "",
        "works": works,
        "correct_url": correct,
    }
    return TemplateResponse(request, "admin/backoffice/account_opened.html", context)

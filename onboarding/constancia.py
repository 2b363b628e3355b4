"""«Llenar con mi Constancia de Situación Fiscal (PDF)»: read, compared, and taken over row by row."""

from dataclasses import asdict
from datetime import timedelta

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from companies.csf import prefill
from companies.csf.constancia import Constancia
from companies.csf.prefill import Offer
from companies.forms.csf import ConstanciaForm
from companies.http import IssuerRequest, issuer_required
from companies.models import Address
from onboarding.progress import Progress

SALT = "onboarding.constancia"
# How long the table may stay open.
LIFETIME = timedelta(hours=1)
TEMPLATE = "onboarding/constancia.html"
TOO_LATE = "Pasó demasiado tiempo desde que subió su constancia, o cambió su RFC. Súbala otra vez."


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@issuer_required
def prefill_page(request: IssuerRequest) -> HttpResponse:
    """`/configuracion/constancia/`: nothing is saved before the issuer confirms the table."""
    if request.method != "POST":
        progress = Progress.of(request.user)
        return _closed(progress) or _upload(request, ConstanciaForm(company=progress.company))
    if request.POST.get("accion") == "tomar":
        with transaction.atomic():
            return _take(request, Progress.of(request.user, lock=True))
    return _read(request, Progress.of(request.user))


def _closed(progress: Progress) -> HttpResponse | None:
    """The notice comes before everything else."""
    return None if progress.notice_accepted else redirect("paso", "aviso-de-privacidad")


def _read(request: IssuerRequest, progress: Progress) -> HttpResponse:
    """The file was sent: shows the table, or what is wrong with the file."""
    if closed := _closed(progress):
        return closed
    form = ConstanciaForm(request.POST, request.FILES, company=progress.company)
    if not form.is_valid():
        return _upload(request, form)
    csf: Constancia = form.cleaned_data["file"]
    offer = Offer.of(csf, progress.company)
    rows = prefill.rows(offer, progress.company, _fiscal(progress))
    return _table(request, progress, offer, rows, csf=csf)


def _take(request: IssuerRequest, progress: Progress) -> HttpResponse:
    """The table was confirmed: saves the ticked rows, all or none."""
    if closed := _closed(progress):
        return closed
    offer = _opened(request.POST.get("constancia", ""), progress)
    if offer is None:
        messages.warning(request, TOO_LATE)
        return redirect("constancia")
    offer = offer.choosing(request.POST.get("tax_regime", ""))
    ticked = request.POST.getlist("tomar")
    errors = prefill.accept(offer, ticked, progress.company, _fiscal(progress))
    if errors:
        # What was typed into the instances goes with them.
        stored = Progress.of(request.user)
        rows = prefill.rows(offer, stored.company, _fiscal(stored), ticked, errors)
        return _table(request, stored, offer, rows, errors=errors)
    messages.success(request, "Tomamos los datos de su constancia. Revíselos y guarde cada paso.")
    return redirect("paso", "datos-fiscales")


def _fiscal(progress: Progress) -> Address:
    return progress.addresses[Address.Kind.FISCAL]


def _upload(request: IssuerRequest, form: ConstanciaForm) -> HttpResponse:
    return render(request, TEMPLATE, {"form": form})


def _table(
    request: IssuerRequest,
    progress: Progress,
    offer: Offer,
    rows: list[prefill.Row],
    *,
    csf: Constancia | None = None,
    errors: prefill.Errors | None = None,
) -> HttpResponse:
    # A field that is not in the table is missing in the constancia.
    missing = {name: found for name, found in (errors or {}).items() if name not in offer.values}
    context = {
        "rows": rows,
        "differing": any(not row.same for row in rows),
        "sealed": _sealed(offer, progress),
        "csf": csf,
        "fresh": csf is None or csf.is_fresh(timezone.localdate()),
        "errors": [(row, sentence) for row in rows for sentence in row.errors],
        "elsewhere": [sentence for found in missing.values() for sentence in found],
    }
    return render(request, TEMPLATE, context)


def _sealed(offer: Offer, progress: Progress) -> str:
    """The values for the way through the page and back: signed, for this company and RFC only."""
    content = {"company": progress.company.pk, "rfc": progress.company.rfc, **asdict(offer)}
    return signing.dumps(content, salt=SALT, compress=True)


def _opened(sealed: str, progress: Progress) -> Offer | None:
    """What the page carried; None when altered, too old, or another company's."""
    try:
        content = signing.loads(sealed, salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return None
    if (content.pop("company"), content.pop("rfc")) != (progress.company.pk, progress.company.rfc):
        return None
    return Offer(**{**content, "regimes": tuple(content["regimes"])})

"""The issuer's switch «Permitir que soporte vea mi configuración», on the hub and on the panel."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from companies.http import IssuerRequest, issuer_required
from onboarding import consent


@require_POST
@issuer_required
def switch(request: IssuerRequest) -> HttpResponse:
    """`/panel/soporte/`: on for three days, or off at once; then back to the page of the button."""
    if request.POST.get("accion") == "permitir":
        consent.give(request.company)
        messages.success(request, "Soporte puede ver su configuración durante 72 horas.")
    else:
        consent.withdraw(request.company)
        messages.success(request, "Soporte ya no puede ver su configuración.")
    # The panel sends on to the hub who has not finished.
    return redirect("panel")

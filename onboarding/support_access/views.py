"""The issuer's switch «Permitir que soporte vea mi configuración», on the hub and on the panel."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from companies.signed_in import IssuerRequest, issuer_required
from facturamos.buttons import button_on
from onboarding.support_access import consent


def _page_of_button(request: HttpRequest) -> str:
    # The panel sends on to the hub who has not finished.
    return reverse("panel")


@button_on(_page_of_button)
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
    return redirect(_page_of_button(request))

"""What a page asks while the issuer types: where a postal code is."""

from dataclasses import asdict

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from companies.sat import postal_codes
from companies.sat.filling import UNKNOWN

TOO_MANY = (
    "Consultó muchos códigos postales en poco tiempo. Escriba los datos usted mismo o espere un minuto."
)


@require_safe
@never_cache
@login_required
def look_up(request: HttpRequest, code: str) -> JsonResponse:
    """State, municipio, localidad and colonias of a postal code; 404 and 429 carry a sentence."""
    if not postal_codes.may_look_up(request.user):
        return JsonResponse({"says": TOO_MANY}, status=429, headers={"Retry-After": "60"})
    place = postal_codes.find(code)
    if place is None:
        return JsonResponse({"says": UNKNOWN.format(code)}, status=404)
    return JsonResponse(asdict(place))

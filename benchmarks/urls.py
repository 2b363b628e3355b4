"""The site, and the stock wizard beside it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, JsonResponse
from django.urls import path

from benchmarks.stock.views import StockWizard, StockWizardWithOurFields
from facturamos import urls


@login_required
def bare(request: HttpRequest) -> JsonResponse:
    """What Django itself costs: who asks, and an answer."""
    return JsonResponse({"state": "Guanajuato"})


urlpatterns = [
    path("bare/", bare),
    path("stock/", StockWizard.as_view()),
    path("stock-with-our-fields/", StockWizardWithOurFields.as_view()),
    *urls.urlpatterns,
]
handler404 = urls.handler404

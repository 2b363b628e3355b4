"""The site, and the stock wizard beside it."""

from django.urls import path

from benchmarks.stock.views import StockWizard
from facturamos import urls

urlpatterns = [path("stock/", StockWizard.as_view()), *urls.urlpatterns]
handler404 = urls.handler404

"""Every address of the site; the apps name their own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from facturamos.csp import REPORTS_PATH
from facturamos.csp_reports import csp_report
from facturamos.status.views import alive, numbers, ready

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("salud/vivo/", alive, name="salud_vivo"),
    path("salud/listo/", ready, name="salud_listo"),
    path("metrics", numbers, name="metrics"),
    path(REPORTS_PATH.lstrip("/"), csp_report, name="csp"),
    path("", include("facturamos.well_known")),
    path("", include("onboarding.urls")),
    path("", include("companies.urls")),
    path("", include("facturamos.devserver.urls")),
]

handler400 = "facturamos.error_pages.bad_request"
handler403 = "facturamos.error_pages.permission_denied"
handler404 = "facturamos.error_pages.not_found"
handler500 = "facturamos.error_pages.server_error"

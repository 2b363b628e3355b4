"""Every address of the site; the apps name their own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from facturamos import well_known
from facturamos.status.views import alive, numbers, ready

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("salud/vivo/", alive, name="salud_vivo"),
    path("salud/listo/", ready, name="salud_listo"),
    path("metrics", numbers, name="metrics"),
    path("robots.txt", well_known.robots, name="robots"),
    path("favicon.ico", well_known.icon, name="favicon"),
    path(".well-known/security.txt", well_known.security, name="security_txt"),
    path(".well-known/change-password", well_known.change_password, name="change_password"),
    path("", include("onboarding.urls")),
    path("", include("companies.urls")),
    path("", include("facturamos.devserver.urls")),
]

handler400 = "facturamos.errors.bad_request"
handler403 = "facturamos.errors.permission_denied"
handler404 = "facturamos.errors.not_found"
handler500 = "facturamos.errors.server_error"

"""Every address of the site; the apps name their own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from facturamos.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("salud/", health, name="salud"),
    path("", include("onboarding.urls")),
    path("", include("companies.urls")),
    path("", include("facturamos.devserver.urls")),
]

handler400 = "facturamos.errors.bad_request"
handler403 = "facturamos.errors.permission_denied"
handler404 = "facturamos.errors.not_found"
handler500 = "facturamos.errors.server_error"

"""Every address of the site; the apps name their own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
]

handler400 = "facturamos.errors.bad_request"
handler403 = "facturamos.errors.permission_denied"
handler404 = "facturamos.errors.not_found"
handler500 = "facturamos.errors.server_error"

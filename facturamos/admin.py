"""The admin site under our name, in Spanish, signed in to at /entrar/ like everything else."""

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class FacturamosAdminSite(AdminSite):
    """Django's admin; one sign-in page for the whole site keeps one set of limits over it."""

    site_header = "Facturamos.com.mx"
    site_title = "Administración de Facturamos.com.mx"
    index_title = "Administración"

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Staff sign in at /entrar/; who is signed in and may not enter goes home."""
        if request.user.is_authenticated:
            return redirect("configuracion")
        return redirect_to_login(request.GET.get("next", "/admin/"))

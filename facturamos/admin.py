"""The admin site under our name, in Spanish, signed in to at /entrar/ like everything else."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from facturamos.scoping import ScopedAdmin

# Tells what staff should know before anything else, or "".
Warner = Callable[[HttpRequest], str]
# Where a member of staff must go before any page of admin opens, or "".
Gate = Callable[[HttpRequest], str]


class FacturamosAdminSite(AdminSite):
    """Django's admin; one sign-in page for the whole site keeps one set of limits over it."""

    site_header = "Facturamos.com.mx"
    site_title = "Administración de Facturamos.com.mx"
    index_title = "Administración"
    empty_value_display = "—"

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.warners: list[Warner] = []
        self.gates: list[Gate] = []

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Takes scoped classes only.

        What packages register (groups, axes' attempts) speaks English and would let somebody change by
        hand what the role decides.
        """
        if admin_class is not None and issubclass(admin_class, ScopedAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Staff sign in at /entrar/; who is signed in and may not enter goes home."""
        if request.user.is_authenticated:
            return redirect("configuracion")
        return redirect_to_login(request.GET.get("next", "/admin/"))

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """No page opens before the gates; none but the password's while that is the temporary one."""

        def with_own_password(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            page = reverse("admin:password_change")
            if request.path != reverse("admin:logout"):
                for gate in self.gates:
                    if url := gate(request):
                        return redirect_to_login(request.get_full_path(), url)
            if getattr(request.user, "password_is_temporary", False) and request.path not in (
                page,
                reverse("admin:logout"),
                reverse("admin:jsi18n"),
            ):
                messages.info(request, "Antes de empezar, elija una contraseña propia.")
                return redirect(page)
            return cast("HttpResponseBase", view(request, *args, **kwargs))

        with_own_password.csrf_exempt = getattr(view, "csrf_exempt", False)  # type: ignore[attr-defined]
        return super().admin_view(with_own_password, cacheable)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The front page, with what the apps warn of."""
        for warn in self.warners:
            if text := warn(request):
                messages.warning(request, text)
        return super().index(request, extra_context)


def site() -> FacturamosAdminSite:
    """The site's admin, by its own type."""
    return cast("FacturamosAdminSite", admin.site)

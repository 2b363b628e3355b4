"""The admin site under our name, in Spanish, signed in to at /entrar/ like everything else."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import cast

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.views.i18n import JavaScriptCatalog

from facturamos.admin.navigation import ListGroup, daily_links, grouped
from facturamos.admin.recent import recent
from facturamos.admin.scoping import ScopedAdmin
from facturamos.buttons import button_on
from facturamos.clear_site_data import cleared
from facturamos.status.pages import status_page, trouble_warning

NUL = "\x00"
# Tells what staff should know before anything else, or "".
Warner = Callable[[HttpRequest], str]
# Where a member of staff must go before any page of admin opens, or "".
Gate = Callable[[HttpRequest], str]


@dataclass(frozen=True)
class AdminPage:
    """A page of no model: its address below /admin/, the name of that, its view."""

    route: str
    name: str
    view: Callable[..., HttpResponse]


class FacturamosAdminSite(AdminSite):
    """Django's admin; one sign-in page for the whole site keeps one set of limits over it."""

    site_header = "Facturamos.com.mx"
    site_title = "Administración de Facturamos.com.mx"
    index_title = "Administración"
    empty_value_display = "—"
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.warners: list[Warner] = []
        self.gates: list[Gate] = []
        self.pages: list[AdminPage] = []

    def register[M: Model](
        self,
        model_or_iterable: type[M] | Iterable[type[M]],
        admin_class: type[admin.ModelAdmin[M]] | None = None,
        **options: object,
    ) -> None:
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

    @button_on(lambda request: reverse("admin:index"))
    def logout(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> TemplateResponse:
        """«Cerrar sesión», on every page of admin."""
        return cleared(super().logout(request, extra_context))

    def admin_view[V: Callable[..., HttpResponseBase]](self, view: V, cacheable: bool = False) -> V:
        """No page opens before the gates; none but the password's while that is the temporary one."""

        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            _forget_what_no_row_has(request)
            return self._before(request) or view(request, *args, **kwargs)

        return cast("V", super().admin_view(guarded, cacheable))

    def _before(self, request: HttpRequest) -> HttpResponse | None:
        """Where the user must go first; None where nothing stands before the page."""
        if request.path == reverse("admin:logout"):
            return None
        for gate in self.gates:
            if url := gate(request):
                return redirect_to_login(request.get_full_path(), url)
        password = reverse("admin:password_change")
        temporary = getattr(request.user, "password_is_temporary", False)
        if not temporary or request.path in (password, reverse("admin:jsi18n")):
            return None
        messages.info(request, "Antes de empezar, elija una contraseña propia.")
        return redirect(password)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Django's own, those of «Estado», and the pages of no model."""
        own = path("estado/", self.admin_view(self.status), name="estado")
        again = path("estado/comprobar/", self.admin_view(self.run_checks), name="estado_comprobar")
        pages = [path(page.route, self.admin_view(page.view), name=page.name) for page in self.pages]
        return [own, again, *pages, *super().get_urls()]

    def i18n_javascript(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """What Django's scripts say; what we would say otherwise comes first."""
        catalog = JavaScriptCatalog(packages=["facturamos", "django.contrib.admin"])
        catalog.setup(request)
        return catalog.get(request)

    def status(self, request: HttpRequest) -> TemplateResponse:
        """«Estado»: how the site is. For support and the owner."""
        return status_page(request, self.each_context(request))

    @button_on(lambda request: reverse("admin:estado"))
    def run_checks(self, request: HttpRequest) -> HttpResponse:
        """«Comprobar todo»: what a start proves, once more."""
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return status_page(request, self.each_context(request), checked=True)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[ListGroup]:
        """All lists that the user may open, in groups of our own; of one app as Django has them."""
        apps: list[ListGroup] = super().get_app_list(request, app_label)
        return apps if app_label else grouped(apps)

    def each_context(self, request: HttpRequest) -> dict[str, object]:
        """With the links of the header."""
        context: dict[str, object] = super().each_context(request)
        groups = cast("list[ListGroup]", context["available_apps"])
        return context | {"daily_links": daily_links(request, groups), "list_groups": groups}

    def index(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> TemplateResponse:
        """All the tables, with what the apps warn of."""
        self.warn(request)
        return super().index(request, {"log_entries": recent(request), **(extra_context or {})})

    def warn(self, request: HttpRequest) -> None:
        """Has the page that staff lands on say what the apps warn of."""
        for warn in (trouble_warning, *self.warners):
            if text := warn(request):
                messages.warning(request, text)


def _forget_what_no_row_has(request: HttpRequest) -> None:
    """PostgreSQL keeps no NUL in a text, and refuses to look for one: a query is asked without it."""
    if any(NUL in text for values in request.GET.lists() for text in (values[0], *values[1])):
        asked = QueryDict(mutable=True)
        for name, values in request.GET.lists():
            asked.setlist(name.replace(NUL, ""), [text.replace(NUL, "") for text in values])
        setattr(request, "GET", asked)  # noqa: B010  # its type knows no other than it came with


def site() -> FacturamosAdminSite:
    """The site's admin, by its own type."""
    if not isinstance(admin.site, FacturamosAdminSite):
        raise ImproperlyConfigured("INSTALLED_APPS names another admin than FacturamosAdminConfig.")
    return admin.site

"""A company's page in admin, with what only the whole product knows: its steps, its mails, its opening."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from companies.admin.company import CompanyAdmin, ReissueCompanyCredentials
from companies.models import Company, User
from facturamos.object_actions import ObjectAction, ReasonedConfirmation
from onboarding import deletion
from onboarding.backoffice.board_pages import WithBoard
from onboarding.backoffice.new_account import NewAccountForm
from onboarding.models import Onboarding
from onboarding.progress import Progress
from onboarding.rail import entries
from onboarding.steps import STEPS

LATEST = 10


class DeleteCompany(ObjectAction):
    """Closes a company; there is no other way to delete one."""

    slug = "eliminar-empresa"
    label = "Eliminar…"
    explanation = (
        "La empresa deja de verse y sus usuarios ya no pueden entrar. La llave de sus sellos, las "
        "contraseñas guardadas y las credenciales en camino se borran ahora mismo y no se pueden recuperar. "
        "Se conservan como evidencia el aviso aceptado, la carta manifiesto y el historial de cambios."
    )
    form_class = ReasonedConfirmation
    dangerous = True

    def possible(self, row: Company) -> bool:
        return row.deleted_at is None

    def act(self, request: HttpRequest, row: Company, data: dict[str, Any]) -> str:
        deletion.delete(row)
        return f"Se eliminó {row}. Sus secretos ya no existen."


@admin.register(Company)
class AccountAdmin(WithBoard, CompanyAdmin):
    """Companies as accounts: «add» is «Nueva cuenta», the page shows how far the issuer has come."""

    object_actions = (ReissueCompanyCredentials, DeleteCompany)
    readonly_fields: ClassVar[tuple[str, ...]] = (*CompanyAdmin.readonly_fields, "steps", "mails")
    fieldsets = (
        (None, {"fields": CompanyAdmin.data_fields}),
        ("Configuración", {"fields": ("steps",)}),
        ("Correos del sitio", {"fields": ("mails",)}),
    )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """«Nueva cuenta»: opens an account and shows its code and user name."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = NewAccountForm(request.POST or None, opened_by=cast("User", request.user))
        if request.method != "POST" or not form.is_valid():
            return self._page(request, "admin/onboarding/new_account.html", "Nueva cuenta", form=form)
        company = form.open()
        self.log_addition(request, company, "Nueva cuenta.")
        return redirect("admin:companies_company_cuenta", company.pk)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.opened_view)
        return [path("<path:object_id>/cuenta/", view, name="companies_company_cuenta"), *super().get_urls()]

    def opened_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What a distributor tells its client: the code and the user name."""
        company = self.get_object(request, object_id)
        return self._page(
            request,
            "admin/onboarding/account_opened.html",
            "Cuenta creada",
            original=company,
            user_opened=company.users.first(),
        )

    def _page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, template, common | context)

    @admin.display(description="pasos")
    def steps(self, company: Company) -> str:
        """Every step with its state, as the issuer sees them."""
        user = company.users.first()
        onboarding = Onboarding.objects.filter(company=company).first()
        if user is None or onboarding is None:
            return ""
        context = {"entries": entries(Progress.of(user), STEPS), "onboarding": onboarding}
        return render_to_string("admin/onboarding/steps.html", context)

    @admin.display(description="más recientes")
    def mails(self, company: Company) -> str:
        """The latest mails about the company and what became of them; never what they said."""
        latest = company.messages.all()[:LATEST]
        return render_to_string("admin/onboarding/messages.html", {"messages_sent": latest})

"""A company's page in admin, with what only the whole product knows: its steps, its mails, its opening."""

from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from companies.admin.company import CompanyAdmin, ReissueCompanyCredentials
from companies.models import Company, User
from facturamos.mass_deeds import MassActingAdmin, MassDeed
from facturamos.object_actions import ObjectAction
from facturamos.scoping import viewer
from onboarding.backoffice import new_account_page
from onboarding.backoffice.board_pages import WithBoard
from onboarding.backoffice.deeds import CancelDeletion, DeleteCompany, MoveCompany, ReopenStep
from onboarding.backoffice.glance import glance
from onboarding.backoffice.looking import LookAsIssuer, WithLooking
from onboarding.backoffice.mass import ReissueToMany
from onboarding.models import Onboarding
from onboarding.progress import Progress
from onboarding.rail import entries
from onboarding.steps import STEPS

LATEST = 10


@admin.register(Company)
class AccountAdmin(WithBoard, WithLooking, MassActingAdmin, CompanyAdmin):
    """Companies as accounts: «add» is «Nueva cuenta», the page shows how far the issuer has come."""

    object_actions: ClassVar[tuple[type[ObjectAction], ...]] = (
        ReissueCompanyCredentials,
        LookAsIssuer,
        ReopenStep,
        MoveCompany,
        DeleteCompany,
        CancelDeletion,
    )
    mass_deeds: ClassVar[tuple[type[MassDeed], ...]] = (ReissueToMany,)
    deletion_fields = ("deletion_final_at", "deletion_reason")
    readonly_fields: ClassVar[tuple[str, ...]] = (
        *CompanyAdmin.readonly_fields,
        *deletion_fields,
        "steps",
        "mails",
    )
    fieldsets = (
        (None, {"fields": CompanyAdmin.data_fields}),
        ("Configuración", {"fields": ("steps",)}),
        ("Correos del sitio", {"fields": ("mails",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Company | None = None) -> Any:
        """Of a deleted company also until when, and why."""
        gone = [("Eliminación", {"fields": self.deletion_fields})] if obj and obj.deleted_at else []
        return [*super().get_fieldsets(request, obj), *gone]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """«Nueva cuenta»: opens an account and shows its code and user name."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        answer = new_account_page.answer(request, cast("User", request.user))
        if not isinstance(answer, Company):
            return self._page(request, "admin/onboarding/new_account.html", "Nueva cuenta", **answer)
        self.log_addition(request, answer, "Nueva cuenta.")
        return redirect("admin:companies_company_cuenta", answer.pk)

    def get_urls(self) -> list[URLPattern]:
        pages = [("cuenta", self.opened_view), ("resumen", self.glance_view)]
        urls = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(view),
                name=f"companies_company_{name}",
            )
            for name, view in pages
        ]
        return [*urls, *super().get_urls()]

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

    def glance_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """«De un vistazo»: what support looks at while the issuer is on the telephone."""
        company = self.get_object(request, object_id)
        if not viewer(request).is_support:
            raise PermissionDenied
        deeds = self.deeds(request, company)
        return self._page(
            request,
            "admin/onboarding/glance.html",
            "De un vistazo",
            original=company,
            glance=glance(company, request),
            deeds=[deed for deed in deeds if not deed["dangerous"]],
        )

    def deeds(self, request: HttpRequest, row: Any) -> list[dict[str, Any]]:
        """For support, its page stands first."""
        url = reverse("admin:companies_company_resumen", args=[row.pk])
        seen = request.path == url or not viewer(request).is_support
        first = [] if seen else [{"label": "De un vistazo", "url": url, "dangerous": False}]
        return [*first, *super().deeds(request, row)]

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

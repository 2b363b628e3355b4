"""A company's page in admin, with what only the whole product knows: its steps, its mails, its opening."""

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from companies.admin.company import CompanyAdmin, ReissueCompanyCredentials
from companies.http import signed_in
from companies.models import Company
from facturamos.admin.actions import ActionLink
from onboarding.backoffice.board.admin import WithBoard
from onboarding.backoffice.companies.actions import (
    CancelDeletion,
    CorrectAndResend,
    DeleteCompany,
    MoveCompany,
    ReissueToMany,
    ReopenStep,
)
from onboarding.backoffice.companies.pages import COMPANY_PAGES, CompanyPage
from onboarding.backoffice.impersonation.views import Impersonate
from onboarding.backoffice.new_account import views
from onboarding.backoffice.personal_data.erasure import erased_on
from onboarding.models import Onboarding
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.stepper import entries

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec

LATEST = 10


@admin.register(Company)
class AccountAdmin(WithBoard, CompanyAdmin):
    """Companies as accounts: «add» is «Nueva cuenta», the page shows how far the issuer has come."""

    company_pages: ClassVar[tuple[CompanyPage, ...]] = COMPANY_PAGES
    confirmed_actions = (
        CorrectAndResend,
        ReissueCompanyCredentials,
        Impersonate,
        ReopenStep,
        MoveCompany,
        DeleteCompany,
        CancelDeletion,
        ReissueToMany,
    )
    deletion_fields = ("deletion_final_at", "erased_on", "deletion_reason")
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

    def get_fieldsets(self, request: HttpRequest, obj: Company | None = None) -> "_FieldsetSpec":
        """Of a deleted company also until when, and why."""
        gone = [("Eliminación", {"fields": self.deletion_fields})] if obj and obj.deleted_at else []
        return [*super().get_fieldsets(request, obj), *gone]

    # --- «Nueva cuenta»

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Opens an account and shows its code and user name."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        answer = views.answer(request, signed_in(request))
        if not isinstance(answer, Company):
            context = self._frame(request, "Nueva cuenta") | answer
            return TemplateResponse(request, "admin/backoffice/new_account.html", context)
        self.log_addition(request, answer, "Nueva cuenta.")
        return redirect("admin:companies_company_cuenta", answer.pk)

    # --- its other pages

    def get_urls(self) -> list[URLPattern]:
        return [*chain.from_iterable(map(self._page_urls, self.company_pages)), *super().get_urls()]

    def _page_urls(self, page: CompanyPage) -> list[URLPattern]:
        def view(request: HttpRequest, object_id: str, **below: str) -> HttpResponse:
            return self.page_view(request, object_id, page, **below)

        return [path(route, self.admin_site.admin_view(view), name=name) for route, name in page.routes]

    def page_view(
        self, request: HttpRequest, object_id: str, page: CompanyPage, /, **below: str
    ) -> HttpResponse:
        """One of the company's pages, in admin's frame where it has no other."""
        company = self.get_object(request, object_id)
        if not page.allowed(signed_in(request)):
            raise PermissionDenied
        response = page.view(request, company, **below)
        if isinstance(response, TemplateResponse) and not response.is_rendered:
            actions = [link for link in self.row_actions(request, company) if not link.dangerous]
            frame = self._frame(request, page.label) | {"original": company, "row_actions": actions}
            response.context_data = frame | (response.context_data or {})
        return response

    def row_actions(self, request: HttpRequest, row: Company) -> list[ActionLink]:
        """The pages that the user may open stand first, but for the one that is shown."""
        user = signed_in(request)
        pages = [page for page in self.company_pages if page.linked and page.allowed(user)]
        links = [ActionLink(page.label, page.url(row)) for page in pages]
        others = [link for link in links if link.url != request.path]
        return [*others, *super().row_actions(request, row)]

    def _frame(self, request: HttpRequest, title: str) -> dict[str, object]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}

    # --- what its page shows

    @admin.display(description="pasos")
    def steps(self, company: Company) -> str:
        """Every step with its state, as the issuer sees them."""
        user = company.users.first()
        onboarding = Onboarding.objects.filter(company=company).first()
        if user is None or onboarding is None:
            return ""
        context = {"entries": entries(Progress.of(user), STEPS), "onboarding": onboarding}
        return render_to_string("admin/backoffice/steps.html", context)

    @admin.display(description="se borra del todo el")
    def erased_on(self, company: Company) -> datetime | None:
        """When its blocked data go, too."""
        return erased_on(company)

    @admin.display(description="más recientes")
    def mails(self, company: Company) -> str:
        """The latest mails about the company and what became of them; never what they said."""
        latest = company.messages.all()[:LATEST]
        return render_to_string("admin/backoffice/messages.html", {"messages_sent": latest})

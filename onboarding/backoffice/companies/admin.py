"""A company's pages in admin, with what only the whole product knows: its steps, its mails, its opening."""

from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from companies.admin.company import CompanyAdmin, ReissueCompanyCredentials
from companies.forms.company import FreshCompanyForm
from companies.models import Company
from companies.signed_in import signed_in
from facturamos.admin.lists import IndexedChangeList
from facturamos.admin.navigation import NavLink
from facturamos.company_scope import READER
from onboarding.backoffice.board.admin import WithBoard
from onboarding.backoffice.bulk_actions.admin import WithBulkRuns
from onboarding.backoffice.companies.actions import (
    CancelDeletion,
    DeleteCompany,
    MoveCompany,
    ReissueToMany,
    ReopenStep,
)
from onboarding.backoffice.companies.correction import CancelAccount, CorrectAndResend
from onboarding.backoffice.companies.pages import COMPANY_PAGES, CompanyPage
from onboarding.backoffice.impersonation.views import Impersonate
from onboarding.backoffice.new_account import views
from onboarding.backoffice.personal_data.erasure import erased_on
from onboarding.backoffice.proposals.actions import ProposeDelegate
from onboarding.models import StepState
from onboarding.steps.datos_fiscales import FiscalDataStep

if TYPE_CHECKING:
    from django.contrib.admin.options import _FieldsetSpec


def _has_none_below(page: CompanyPage) -> bool:
    return not page.below


class AccountList(IndexedChangeList):
    """Companies, each with the way to its overview: reading comes before correcting."""

    def url_for_result(self, result: Model) -> str:
        return COMPANY_PAGES[0].url(result) if isinstance(result, Company) else super().url_for_result(result)


@admin.register(Company)
class AccountAdmin(WithBoard, WithBulkRuns, CompanyAdmin):
    """Companies as accounts: «add» is «Nueva cuenta», the page shows how far the issuer has come."""

    company_pages: ClassVar[tuple[CompanyPage, ...]] = COMPANY_PAGES
    confirmed_actions = (
        CorrectAndResend,
        ReissueCompanyCredentials,
        ProposeDelegate,
        Impersonate,
        ReopenStep,
        MoveCompany,
        CancelAccount,
        DeleteCompany,
        CancelDeletion,
        ReissueToMany,
    )
    deletion_fields = ("deletion_final_at", "erased_on", "deletion_reason")
    readonly_fields: ClassVar[tuple[str, ...]] = (*CompanyAdmin.readonly_fields, *deletion_fields)
    fieldsets = ((None, {"fields": CompanyAdmin.data_fields}),)

    def get_form(
        self, request: HttpRequest, obj: Company | None = None, change: bool = False, **kwargs: object
    ) -> type[ModelForm[Company]]:
        """Before the issuer has saved its fiscal data, support may leave empty what only the issuer knows."""
        saved = StepState.objects.filter(
            onboarding__company=obj, slug=FiscalDataStep.slug, saved_at__isnull=False
        )
        if obj and not saved.exists():
            kwargs["form"] = FreshCompanyForm
        return super().get_form(request, obj, change=change, **kwargs)

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
        """Those with pages below them first: a key may hold slashes, and «1/como-emisor» is none."""
        pages = sorted(self.company_pages, key=_has_none_below)
        return [*chain.from_iterable(map(self._page_urls, pages)), *super().get_urls()]

    def _page_urls(self, page: CompanyPage) -> list[URLPattern]:
        def view(request: HttpRequest, object_id: str, **below: str) -> HttpResponse:
            return self.page_view(request, object_id, page, **below)

        return [path(route, self.admin_site.admin_view(view), name=name) for route, name in page.routes]

    def page_view(
        self, request: HttpRequest, object_id: str, page: CompanyPage, /, **below: str
    ) -> HttpResponse:
        """One of the company's pages, in admin's frame where it has no other."""
        company, user = self.get_object(request, object_id), signed_in(request)
        if not page.allowed(user) or (request.method == "POST" and user.duty == READER):
            raise PermissionDenied
        response = page.view(request, company, **below)
        if isinstance(response, TemplateResponse) and not response.is_rendered:
            first = page == self.company_pages[0]
            actions = [link for link in self.row_actions(request, company) if first or not link.dangerous]
            frame = self._frame(request, page.label) | self._of_company(request, company)
            response.context_data = frame | {"row_actions": actions} | (response.context_data or {})
        return response

    def _of_company(self, request: HttpRequest, company: Company) -> dict[str, object]:
        """What all pages of a company say: whose they are, and the tabs."""
        lists = ("Empresas", reverse("admin:companies_company_changelist"))
        return {
            "original": company,
            "heading": company.name,
            "subheading": f"{company.code} · {company.rfc} · {company.distributor}",
            "tabs": self.tabs(request, company),
            "may_write": signed_in(request).duty != READER,
            "trail": (lists, (company.name, self.company_pages[0].url(company))),
        }

    def tabs(self, request: HttpRequest, company: Company) -> list[NavLink]:
        """The pages that the user may open; the one that edits the company stands second."""
        user = signed_in(request)
        pages = [page for page in self.company_pages if page.linked and page.allowed(user)]
        edit = ("Datos", reverse("admin:companies_company_change", args=[company.pk]))
        overview, *others = [(page.label, page.url(company)) for page in pages]
        links = (overview, edit, *others)
        return [NavLink(label, url, url == request.path) for label, url in links]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """The tab «Datos»: what the wizard's own form corrects."""
        company = self.get_object(request, object_id)
        context = self._of_company(request, company) | {"title": "Datos"} | (extra_context or {})
        return super().change_view(request, object_id, form_url, context)

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[IndexedChangeList]:
        """A list whose rows lead to the overview."""
        return AccountList

    def _frame(self, request: HttpRequest, title: str) -> dict[str, object]:
        return {**self.admin_site.each_context(request), "opts": self.opts, "title": title}

    @admin.display(description="se borra del todo el")
    def erased_on(self, company: Company) -> datetime | None:
        """When its blocked data go, too."""
        return erased_on(company)

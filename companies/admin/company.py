"""A company's page: what every role sees of it. onboarding/backoffice/ adds what looks across the apps."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from companies.admin.sign_in import ReissueCredentials
from companies.forms import AddressForm
from companies.forms.company import CompanyDataForm
from companies.models import Address, Company, DocumentType, User
from companies.sat import tax_regimes
from facturamos.admin.actions import ActionAdmin
from facturamos.admin.scoping import ADD, CHANGE, VIEW, ScopedStackedInline, ScopedTabularInline

# A field's name, or a filter of our own.
type Filter = str | type[admin.ListFilter]
# By what the rows of a company are found, and what the page says of it.
OF_COMPANY = ("company__code", "company__name", "company__rfc", "company__phone")
OF_COMPANY_HELP = "Código, nombre, RFC o teléfono de la empresa."


class ReissueCompanyCredentials(ReissueCredentials[Company]):
    """The same for the user of a company, from the company's page, and beside who has never come in."""

    beside_rows = True

    def prepared(self, rows: QuerySet[Company]) -> Iterable[Company]:
        return rows.prefetch_related("users")

    def suits(self, row: Company) -> bool:
        user = self.user_of(row)
        return user is not None and user.last_login is None

    def user_of(self, row: Company) -> User | None:
        """One user a company for now; a deleted company has nobody to write to."""
        return row.users.first() if row.deleted_at is None else None


class AddressInline(ScopedStackedInline[Address, Company]):
    """The fiscal address and the one of issue."""

    model = Address
    form = AddressForm
    fields = ("kind", *Address.CONTENT)
    max_num = len(Address.Kind)
    distributor_may = (VIEW,)


class DocumentTypeInline(ScopedTabularInline[DocumentType, Company]):
    model = DocumentType
    distributor_may = (VIEW,)


class AliveFilter(admin.SimpleListFilter):
    """Whether the company has been deleted."""

    title = "estado"
    parameter_name = "estado"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Model]) -> list[tuple[str, str]]:
        return [("activas", "Activas"), ("eliminadas", "Eliminadas")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        if self.value() is None:
            return queryset
        return queryset.filter(deleted_at__isnull=self.value() == "activas")


class TaxRegimeFilter(admin.SimpleListFilter):
    """The régimenes of the catalogue: asking which ones there are reads every company."""

    title = "régimen fiscal"
    parameter_name = "tax_regime"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Model]) -> list[tuple[str, str]]:
        return [(regime.code, str(regime)) for regime in tax_regimes.TAX_REGIMES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset if self.value() is None else queryset.filter(tax_regime=self.value())


class CompanyAdmin(ActionAdmin[Company]):
    """Companies: support corrects them with the wizard's own form; a distributor sees its own."""

    form: type[ModelForm[Company]] = CompanyDataForm
    distributor_may = (VIEW, ADD)
    support_may = (VIEW, ADD, CHANGE)
    list_display: tuple[str, ...] = ("code", "name", "rfc", "distributor", "created_on", "deleted_at")
    list_display_links = ("code", "name")
    list_select_related = ("distributor",)
    list_filter: ClassVar[tuple[str | type[admin.ListFilter], ...]] = (
        AliveFilter,
        "distributor",
        TaxRegimeFilter,
    )
    search_fields = ("code", "name", "rfc", "phone", "users__email", "users__events__email")
    search_help_text = (
        "Código, nombre, RFC o teléfono; o usuario, nombre, teléfono o correo de quien entra (también un "
        "correo anterior)."
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("code", "distributor", "created_at", "deleted_at")
    data_fields = (
        "code",
        "name",
        "rfc",
        "phone",
        "expedition_place",
        "tax_regime",
        "distributor",
        "created_at",
        "deleted_at",
    )
    inlines = (AddressInline, DocumentTypeInline)

    @admin.display(description="creada", ordering="created_at")
    def created_on(self, company: Company) -> date:
        """The day; the page has the hour."""
        return timezone.localdate(company.created_at)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Another company is added by «Nueva cuenta», not from here."""
        context = {"show_save_and_add_another": False, **(extra_context or {})}
        return super().change_view(request, object_id, form_url, context)

    def has_change_permission(self, request: HttpRequest, obj: Company | None = None) -> bool:
        """What was deleted stays as it was."""
        return super().has_change_permission(request, obj) and (obj is None or obj.deleted_at is None)

    def get_list_filter(self, request: HttpRequest) -> tuple[Filter, ...]:
        """A distributor has no deleted companies and one distributor: itself."""
        return self.list_filter if self.may(request, CHANGE) else (TaxRegimeFilter,)

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        support_only = () if self.may(request, CHANGE) else ("distributor", "deleted_at")
        return tuple(name for name in self.list_display if name not in support_only)

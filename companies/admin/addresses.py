"""The addresses of companies in admin, each kind of row on a list of its own."""

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from companies.admin.company import OF_COMPANY, OF_COMPANY_HELP
from companies.forms import AddressForm
from companies.models import Address, SatState
from facturamos.admin.scoping import CHANGE, VIEW, ScopedAdmin


class StateFilter(admin.SimpleListFilter):
    """The states by the SAT's catalogue: to look for those that are written would read every address."""

    title = "estado"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Model]) -> list[tuple[str, str]]:
        names = SatState.objects.filter(country="MEX").order_by("name").values_list("name", flat=True)
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        return queryset.filter(state=self.value()) if self.value() else queryset


@admin.register(Address)
class AddressAdmin(ScopedAdmin[Address]):
    """Both addresses of every company; a new one is written on its company's page."""

    form = AddressForm
    support_may = (VIEW, CHANGE)
    list_display = ("company", "kind", "postal_code", "in_catalogue", "municipality", "state")
    # The first finds what an issuer wrote where the catalogue has nothing.
    list_filter = ("in_catalogue", "kind", StateFilter)
    list_select_related = ("company",)
    search_fields = OF_COMPANY
    search_help_text = OF_COMPANY_HELP
    readonly_fields = ("company", "kind")
    fields = ("company", "kind", *Address.CONTENT)

    def save_model(self, request: HttpRequest, obj: Address, form: ModelForm[Address], change: bool) -> None:
        """Corrected by support, the fiscal address takes the issuing one along, too."""
        super().save_model(request, obj, form, change)
        if obj.kind == Address.Kind.FISCAL:
            obj.sync_issuing_address()

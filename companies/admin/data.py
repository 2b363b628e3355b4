"""What belongs to a company, each kind on a list of its own."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from companies.forms import AddressForm
from companies.models import Address, DocumentType, Logo
from facturamos.scoping import CHANGE, VIEW, ScopedAdmin

OF_COMPANY = ("company__code", "company__name", "company__rfc")
OF_COMPANY_HELP = "Código, nombre o RFC de la empresa."


@admin.register(Address)
class AddressAdmin(ScopedAdmin):
    """Both addresses of every company; a new one is written on its company's page."""

    form = AddressForm
    support_may = (VIEW, CHANGE)
    list_display = ("company", "kind", "postal_code", "in_catalogue", "municipality", "state")
    # The first finds what an issuer wrote where the catalogue has nothing.
    list_filter = ("in_catalogue", "kind", "state")
    list_select_related = ("company",)
    search_fields = (*OF_COMPANY, "postal_code", "municipality")
    search_help_text = OF_COMPANY_HELP
    readonly_fields = ("company", "kind")
    fields = ("company", "kind", *Address.CONTENT)

    def save_model(self, request: HttpRequest, obj: Address, form: Any, change: bool) -> None:
        """Corrected by support, the fiscal address takes the issuing one along, too."""
        super().save_model(request, obj, form, change)
        if obj.kind == Address.Kind.FISCAL:
            obj.lead()


@admin.register(DocumentType)
class DocumentTypeAdmin(ScopedAdmin):
    """Which documents are issued; a new one is chosen on its company's page."""

    support_may = (VIEW, CHANGE)
    list_display = ("company", "kind", "series", "first_folio")
    list_filter = ("kind",)
    list_select_related = ("company",)
    search_fields = (*OF_COMPANY, "series")
    search_help_text = OF_COMPANY_HELP
    readonly_fields = ("company", "kind")
    fields = ("company", "kind", "series", "first_folio")


@admin.register(Logo)
class LogoAdmin(ScopedAdmin):
    """Logos: support may move one; the image itself is the issuer's to change."""

    support_may = (VIEW, CHANGE)
    list_display = ("company", "position", "width", "height", "updated_at")
    list_filter = ("position", "updated_at")
    list_select_related = ("company",)
    search_fields = OF_COMPANY
    search_help_text = OF_COMPANY_HELP
    readonly_fields = ("company", "width", "height", "updated_at")
    fields = ("company", "position", "width", "height", "updated_at")

"""What invoices look like, and which documents are issued, in admin."""

from django.contrib import admin

from companies.admin.company import OF_COMPANY, OF_COMPANY_HELP
from companies.models import DocumentType, Logo
from facturamos.admin.scoping import CHANGE, VIEW, ScopedAdmin


@admin.register(DocumentType)
class DocumentTypeAdmin(ScopedAdmin[DocumentType]):
    """Which documents are issued; a new one is chosen on its company's page."""

    support_may = (VIEW, CHANGE)
    list_display = ("company", "kind", "series", "first_folio")
    list_filter = ("kind",)
    list_select_related = ("company",)
    search_fields = OF_COMPANY
    search_help_text = OF_COMPANY_HELP
    readonly_fields = ("company", "kind")
    fields = ("company", "kind", "series", "first_folio")


@admin.register(Logo)
class LogoAdmin(ScopedAdmin[Logo]):
    """Logos: support may move one; the image itself is the issuer's to change."""

    support_may = (VIEW, CHANGE)
    list_display = ("company", "position", "width", "height", "updated_at")
    list_filter = ("position", "updated_at")
    list_select_related = ("company",)
    search_fields = OF_COMPANY
    search_help_text = OF_COMPANY_HELP
    readonly_fields = ("company", "width", "height", "updated_at")
    fields = ("company", "position", "width", "height", "updated_at")

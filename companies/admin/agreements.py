"""Privacy notices, the evidence of their acceptance, and the Carta Manifiesto."""

from typing import ClassVar

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db.models import Model, Q, QuerySet
from django.forms import ModelForm
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from companies import letters
from companies.admin.company import OF_COMPANY, OF_COMPANY_HELP
from companies.forms import ManifestLetterForm
from companies.models import Company, FormerLetter, ManifestLetter, NoticeAcceptance, PrivacyNotice
from facturamos.admin.actions import ActionAdmin, Confirmation, ConfirmedAction, ReasonedConfirmation
from facturamos.admin.scoping import ADD, CHANGE, DELETE, VIEW, ReadOnlyAdmin, viewer
from facturamos.admin.site import site


class Publish(ConfirmedAction[PrivacyNotice]):
    """Puts a notice in force."""

    slug = "publicar"
    label = "Publicar"
    explanation = (
        "A partir de ahora todos los emisores deben aceptar este aviso antes de seguir. Una vez publicado, "
        "el texto no se puede cambiar ni borrar; para corregirlo se publica una versión nueva."
    )

    def possible(self, row: PrivacyNotice) -> bool:
        return row.published_at is None

    def act(self, request: HttpRequest, row: PrivacyNotice, form: Confirmation) -> str:
        row.publish()
        return f"{row} está en vigor."


@admin.register(PrivacyNotice)
class PrivacyNoticeAdmin(ActionAdmin[PrivacyNotice]):
    """Support writes drafts and publishes them; a published notice is a record."""

    is_short = True
    support_may = (VIEW, ADD, CHANGE, DELETE)
    confirmed_actions = (Publish,)
    list_display = ("version", "published_at", "created_at")
    date_hierarchy = "created_at"
    search_fields = ("version",)
    readonly_fields = ("sha256", "created_at", "published_at")
    fields = ("version", "text", "sha256", "created_at", "published_at")
    # Deleting many at once would not look at each one.
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: PrivacyNotice | None = None) -> bool:
        return super().has_change_permission(request, obj) and _draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: PrivacyNotice | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _draft(obj)

    def save_model(
        self, request: HttpRequest, obj: PrivacyNotice, form: ModelForm[PrivacyNotice], change: bool
    ) -> None:
        """The row whole: its digest goes with its text."""
        obj.save()


def _draft(notice: PrivacyNotice | None) -> bool:
    return notice is None or notice.published_at is None


def no_notice_warning(request: HttpRequest) -> str:
    """For all staff: without a notice in force no issuer can go on."""
    if PrivacyNotice.objects.in_force() is not None:
        return ""
    said = "No hay ningún aviso de privacidad publicado: los emisores no pueden avanzar."
    if not viewer(request).is_support:
        return said
    url = reverse("admin:companies_privacynotice_changelist")
    return format_html('{} <a href="{}">Adaptar el borrador y publicarlo</a>', said, url)


site().warners.append(no_notice_warning)


@admin.register(NoticeAcceptance)
class NoticeAcceptanceAdmin(ReadOnlyAdmin[NoticeAcceptance]):
    """Evidence: who accepted which text, when, and from where."""

    list_display = ("company", "notice", "user", "accepted_at", "address")
    list_filter = ("notice", "accepted_at")
    list_select_related = ("company", "notice", "user")
    search_fields = (*OF_COMPANY, "user__username")
    search_help_text = "Código, nombre, RFC o teléfono de la empresa, o usuario."


class Verify(ConfirmedAction[ManifestLetter]):
    """Support or the PAC has seen the signature."""

    slug = "comprobar"
    label = "Marcar como comprobada"
    explanation = (
        "Confirme solo si el PAC tiene la carta firmada. El emisor verá «Comprobada» en su configuración."
    )

    def possible(self, row: ManifestLetter) -> bool:
        return row.is_current and row.signed_on is not None and row.verified_at is None

    def act(self, request: HttpRequest, row: ManifestLetter, form: Confirmation) -> str:
        letters.verify(row)
        return f"{row}: comprobada."


class TakeVerificationBack(ConfirmedAction[ManifestLetter]):
    """The way back from «Marcar como comprobada»."""

    slug = "quitar-comprobacion"
    label = "Quitar la comprobación…"
    explanation = (
        "Para cuando se marcó la carta equivocada: vuelve al estado que tenía. El correo que ya salió no se "
        "puede recoger; avise al emisor."
    )
    form_class = ReasonedConfirmation

    def possible(self, row: ManifestLetter) -> bool:
        return row.verified_at is not None

    def act(self, request: HttpRequest, row: ManifestLetter, form: Confirmation) -> str:
        letters.take_back(row)
        return f"{row}: ya no está comprobada."


class LetterStateFilter(admin.SimpleListFilter):
    """The letter's derived states that support looks for."""

    title = "estado"
    parameter_name = "estado"
    STATES: ClassVar[dict[str, tuple[str, Q]]] = {
        "por_comprobar": (
            "Firmada, por comprobar",
            Q(signed_on__isnull=False, verified_at=None, rejected_at=None),
        ),
        "dudosa": ("Enviada, sin saber si llegó", Q(is_doubtful=True)),
        "rechazada": ("Rechazada por el PAC", Q(rejected_at__isnull=False)),
        "comprobada": ("Comprobada", Q(verified_at__isnull=False)),
        "sin_firmar": ("Sin firmar", Q(signed_on=None)),
    }

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Model]) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        _, condition = self.STATES.get(self.value() or "", ("", Q()))
        return queryset.filter(condition)


@admin.register(ManifestLetter)
class ManifestLetterAdmin(ActionAdmin[ManifestLetter]):
    """How far each letter is; the acknowledgement leaves only as an attachment."""

    form = ManifestLetterForm
    support_may = (VIEW, CHANGE)
    confirmed_actions = (Verify, TakeVerificationBack)
    list_display = ("company", "state_label", "signed_on", "verified_at")
    list_filter = (LetterStateFilter, "signed_on")
    list_select_related = ("company",)
    search_fields = OF_COMPANY
    search_help_text = OF_COMPANY_HELP
    readonly_fields = (
        "company",
        "state_label",
        "manual_made_at",
        "acknowledgement_link",
        "acknowledgement_digest",
        "signature_link",
        "sent_at",
        "is_doubtful",
        "rejected_at",
        "rejection",
        "next_action",
        "verified_at",
    )
    fields = ("company", "state_label", "manual_made_at", "signed_on", *readonly_fields[3:])

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.acknowledgement_view)
        url = path("<path:object_id>/acuse/", view, name="companies_manifestletter_acuse")
        return [url, *super().get_urls()]

    def acknowledgement_view(self, request: HttpRequest, object_id: str) -> FileResponse:
        """The signed PDF as an attachment: it came from outside and is never rendered here."""
        letter = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, letter):
            raise PermissionDenied
        if not letter.acknowledgement:
            raise Http404
        return _acknowledgement(letter.acknowledgement.open("rb"), letter.company)

    @admin.display(description="estado")
    def state_label(self, letter: ManifestLetter) -> str:
        label = str(letter.state.label)
        return label if letter.is_current else f"{label}, de otro PAC, con otro texto o de otro RFC"

    @admin.display(description="firma en esta página")
    def signature_link(self, letter: ManifestLetter) -> str:
        if letter.signature is None:
            return ""
        url = reverse("admin:certificates_lettersignature_change", args=[letter.signature])
        return format_html('<a href="{}">Ver la firma y su evidencia</a>', url)

    @admin.display(description="SHA-256 del acuse")
    def acknowledgement_digest(self, letter: ManifestLetter) -> str:
        return letter.acknowledgement_sha256

    @admin.display(description="acuse firmado (PDF)")
    def acknowledgement_link(self, letter: ManifestLetter) -> str:
        if not letter.acknowledgement:
            return ""
        url = reverse("admin:companies_manifestletter_acuse", args=[letter.pk])
        return format_html('<a href="{}">Descargar</a>', url)


@admin.register(FormerLetter)
class FormerLetterAdmin(ReadOnlyAdmin[FormerLetter]):
    """Letters under terms that are no longer in force, or for another RFC: evidence."""

    list_display = ("company", "rfc", "signed_on", "verified_at", "replaced_at")
    list_filter = ("replaced_at",)
    list_select_related = ("company",)
    search_fields = OF_COMPANY
    search_help_text = OF_COMPANY_HELP
    readonly_fields = ("acknowledgement_link",)
    fields = (
        "company",
        "rfc",
        "signed_on",
        "verified_at",
        "replaced_at",
        "signature",
        "acknowledgement_link",
        "acknowledgement_sha256",
    )

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.acknowledgement_view)
        url = path("<path:object_id>/acuse/", view, name="companies_formerletter_acuse")
        return [url, *super().get_urls()]

    def acknowledgement_view(self, request: HttpRequest, object_id: str) -> FileResponse:
        """The signed PDF as an attachment, as of a letter in force."""
        letter = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, letter):
            raise PermissionDenied
        if letter is None or not letter.acknowledgement:
            raise Http404
        return _acknowledgement(letter.acknowledgement.open("rb"), letter.company)

    @admin.display(description="acuse firmado (PDF)")
    def acknowledgement_link(self, letter: FormerLetter) -> str:
        if not letter.acknowledgement:
            return ""
        url = reverse("admin:companies_formerletter_acuse", args=[letter.pk])
        return format_html('<a href="{}">Descargar</a>', url)


def _acknowledgement(content: File[bytes], company: Company) -> FileResponse:
    return FileResponse(
        content,
        as_attachment=True,
        filename=f"acuse-{company.code}.pdf",
        content_type="application/pdf",
        headers={"X-Content-Type-Options": "nosniff"},
    )

"""Signatures of letters in admin: the evidence, to look at and to take away; and their way to the PAC."""

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join

from certificates.letter import evidence, sending
from certificates.models import LetterSignature, LetterSubmission
from companies.admin.company import OF_COMPANY
from facturamos.admin.actions import Confirmation, ConfirmedAction
from facturamos.admin.scoping import ReadOnlyAdmin
from facturamos.jobs.admin import JobAdmin, RunAgain


@admin.register(LetterSignature)
class LetterSignatureAdmin(ReadOnlyAdmin[LetterSignature]):
    """Evidence: never changes; leaves as a package with which anybody verifies it."""

    list_display = ("company", "signer", "number", "pac_name", "signed_at", "user")
    list_filter = ("signed_at",)
    list_select_related = ("company", "user")
    search_fields = (*OF_COMPANY, "number", "rfc", "representative")
    search_help_text = "Empresa, RFC de quien firmó o número de su e.firma."
    readonly_fields = ("package_link", "told", "texts")
    fields = ("company", "package_link", "told", "texts")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.package_view)
        return [
            path("<path:object_id>/evidencia/", view, name="certificates_lettersignature_evidence"),
            *super().get_urls(),
        ]

    def package_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The package as an attachment."""
        signature = self.get_object(request, unquote(object_id))
        if signature is None or not self.has_view_permission(request, signature):
            raise PermissionDenied
        name = f"carta-manifiesto-{signature.company.code}-{signature.signed_at:%Y%m%d}.zip"
        return HttpResponse(
            evidence.package(signature),
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @admin.display(description="evidencia")
    def package_link(self, signature: LetterSignature) -> str:
        url = reverse("admin:certificates_lettersignature_evidence", args=[signature.pk])
        return format_html('<a href="{}">Descargar el paquete (.zip)</a>', url)

    @admin.display(description="datos")
    def told(self, signature: LetterSignature) -> str:
        """The same as the constancia says."""
        lines = ((label, value) for label, value in evidence.facts(signature) if value)
        return format_html_join("", "<p><b>{}:</b> {}</p>", lines)

    @admin.display(description="lo que se firmó")
    def texts(self, signature: LetterSignature) -> str:
        """Each document as the person read it."""
        lines = ((row["title"], row["text"]) for row in signature.documents)
        return format_html_join("", "<p><b>{}</b></p><pre>{}</pre>", lines)


class SendLetterAgain(ConfirmedAction[LetterSubmission]):
    """Of a doubtful one: support has asked the PAC, which has nothing."""

    slug = "enviar-otra-vez"
    label = "Enviar otra vez"
    explanation = (
        "Hágalo solo si preguntó al PAC y no tiene la carta: la enviamos de nuevo en unos segundos. Si el "
        "PAC ya la tiene, márquela como comprobada en «Cartas manifiesto»."
    )

    def possible(self, row: LetterSubmission) -> bool:
        return row.outcome == LetterSubmission.Outcome.DOUBTFUL

    def act(self, request: HttpRequest, row: LetterSubmission, form: Confirmation) -> str:
        sending.send_again(row)
        return "La carta está otra vez en camino."


@admin.register(LetterSubmission)
class LetterSubmissionAdmin(JobAdmin[LetterSubmission]):
    """Letters on their way, and what the PAC said."""

    confirmed_actions = (RunAgain, SendLetterAgain)
    list_display = ("signature", "outcome", "code", *JobAdmin.list_display)
    list_filter = ("outcome", *JobAdmin.list_filter)
    list_select_related = ("signature__company",)
    search_fields = tuple(f"signature__{name}" for name in OF_COMPANY)
    fields = (
        "signature",
        "state",
        "outcome",
        "code",
        "message",
        "sending_since",
        "accepted_at",
        "created_at",
        "finished_at",
        "attempt",
        "last_error",
    )

"""CSDs, their validations and diagnoses, in admin. Read-only, and no secret has a field here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join

from certificates import review, services
from certificates.authorities.admin import SatAuthorityAdmin
from certificates.checks.registry import by_code
from certificates.checks.results import CheckResult
from certificates.lco.admin import SatListAdmin
from certificates.letter.admin import LetterSignatureAdmin, LetterSubmissionAdmin
from certificates.models import Csd, CsdValidation, Diagnosis, SecretAccess, TestInvoice
from certificates.status.active_csd import ENDED
from certificates.x509.der import Unreadable
from companies.admin.company import OF_COMPANY
from companies.signed_in import signed_in
from facturamos.admin.actions import ActionAdmin, Confirmation, ConfirmedAction, ReasonedConfirmation
from facturamos.admin.scoping import VIEW, ReadOnlyAdmin, viewer
from facturamos.admin.site import site
from facturamos.jobs.admin import JobAdmin

__all__ = [
    "CsdAdmin",
    "CsdValidationAdmin",
    "DiagnosisAdmin",
    "LetterSignatureAdmin",
    "LetterSubmissionAdmin",
    "SatAuthorityAdmin",
    "SatListAdmin",
    "SecretAccessAdmin",
    "TestInvoiceAdmin",
]


class MarkUsable(ConfirmedAction[Csd]):
    """Notes that the SAT's list has the CSD."""

    slug = "activo-en-el-sat"
    label = "Marcar activo en el SAT"
    explanation = "El CSD ya está en la lista del SAT (LCO): las páginas dejarán de pedir que se espere."

    def possible(self, row: Csd) -> bool:
        return row.state == Csd.State.ACTIVE and row.usable_since is None and row.sat_status not in ENDED

    def act(self, request: HttpRequest, row: Csd, form: Confirmation) -> str:
        services.mark_usable(row)
        return "El CSD quedó marcado como activo en el SAT."


class TakeUsableBack(ConfirmedAction[Csd]):
    """The way back from «Marcar activo en el SAT»."""

    slug = "no-activo-en-el-sat"
    label = "Quitar «Activo en el SAT»…"
    explanation = (
        "Para cuando se marcó el CSD equivocado: las páginas vuelven a pedir que se espere. El correo que ya "
        "salió no se puede recoger; avise al emisor."
    )
    form_class = ReasonedConfirmation

    def possible(self, row: Csd) -> bool:
        return row.state == Csd.State.ACTIVE and row.usable_since is not None

    def act(self, request: HttpRequest, row: Csd, form: Confirmation) -> str:
        row.take_usable_back()
        return "El CSD ya no está marcado como activo en el SAT."


class VouchForCsd(ConfirmedAction[Csd]):
    """Support says that the SAT issued it."""

    slug = "confirmar"
    label = "Confirmar que es del SAT…"
    explanation = (
        "Compruebe antes, por otro camino que estos archivos, que el SAT emitió este certificado: búsquelo "
        "por su número en el sitio del SAT y llame al emisor. Cualquiera puede fabricar un par con el RFC de "
        "otro. Se revisará otra vez todo lo demás y, si está bien, se facturará con él. Si muchos esperan "
        "por la misma autoridad, agréguela en «Autoridades del SAT»: se revisarán todos."
    )
    form_class = ReasonedConfirmation
    dangerous = True

    def possible(self, row: Csd) -> bool:
        return row.state == Csd.State.UNDER_REVIEW and row.vouched_by_id is None

    def act(self, request: HttpRequest, row: Csd, form: Confirmation) -> str:
        review.vouch(row, signed_in(request), form.cleaned_data["reason"])
        return "Se está revisando otra vez; si todo lo demás está bien, quedará activo."


class RefuseCsd(ConfirmedAction[Csd]):
    """Support could not find out, or found that it is not the SAT's."""

    slug = "rechazar"
    label = "Rechazar…"
    explanation = (
        "Se borran la llave y la contraseña. El emisor verá que Asistencia no pudo confirmar quién emitió su "
        "certificado, y le llegará un correo. El motivo queda solo en el historial."
    )
    form_class = ReasonedConfirmation
    dangerous = True

    def possible(self, row: Csd) -> bool:
        return row.state == Csd.State.UNDER_REVIEW

    def act(self, request: HttpRequest, row: Csd, form: Confirmation) -> str:
        review.refuse(row)
        return "El CSD quedó rechazado."


def under_review_warning(request: HttpRequest) -> str:
    """For support: issuers wait for its word."""
    count = Csd.objects.under_review().count() if viewer(request).is_support else 0
    if not count:
        return ""
    waiting = "Un CSD espera" if count == 1 else f"{count} CSD esperan"
    return (
        f"{waiting} que Asistencia confirme quién lo emitió: en «CSD», con el estado "
        f"«{Csd.State.UNDER_REVIEW.label}»."
    )


site().warners.append(under_review_warning)


def _question(code: str) -> str:
    check = by_code(code)
    return check.title if check else code


def _pac(result: CheckResult) -> str:
    return f"Es el error {result.pac_code} de los PAC." if result.pac_code else ""


@admin.register(Csd)
class CsdAdmin(ActionAdmin[Csd]):
    """Which pairs a company has had. Uploading is the issuer's business, at step 9."""

    list_display = ["number", "rfc", "company", "state", "valid_to", "uploaded_at"]
    list_filter = ["state", "sat_status", "uploaded_at"]
    list_select_related = ["company"]
    search_fields = ("number", "rfc", *OF_COMPANY)
    fields = [
        "company",
        "state",
        "number",
        "rfc",
        "name",
        "branch",
        "valid_from",
        "valid_to",
        "usable_since",
        "sat_status",
        "activated_at",
        "uploaded_by",
        "uploaded_at",
        "draft_until",
        "chain",
        "vouched_by",
        "vouched_because",
        "key_name",
        "certificate_sha256",
        "key_sha256",
        "secret_changed_at",
    ]
    support_may = (VIEW,)
    distributor_may = (VIEW,)
    readonly_fields = ["chain"]
    confirmed_actions = (MarkUsable, TakeUsableBack, VouchForCsd, RefuseCsd)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Csd]:
        return super().get_queryset(request).defer("certificate", "key", "password")

    @admin.display(description="cadena")
    def chain(self, csd: Csd) -> str:
        """Who issued it, as far as we know."""
        try:
            shown = review.chain_of(csd)
        except Unreadable:
            return ""
        signer = f"{shown.signed_by}, y su firma es correcta" if shown.signed_by else "no lo sabemos"
        claims = "dice ser del SAT" if shown.claims_sat else "no dice ser del SAT"
        lines = (
            ("Certificado", shown.subject),
            ("Dice que lo emitió", f"{shown.issuer} ({claims})"),
            ("Lo firmó", signer),
            ("Huella (SHA-256)", bytes.fromhex(shown.fingerprint).hex(":").upper()),
            ("Otras empresas que esperan por el mismo emisor", str(shown.others)),
        )
        return format_html_join("", "<p><b>{}:</b> {}</p>", lines)


@admin.register(CsdValidation)
class CsdValidationAdmin(JobAdmin[CsdValidation]):
    """The work of validating; a dead one can be run again while its pair is kept."""

    list_display = ("csd", *JobAdmin.list_display)
    list_select_related = ["csd"]
    search_fields = ("csd__number", "csd__rfc")
    distributor_may = (VIEW,)


@admin.register(Diagnosis)
class DiagnosisAdmin(ReadOnlyAdmin[Diagnosis]):
    """What an issuer dictates the code of: every check, no secret."""

    list_display = ["code", "company", "created_at", "ok", "for_support", "kind", "number", "rfc"]
    list_filter = ["ok", "for_support", "kind", "created_at"]
    list_select_related = ["company"]
    search_fields = ("code", "number", "rfc", *OF_COMPANY)
    search_help_text = "Código (CSD-4F7K), número, RFC o empresa."
    fields = ["code", "company", "csd", "created_at", "ok", "for_support", "kind", "number", "rfc", "checks"]
    readonly_fields = ["checks"]
    distributor_may = (VIEW,)

    @admin.display(description="revisiones")
    def checks(self, diagnosis: Diagnosis) -> str:
        """Every check, in the order in which the issuer saw them."""
        lines = (
            (_question(r.code), r.state.label, r.title, r.message, r.action, r.detail, _pac(r))
            for r in diagnosis.results
        )
        return format_html_join("", "<p><b>{}: {}</b> · {}. {} {} {} {}</p>", lines)


@admin.register(TestInvoice)
class TestInvoiceAdmin(JobAdmin[TestInvoice]):
    """Sample invoices that issuers sealed to try their data."""

    list_display = ("company", "ok", *JobAdmin.list_display)
    list_select_related = ["company"]
    search_fields = OF_COMPANY
    fields = ["company", "csd", "user", "state", "ok", "steps", "created_at", "finished_at", "last_error"]
    readonly_fields = ["steps"]
    distributor_may = (VIEW,)

    @admin.display(description="pasos")
    def steps(self, test: TestInvoice) -> str:
        """Every step, in the order in which the issuer saw them."""
        lines = ((r.state.label, r.title, r.message, r.action) for r in test.results)
        return format_html_join("", "<p><b>{}</b> · {}. {} {}</p>", lines)


@admin.register(SecretAccess)
class SecretAccessAdmin(ReadOnlyAdmin[SecretAccess]):
    """Who opened an encrypted key, when and for what."""

    list_display = ["at", "purpose", "csd", "user"]
    list_filter = ["purpose", "at"]
    list_select_related = ["csd", "user"]
    search_fields = ("csd__number", "csd__rfc")

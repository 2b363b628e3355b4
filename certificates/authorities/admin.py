"""The SAT's authorities in admin: support adds one whose fingerprint it has compared, or withdraws it."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from certificates import review
from certificates.authorities import trust
from certificates.authorities.end import end_warning
from certificates.authorities.forms import AuthorityConfirmation, AuthorityFileForm
from certificates.authorities.proposed import ProposedAuthority
from certificates.authorities.shipped import ISSUERS, ROOTS
from certificates.models import SatAuthority
from companies.signed_in import signed_in
from facturamos.admin.actions import ActionAdmin, Confirmation, ConfirmedAction, ReasonedConfirmation
from facturamos.admin.scoping import ADD, VIEW, viewer
from facturamos.admin.site import site


class WithdrawAuthority(ConfirmedAction[SatAuthority]):
    """Stops trusting an authority, from now on."""

    slug = "retirar"
    label = "Retirar…"
    explanation = (
        "Deja de contar en seguida: de los CSD que se suban desde ahora, los suyos serán otra vez de una "
        "autoridad que no conocemos. Los que ya están activos siguen como están."
    )
    form_class = ReasonedConfirmation
    dangerous = True

    def possible(self, row: SatAuthority) -> bool:
        return not row.is_withdrawn

    def act(self, request: HttpRequest, row: SatAuthority, form: Confirmation) -> str:
        row.withdraw(signed_in(request), form.cleaned_data["reason"], timezone.now())
        return "La autoridad quedó retirada."


class TrustAuthorityAgain(ConfirmedAction[SatAuthority]):
    """Undoes a withdrawal; the history keeps both."""

    slug = "volver-a-aceptar"
    label = "Volver a aceptar…"
    explanation = "Cuenta otra vez, en seguida, como si no se hubiera retirado."
    form_class = ReasonedConfirmation

    def possible(self, row: SatAuthority) -> bool:
        return row.is_withdrawn

    def act(self, request: HttpRequest, row: SatAuthority, form: Confirmation) -> str:
        row.trust_again(form.cleaned_data["reason"])
        return f"La autoridad cuenta otra vez.{_released(review.reconsider())}"


def _released(count: int) -> str:
    """What else adding an authority has done."""
    return f" Se revisan otra vez los CSD que la esperaban: {count}." if count else ""


@admin.register(SatAuthority)
class SatAuthorityAdmin(ActionAdmin[SatAuthority]):
    """Those that support added; the list also shows those that we ship."""

    is_short = True
    support_may = (VIEW, ADD)
    confirmed_actions = (WithdrawAuthority, TrustAuthorityAgain)
    list_display = ("name", "environment", "valid_from", "valid_to", "added_at", "withdrawn_at")
    list_filter = ("environment",)
    fields = (
        "name",
        "sha256",
        "environment",
        "number",
        "valid_from",
        "valid_to",
        "root",
        "reason",
        "added_by",
        "added_at",
        "withdrawn_at",
        "withdrawn_by",
        "withdrawal_reason",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SatAuthority]:
        return super().get_queryset(request).defer("certificate")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """The list, with what we ship and until when all of them reach."""
        known = trust.authorities()
        shown = {
            "shipped": (*ISSUERS, *ROOTS),
            "last_end": known.last_end(),
            "end_warning": end_warning(known, timezone.now()),
        }
        return super().changelist_view(request, shown | (extra_context or {}))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """The file is read and shown; it counts when somebody has said why."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if "certificate" in request.POST:
            return self._confirm(request, AuthorityConfirmation(request.POST))
        sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = AuthorityFileForm(*sent)
        if form.is_valid():
            proposed = form.cleaned_data["file"]
            return self._ask_why(request, proposed, AuthorityConfirmation.about(proposed))
        return self._add_page(request, "upload", form=form)

    def _confirm(self, request: HttpRequest, form: AuthorityConfirmation) -> HttpResponse:
        if not form.is_valid():
            if proposed := form.cleaned_data.get("certificate"):
                return self._ask_why(request, proposed, form)
            # Another has added it meanwhile, or the page was tampered with.
            messages.error(request, " ".join(map(str, form.errors["certificate"])))
            return redirect("admin:certificates_satauthority_add")
        reason = form.cleaned_data["reason"]
        try:
            with transaction.atomic():
                certificate = form.cleaned_data["certificate"]
                row = SatAuthority.objects.add(certificate, signed_in(request), reason)
                released = review.reconsider()
        except IntegrityError:  # a double click, or a colleague at the same time
            messages.warning(request, "Alguien la agregó en este momento.")
            return redirect("admin:certificates_satauthority_changelist")
        self.log_addition(request, row, f"Agregada. {reason}")
        done = f"«{row.name}» cuenta desde ahora, en todo el sitio.{_released(released)}"
        messages.success(request, done)
        return redirect("admin:certificates_satauthority_change", row.pk)

    def _ask_why(
        self, request: HttpRequest, proposed: ProposedAuthority, form: AuthorityConfirmation
    ) -> HttpResponse:
        has_ended = proposed.has_ended(timezone.now())
        return self._add_page(request, "confirm", form=form, proposed=proposed, has_ended=has_ended)

    def _add_page(self, request: HttpRequest, page: str, **context: object) -> HttpResponse:
        common = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Agregar una autoridad del SAT",
        }
        return TemplateResponse(request, f"admin/certificates/satauthority/{page}.html", common | context)


def authority_end_warning(request: HttpRequest) -> str:
    """For support, who can add the next one."""
    return end_warning(trust.authorities(), timezone.now()) if viewer(request).is_support else ""


site().warners.append(authority_end_warning)

"""Getting in and back in, in admin. Nobody sees or chooses another's password; a new one goes by mail."""

from axes.models import AccessAttempt
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from companies.accounts import authority, changes_by_staff, held_email, second_factor
from companies.accounts.auth import limit_key
from companies.accounts.temporary_passwords import HOURS
from companies.forms.sign_in import StaffPasswordForm
from companies.models import ResetRequest, User
from companies.signed_in import signed_in
from facturamos.admin.actions import Confirmation, ConfirmedAction, ReasonedConfirmation
from facturamos.admin.site import site
from facturamos.jobs.admin import JobAdmin
from facturamos.prose import hour

site().password_change_form = StaffPasswordForm


class ReissueCredentials[M: Model](ConfirmedAction[M]):
    """A new temporary password, made in the worker and readable in the mail alone.

    For one person. For many companies at once: `ReissueToMany` in onboarding/backoffice/companies/actions.py.
    """

    slug = "reenviar-credenciales"
    label = "Reenviar credenciales"
    explanation = (
        f"Se enviará por correo una contraseña temporal nueva, válida {HOURS} horas. La contraseña actual "
        "deja de servir cuando salga el mensaje. Nadie más puede verla."
    )
    for_distributor = True

    def user_of(self, row: M) -> User | None:
        """Whose credentials; None where there is nobody to write to."""
        raise NotImplementedError

    def allowed_on(self, request: HttpRequest, row: M) -> bool:
        """An issuer's by whoever sees it and works; anybody else's, see authority.py."""
        user = self.user_of(row)
        issuers = user is None or user.role == User.Role.ISSUER
        return super().allowed_on(request, row) and (
            issuers or (user is not None and authority.helps(signed_in(request), user))
        )

    def possible(self, row: M) -> bool:
        user = self.user_of(row)
        return user is not None and user.is_active and bool(user.email)

    def act(self, request: HttpRequest, row: M, form: Confirmation) -> str:
        user = self.user_of(row)
        if user is None:
            return ""
        changes_by_staff.replace_credentials(user)
        if until := held_email.held_until(user):
            return (
                f"El correo de {user.username} es nuevo: las credenciales saldrán a {user.email} el "
                f"{hour(until)}, o cuando otra persona de Asistencia lo confirme."
            )
        return f"Las credenciales de {user.username} se enviarán a {user.email}."


class ReissueUserCredentials(ReissueCredentials[User]):
    """From the user's own page."""

    def user_of(self, row: User) -> User:
        return row


class VouchForAddress(ConfirmedAction[User]):
    """Two of ours, and not one alone, may send somebody's way in to another address."""

    slug = "confirmar-correo"
    label = "Confirmar el correo nuevo…"
    explanation = (
        "Otra persona de Asistencia cambió este correo hace menos de un día. Llame al usuario, a un teléfono "
        "que ya tenía, y pregúntele si la dirección es suya. Al confirmarla salen las credenciales que "
        "esperan. Si no la confirma, salen cuando se cumpla un día; mientras tanto, el usuario puede "
        "deshacer el cambio desde su correo anterior."
    )
    form_class = ReasonedConfirmation
    dangerous = True

    def allowed_on(self, request: HttpRequest, row: User) -> bool:
        """Neither who changed it, nor whose it is."""
        by = signed_in(request)
        involved = by.pk in (row.email_changed_by_id, row.pk)
        return super().allowed_on(request, row) and authority.decides(by, row) and not involved

    def possible(self, row: User) -> bool:
        return held_email.held_until(row) is not None

    def act(self, request: HttpRequest, row: User, form: Confirmation) -> str:
        held_email.vouch(row)
        return f"{row.email} quedó confirmado por Asistencia."


class Unlock(ConfirmedAction[User]):
    """Forgets failed attempts to sign in."""

    slug = "desbloquear"
    label = "Desbloquear"
    explanation = "Se olvidan los intentos fallidos de entrar con este usuario; puede intentarlo de nuevo ya."
    for_lead = True

    def allowed_on(self, request: HttpRequest, row: User) -> bool:
        """A lead, its own clerks'; support, whom it helps."""
        return super().allowed_on(request, row) and authority.helps(signed_in(request), row)

    def possible(self, row: User) -> bool:
        return bool(failed_attempts(row).exists())

    def act(self, request: HttpRequest, row: User, form: Confirmation) -> str:
        failed_attempts(row).delete()
        return f"{row.username} puede volver a intentarlo."


def failed_attempts(user: User) -> QuerySet[AccessAttempt]:
    """What axes remembers of failed attempts with this user's name, however it was written."""
    rows: QuerySet[AccessAttempt] = AccessAttempt.objects.all()
    return rows.filter(username=limit_key(user.username))


class ResetSecondFactor(ConfirmedAction[User]):
    """For who lost the telephone and the recovery codes."""

    slug = "restablecer-segundo-factor"
    label = "Restablecer segundo factor…"
    explanation = (
        "Asegúrese por teléfono de que habla con esta persona. Su aplicación de autenticación y sus códigos "
        "de recuperación dejan de servir ahora mismo, y la próxima vez que entre activará unos nuevos. Le "
        "avisamos por correo."
    )
    form_class = ReasonedConfirmation
    dangerous = True
    for_lead = True

    def allowed_on(self, request: HttpRequest, row: User) -> bool:
        """Another's, by who decides about it; nobody one's own."""
        by = signed_in(request)
        return super().allowed_on(request, row) and authority.decides(by, row) and row.pk != by.pk

    def possible(self, row: User) -> bool:
        return second_factor.in_use(row).exists()

    def act(self, request: HttpRequest, row: User, form: Confirmation) -> str:
        second_factor.reset(row)
        return f"{row.username} activará un segundo factor nuevo la próxima vez que entre."


def second_factor_gate(request: HttpRequest) -> str:
    """Admin is closed to a session that has not shown its user's second factor."""
    user = request.user
    if not isinstance(user, User) or not second_factor.required(user):
        return ""
    shown = second_factor.passed(request, second_factor.confirmed(user))
    return "" if shown else reverse("segundo_factor")


site().gates.append(second_factor_gate)


@admin.register(ResetRequest)
class ResetRequestAdmin(JobAdmin[ResetRequest]):
    """The last hour's requests; older ones are forgotten."""

    is_short = True
    list_display: tuple[str, ...] = ("asked_for", "address", *JobAdmin.list_display)
    search_fields = ("asked_for", "address")

"""Distributors and users in admin. Nobody sees or chooses another's password; a new one goes by mail."""

from typing import Any, ClassVar, cast

from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize

from companies import second_factor, services
from companies.admin.data import OF_COMPANY
from companies.admin.password import StaffPasswordForm
from companies.admin.user_forms import NewStaffForm, UserDataForm
from companies.auth import limit_key
from companies.models import Distributor, SecondFactor, User
from facturamos.admin import site
from facturamos.object_actions import ActingAdmin, ObjectAction, ReasonedConfirmation
from facturamos.scoping import CHANGE, VIEW, ScopedAdmin, ScopedTabularInline

site().password_change_form = StaffPasswordForm


class ReissueCredentials(ObjectAction):
    """A new temporary password, made in the worker and readable in the mail alone."""

    slug = "reenviar-credenciales"
    label = "Reenviar credenciales"
    explanation = (
        "Se enviará por correo una contraseña temporal nueva, válida 72 horas. La contraseña actual deja "
        "de servir cuando salga el mensaje. Nadie más puede verla."
    )
    for_distributor = True

    def user_of(self, row: Any) -> User | None:
        """Whose credentials: here the row is the user."""
        return cast("User", row)

    def allowed(self, request: HttpRequest, row: Any) -> bool:
        """The owner's password is nobody's to replace but an owner's."""
        user = self.user_of(row)
        owners = user is not None and user.role == User.Role.OWNER
        return super().allowed(request, row) and (not owners or _is_owner(request))

    def possible(self, row: Any) -> bool:
        user = self.user_of(row)
        return user is not None and user.is_active and bool(user.email)

    def act(self, request: HttpRequest, row: Any, data: dict[str, Any]) -> str:
        user = cast("User", self.user_of(row))
        services.reissue_credentials(user)
        return f"Las credenciales de {user.username} se enviarán a {user.email}."


class Unlock(ObjectAction):
    """Forgets failed attempts to sign in."""

    slug = "desbloquear"
    label = "Desbloquear"
    explanation = "Se olvidan los intentos fallidos de entrar con este usuario; puede intentarlo de nuevo ya."

    def possible(self, row: User) -> bool:
        return bool(failed_attempts(row).exists())

    def act(self, request: HttpRequest, row: User, data: dict[str, Any]) -> str:
        failed_attempts(row).delete()
        return f"{row.username} puede volver a intentarlo."


def failed_attempts(user: User) -> Any:
    """What axes remembers of failed attempts with this user's name, however it was written."""
    return AccessAttempt.objects.filter(username=limit_key(user.username))


class ResetSecondFactor(ObjectAction):
    """For who lost the telephone and the recovery codes."""

    slug = "restablecer-segundo-factor"
    label = "Restablecer segundo factor…"
    explanation = (
        "Asegúrese por teléfono de que habla con esta persona. Su aplicación de autenticación y sus códigos "
        "de recuperación dejan de servir ahora mismo, y la próxima vez que entre activará unos nuevos."
    )
    form_class = ReasonedConfirmation
    dangerous = True

    def allowed(self, request: HttpRequest, row: User) -> bool:
        """Another's, never one's own; an owner's only by an owner."""
        theirs = row.role != User.Role.OWNER or _is_owner(request)
        return super().allowed(request, row) and row.pk != request.user.pk and theirs

    def possible(self, row: User) -> bool:
        return SecondFactor.objects.filter(user=row).exists()

    def act(self, request: HttpRequest, row: User, data: dict[str, Any]) -> str:
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


class PersonInline(ScopedTabularInline):
    """A distributor's users; their own page has the rest."""

    model = User
    fields = readonly_fields = ("code", "username", "full_name", "email", "is_active")
    support_may = distributor_may = (VIEW,)
    show_change_link = True


@admin.register(Distributor)
class DistributorAdmin(ScopedAdmin):
    """Distributors: support keeps them, each sees itself."""

    distributor_may = (VIEW,)
    list_display = ("name", "email", "phone", "created_at")
    search_fields = ("name", "email", "users__username")
    search_help_text = "Nombre, correo o usuario."
    readonly_fields = ("created_at",)
    fields = ("name", "email", "phone", "created_at")
    inlines = (PersonInline,)


@admin.register(User)
class UserAdmin(ActingAdmin):
    """Users: support corrects data and unlocks; passwords are out of reach of everybody here."""

    form = UserDataForm
    distributor_may = (VIEW,)
    object_actions: ClassVar[tuple[type[ObjectAction], ...]] = (
        ReissueCredentials,
        Unlock,
        ResetSecondFactor,
    )
    list_display = ("code", "username", "full_name", "email", "role", "belongs_to", "last_login")
    list_display_links = ("code", "username")
    list_select_related = ("company", "distributor")
    search_fields = ("code", "username", "full_name", "email", *OF_COMPANY)
    search_help_text = "Código, usuario, nombre, correo, o código, nombre o RFC de la empresa."
    add_fields = NewStaffForm.Meta.fields
    editable = ("username", "full_name", "initials", "email", "alternate_email", "phone", "is_active")
    records = (
        "code",
        "role",
        "company",
        "distributor",
        "confirmed_email",
        "password_is_temporary",
        "temporary_password_until",
        "secret_changed_at",
        "last_login",
        "created_at",
        "attempts",
    )

    def get_list_filter(self, request: HttpRequest) -> Any:
        """A distributor sees issuers only."""
        support_only = ("role", "password_is_temporary") if self.may(request, CHANGE) else ()
        return (*support_only, "is_active", "created_at")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = NewStaffForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fields
        return (*self.records[:4], *self.editable, *self.records[4:])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if obj is None else self.records

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Roles that the present user may give: never an issuer's, an owner's only by an owner."""
        if db_field.name == "role":
            roles = [User.Role.DISTRIBUTOR, User.Role.SUPPORT]
            if _is_owner(request):
                roles.append(User.Role.OWNER)
            kwargs["choices"] = [(role.value, role.label) for role in roles]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The owner is nobody's to correct but an owner's."""
        theirs = obj is not None and obj.role == User.Role.OWNER
        return super().has_change_permission(request, obj) and (not theirs or _is_owner(request))

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new user gets its credentials by mail; a new address is asked to confirm itself."""
        if not change:
            obj.set_unusable_password()
            obj.password_is_temporary = True
        super().save_model(request, obj, form, change)
        if not change:
            services.reissue_credentials(obj)
        elif "email" in form.changed_data:
            services.email_changed(obj, previous=form.initial["email"])

    @admin.display(description="pertenece a")
    def belongs_to(self, user: User) -> str:
        return str(user.company or user.distributor or "")

    @admin.display(description="intentos fallidos")
    def attempts(self, user: User) -> str:
        """When, from where, and how often, newest first."""
        rows = failed_attempts(user).order_by("-attempt_time")[:10]
        return " · ".join(
            f"{localize(timezone.localtime(row.attempt_time))}: "
            f"{row.failures_since_start} desde {row.ip_address}"
            for row in rows
        )


def _is_owner(request: HttpRequest) -> bool:
    return getattr(request.user, "role", "") == User.Role.OWNER

"""Distributors and users in admin."""

from django.contrib import admin
from django.db.models import Field
from django.forms import ModelForm, TypedChoiceField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import localize

from companies.accounts import services
from companies.admin.company import OF_COMPANY
from companies.admin.sign_in import (
    ReissueUserCredentials,
    ResetSecondFactor,
    Unlock,
    VouchForAddress,
    failed_attempts,
    is_owner,
)
from companies.forms.people import DistributorForm, NewStaffForm, UserDataForm
from companies.http import signed_in
from companies.models import Distributor, User
from facturamos.admin.actions import ActionAdmin
from facturamos.admin.scoping import CHANGE, VIEW, ScopedAdmin, ScopedTabularInline


class PersonInline(ScopedTabularInline[User, Distributor]):
    """A distributor's users; their own page has the rest."""

    model = User
    fields = readonly_fields = ("code", "username", "full_name", "email", "is_active")
    support_may = distributor_may = (VIEW,)
    show_change_link = True


@admin.register(Distributor)
class DistributorAdmin(ScopedAdmin[Distributor]):
    """Distributors: support keeps them, each sees itself."""

    is_short = True
    form = DistributorForm
    distributor_may = (VIEW,)
    list_display = ("name", "email", "phone", "created_at")
    search_fields = ("name", "email", "phone", "users__username")
    search_help_text = "Nombre, correo o teléfono, o los de sus usuarios."
    readonly_fields = ("created_at",)
    fields = ("name", "email", "phone", "created_at")
    inlines = (PersonInline,)


@admin.register(User)
class UserAdmin(ActionAdmin[User]):
    """Users: support corrects data and unlocks; passwords are out of reach of everybody here."""

    form = UserDataForm
    distributor_may = (VIEW,)
    confirmed_actions = (
        ReissueUserCredentials,
        VouchForAddress,
        Unlock,
        ResetSecondFactor,
    )
    list_display = ("code", "username", "full_name", "email", "role", "belongs_to", "last_login")
    list_display_links = ("code", "username")
    list_select_related = ("company", "distributor")
    search_fields = ("code", "username", "full_name", "email", "phone", "events__email", *OF_COMPANY)
    search_help_text = (
        "Código, usuario, nombre, teléfono o correo (también uno anterior); o código, nombre, RFC o teléfono "
        "de la empresa."
    )
    add_fields = NewStaffForm.Meta.fields
    editable = ("username", "full_name", "initials", "email", "alternate_email", "phone", "is_active")
    records = (
        "code",
        "role",
        "company",
        "distributor",
        "confirmed_email",
        "email_held_until",
        "email_changed_by",
        "password_is_temporary",
        "temporary_password_until",
        "secret_changed_at",
        "last_login",
        "created_at",
        "attempts",
    )

    def get_list_filter(self, request: HttpRequest) -> tuple[str, ...]:
        """A distributor sees issuers only."""
        support_only = ("role", "password_is_temporary") if self.may(request, CHANGE) else ()
        return (*support_only, "is_active", "created_at")

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: object
    ) -> type[ModelForm[User]]:
        if obj is None:
            kwargs["form"] = NewStaffForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return self.add_fields
        return (*self.records[:4], *self.editable, *self.records[4:])

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        return () if obj is None else self.records

    def formfield_for_choice_field(
        self, db_field: Field[object, object], request: HttpRequest, **kwargs: object
    ) -> TypedChoiceField | None:
        """Roles that the present user may give: never an issuer's, an owner's only by an owner."""
        if db_field.name == "role":
            roles = [User.Role.DISTRIBUTOR, User.Role.SUPPORT]
            if is_owner(request):
                roles.append(User.Role.OWNER)
            kwargs["choices"] = [(role.value, role.label) for role in roles]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """The owner is nobody's to correct but an owner's."""
        theirs = obj is not None and obj.role == User.Role.OWNER
        return super().has_change_permission(request, obj) and (not theirs or is_owner(request))

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        """A new user gets its credentials by mail; a new address is asked to confirm itself."""
        if not change:
            obj.set_unusable_password()
            obj.password_is_temporary = True
        super().save_model(request, obj, form, change)
        if not change:
            services.reissue_credentials(obj)
        elif "email" in form.changed_data:
            services.email_changed(obj, by=signed_in(request))

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

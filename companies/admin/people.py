"""Distributors and users in admin."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.admin import ModelAdmin
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Field, Model, QuerySet
from django.forms import ModelForm, TypedChoiceField
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import localize

from companies.accounts import authority, changes_by_staff, credentials
from companies.admin.company import OF_COMPANY, Filter
from companies.admin.sign_in import (
    ReissueUserCredentials,
    ResetSecondFactor,
    Unlock,
    VouchForAddress,
    failed_attempts,
)
from companies.forms.staff import (
    ClerkDataForm,
    DistributorForm,
    DistributorPersonForm,
    NewClerkForm,
    NewStaffForm,
    UserDataForm,
)
from companies.models import Distributor, User
from companies.signed_in import signed_in
from facturamos.admin.action_links import ActionLink
from facturamos.admin.actions import ActionAdmin
from facturamos.admin.scoping import ADD, CHANGE, VIEW, ScopedAdmin, ScopedTabularInline
from facturamos.company_scope import CLERK, LEAD, READER

if TYPE_CHECKING:
    from django.contrib.admin.filters import _ListFilterChoices


class PersonInline(ScopedTabularInline[User, Distributor]):
    """A distributor's users; their own page has the rest."""

    model = User
    fields = readonly_fields = ("code", "username", "full_name", "distributor_role", "email", "is_active")
    support_may = distributor_may = (VIEW,)


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

    def get_inline_instances(
        self, request: HttpRequest, obj: Distributor | None = None
    ) -> list[InlineModelAdmin[Model, Distributor]]:
        """With links to its people for who may open their pages."""
        found: list[InlineModelAdmin[Model, Distributor]] = super().get_inline_instances(request, obj)
        for inline in found:
            inline.show_change_link = signed_in(request).duty not in (CLERK, READER)
        return found


class WhoseUserFilter(admin.SimpleListFilter):
    """For a lead: its issuers, its own people, or both."""

    title = "quiénes"
    parameter_name = "quienes"
    ISSUERS, PEOPLE, EVERYBODY = "emisores", "personal", "todos"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Model]) -> list[tuple[str, str]]:
        return [(self.ISSUERS, "Emisores"), (self.PEOPLE, "Su personal"), (self.EVERYBODY, "Todos")]

    def value(self) -> str:
        return super().value() or self.ISSUERS

    def choices(self, changelist: ChangeList) -> "Iterator[_ListFilterChoices]":
        """The issuers first, who are shown where nothing is chosen; Django's «Todo» would be that, too."""
        return islice(super().choices(changelist), 1, None)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        """The admin class has chosen the rows by it already."""
        return queryset


@admin.register(User)
class UserAdmin(ActionAdmin[User]):
    """Users: who may do what with whose is told by companies/accounts/authority.py.

    Passwords are out of reach of everybody here.
    """

    form = UserDataForm
    support_may = (VIEW, CHANGE)
    owner_may = (ADD,)
    distributor_may = (VIEW,)
    lead_may = (ADD, CHANGE)
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
    editable = ("username", "full_name", "initials", "email", "alternate_email", "phone", "is_active")
    origin = ("code", "role", "company", "distributor", "distributor_role")
    records = (
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

    def get_list_filter(self, request: HttpRequest) -> tuple[Filter, ...]:
        """A distributor sees issuers, and its lead its own people."""
        user = signed_in(request)
        support_only = ("role", "distributor_role", "password_is_temporary") if user.is_support else ()
        whose = (WhoseUserFilter,) if user.duty == LEAD else ()
        return (*whose, *support_only, "is_active", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Of a lead's list the ones, the others or both, each by an index: an OR would read all users."""
        user, match = signed_in(request), request.resolver_match
        if user.duty != LEAD or match is None or match.url_name != "companies_user_changelist":
            return super().get_queryset(request)
        match request.GET.get(WhoseUserFilter.parameter_name):
            case WhoseUserFilter.PEOPLE:
                return User.objects.people_of(user)
            case WhoseUserFilter.EVERYBODY:
                parts = (User.objects.people_of(user), User.objects.issuers_of(user))
                people, issuers = (part.order_by().values("pk") for part in parts)
                return User.objects.filter(pk__in=people.union(issuers, all=True))
        return User.objects.issuers_of(user)

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: object
    ) -> type[ModelForm[User]]:
        kwargs["form"] = self._form(signed_in(request), obj)
        return super().get_form(request, obj, change=change, **kwargs)

    def _form(self, by: User, obj: User | None) -> type[ModelForm[User]]:
        leads = by.duty == LEAD
        if obj is None:
            return NewClerkForm if leads else NewStaffForm
        if not obj.distributor_role:
            return UserDataForm
        return ClerkDataForm if leads else DistributorPersonForm

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        if obj is None:
            return tuple(self._form(signed_in(request), None)._meta.fields or ())
        return (*self.origin, *self.editable, *self.records)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """The role never changes; nobody turns itself off."""
        if obj is None:
            return ()
        own = ("is_active",) if obj.pk == signed_in(request).pk else ()
        origin = self.origin[:-1] if obj.distributor_role else self.origin
        return (*origin, *own, *self.records)

    def formfield_for_choice_field(
        self, db_field: Field[object, object], request: HttpRequest, **kwargs: object
    ) -> TypedChoiceField | None:
        """Roles that are given here: an issuer's is not."""
        if db_field.name == "role":
            roles = (User.Role.DISTRIBUTOR, User.Role.SUPPORT, User.Role.OWNER)
            kwargs["choices"] = [(role.value, role.label) for role in roles]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Of a row also: whether one decides about it."""
        its_own = obj is None or authority.decides(signed_in(request), obj)
        return super().has_change_permission(request, obj) and its_own

    def row_actions(self, request: HttpRequest, row: User) -> list[ActionLink]:
        """For support first of all what this person did."""
        links = super().row_actions(request, row)
        did = ActionLink("Qué hizo", reverse("admin:persona", args=[row.pk]))
        return [did, *links] if signed_in(request).is_support else links

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool) -> None:
        """A new user gets its credentials by mail; of a new address or function the person is told."""
        by = signed_in(request)
        if change:
            super().save_model(request, obj, form, change)
            changes_by_staff.corrected(obj, form.changed_data, by=by)
            return
        if by.duty == LEAD:
            obj.role, obj.distributor = User.Role.DISTRIBUTOR, by.distributor
        obj.set_unusable_password()
        obj.password_is_temporary = True
        super().save_model(request, obj, form, change)
        credentials.reissue_credentials(obj)

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

"""Who sees and does what in admin, for the admin classes of every app.

*Which rows.* A model's manager answers `visible_to(user)`; a model that reaches a company takes it from
`facturamos.querysets`. `ScopedAdmin` asks it for lists, searches, objects, filters and the choices of
related fields, so that another company's id is as unknown as one that was never given: 404. A model
without `visible_to` belongs to no company and is shown to support only.

*Which deeds.* A user has exactly one role, held by a constraint, and the admin class says what each role
may do (`support_may`, `distributor_may`). `migrate` gives exactly that to the groups «Soporte» and
«Distribuidor» (facturamos/groups.py), and both are asked: what is taken from a group, none of its users
may do. Support and the owner differ only where a class says so.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.filters import FieldListFilter, RelatedFieldListFilter
from django.contrib.auth import get_permission_codename
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst

from facturamos.forms import PageForm
from facturamos.paginator import EstimatedPaginator
from facturamos.querysets import Viewer
from facturamos.searching import search

ADD, CHANGE, DELETE, VIEW = "add", "change", "delete", "view"

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[Any]
    _ModelAdmin = admin.ModelAdmin[Any]
    _TabularInline = admin.TabularInline[Any, Any]
    _StackedInline = admin.StackedInline[Any, Any]
    _Base = admin.options.BaseModelAdmin[Any]
else:
    _ModelForm = forms.ModelForm
    _ModelAdmin = admin.ModelAdmin
    _TabularInline = admin.TabularInline
    _StackedInline = admin.StackedInline
    _Base = object


def viewer(request: HttpRequest) -> Viewer:
    """The signed-in member of staff; admin's own gate has kept everybody else out."""
    return cast("Viewer", request.user)


def visible[M: models.Model](rows: models.QuerySet[M], request: HttpRequest) -> models.QuerySet[M]:
    """Those of `rows` that the request's user may see."""
    user = viewer(request)
    if hasattr(rows, "visible_to"):
        return cast("models.QuerySet[M]", rows.visible_to(user))
    return rows if user.is_support else rows.none()


class VisibleRelatedFilter(RelatedFieldListFilter):
    """A list filter that names no row which the user may not see."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[Any]:
        allowed = visible(field.remote_field.model._default_manager.get_queryset(), request)
        ordering = self.field_admin_ordering(field, request, model_admin)
        choices: list[Any] = field.get_choices(
            include_blank=False, ordering=ordering, limit_choices_to={"pk__in": allowed.values("pk")}
        )
        return choices


# For every filter on a relation in every admin class: one that is forgotten would leak.
FieldListFilter.register(lambda field: bool(field.remote_field), VisibleRelatedFilter, take_priority=True)


class PageModelForm(PageForm, _ModelForm):
    """What admin makes a form from where a class names none: drawn like all our forms."""


class ByRole(_Base):
    """What each role may do with a model; mixed into admin classes and inlines."""

    support_may: ClassVar[Collection[str]] = (VIEW, ADD, CHANGE)
    distributor_may: ClassVar[Collection[str]] = ()

    def may(self, request: HttpRequest, deed: str) -> bool:
        """Whether the user's role may do `deed` with rows that it sees."""
        user = viewer(request)
        allowed = self.support_may if user.is_support else self.distributor_may
        permission = f"{self.opts.app_label}.{get_permission_codename(deed, self.opts)}"
        return deed in allowed and user.has_perm(permission)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, VIEW)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, ADD)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, DELETE)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> Any:
        """The choices of a related field, in its form and when the form is posted."""
        rows = super().get_field_queryset(db, db_field, request)
        if rows is None:
            rows = db_field.remote_field.model._default_manager.using(db)
        return visible(rows, request)


class ScopedAdmin(ByRole, _ModelAdmin):
    """The base of every admin class: rows by `visible_to`, deeds by role, unknown ids 404."""

    form: type[_ModelForm] = PageModelForm
    show_full_result_count = False
    paginator = EstimatedPaginator
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    list_per_page = 50

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, titled with what it lists."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        return visible(super().get_queryset(request), request)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """The rows that have every word; no row twice."""
        return search(queryset, self.get_search_fields(request), search_term), False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The row, before any permission is asked: 404 when it is not there or not for this user."""
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A page that is only read has no fields, which forms of ours do not expect."""
        if change and not self.has_change_permission(request, obj):
            kwargs["form"] = PageModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Writes the changed columns only, so that what an issuer saves meanwhile stays."""
        if not change:
            super().save_model(request, obj, form, change)
        elif columns := form.columns() if hasattr(form, "columns") else form.changed_data:
            obj.save(update_fields=columns)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, VIEW)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the page's own filters ask.

        Django allows any column of the model in a query string, which lets a reader guess a hidden one
        letter by letter (?password__startswith=…).
        """
        asked = lookup.split("__")[0]
        offered = {self.opts.pk.name, self.date_hierarchy}
        for item in self.get_list_filter(request):
            named = item[0] if isinstance(item, tuple | list) else item
            name = named if isinstance(named, str) else getattr(named, "parameter_name", "")
            offered.add(name.split("__")[0])
        return asked in offered and super().lookup_allowed(lookup, value, request)


class ReadOnlyAdmin(ScopedAdmin):
    """Evidence and records: nobody adds, changes or deletes them here."""

    support_may: ClassVar[Collection[str]] = (VIEW,)


class ScopedTabularInline(ByRole, _TabularInline):
    """Rows of a row, as a table: deeds by role; which rows, their parent decides."""

    extra = 0


class ScopedStackedInline(ByRole, _StackedInline):
    """The same, one below the other."""

    extra = 0

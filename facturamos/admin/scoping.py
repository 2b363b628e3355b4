"""Who sees and does what in admin, for the admin classes of every app.

*Which rows.* A model's manager answers `visible_to(user)`; a model that reaches a company takes it from
`facturamos.company_scope`. `ScopedAdmin` asks it for lists, searches, objects, filters and the choices of
related fields, so that another company's id is as unknown as one that was never given: 404. A model
without `visible_to` belongs to no company and is shown to support only.

*What is done with them.* A user has exactly one duty, held by constraints, and the admin class says what each
may do: `support_may` and what the owner alone may (`owner_may`); of a distributor's people `distributor_may`,
of which who only reads may see, and what its lead alone may (`lead_may`). `migrate` gives exactly that to a
group each (facturamos/admin/groups.py), and both are asked: what is taken from a group, none of its users may
do.
"""

from collections.abc import Callable, Collection
from typing import Any, ClassVar, Protocol, Self, runtime_checkable

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.filters import FieldListFilter, RelatedFieldListFilter
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import SEARCH_VAR
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.fields.related import RelatedField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.text import capfirst
from django_stubs_ext import StrOrPromise

from facturamos.admin.concurrent_saves import CarefulAdmin, CarefulFormSet
from facturamos.admin.homes import home_of, trail_of
from facturamos.admin.lists import IndexedChangeList, gives_order, ordering_of
from facturamos.admin.pagination import EstimatedPaginator
from facturamos.admin.search import MORE_MAY_BE_THERE, find
from facturamos.company_scope import CLERK, LEAD, READER, Viewer
from facturamos.forms import CleanCharField, CleanEmailField, PageForm

SUPPORT, OWNER = "support", "owner"
# What draws the history of a row; whoever looks across the apps appends it.
HISTORY: list[Callable[["ScopedAdmin[Any]", HttpRequest, models.Model], HttpResponse]] = []
ADD, CHANGE, DELETE, VIEW = "add", "change", "delete", "view"


@runtime_checkable
class Scoped(Protocol):
    """Rows that know who may see them."""

    def visible_to(self, user: Viewer) -> Self: ...


@runtime_checkable
class WithColumns(Protocol):
    """A form that knows which columns a save writes."""

    def columns(self) -> list[str]: ...


def viewer(request: HttpRequest) -> Viewer:
    """The signed-in member of staff; admin's own gate has kept everybody else out."""
    if request.user.is_anonymous:
        raise PermissionDenied
    return request.user


def visible[M: models.Model](rows: models.QuerySet[M], request: HttpRequest) -> models.QuerySet[M]:
    """Those of `rows` that the request's user may see."""
    user = viewer(request)
    if isinstance(rows, Scoped):
        return rows.visible_to(user)
    return rows if user.is_support else rows.none()


def _shows_a_list(request: HttpRequest) -> bool:
    """Not where a field completes what is typed, nor where an action is taken."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    return request.method == "GET" and str(name).endswith("_changelist")


class VisibleRelatedFilter(RelatedFieldListFilter):
    """A list filter that names no row which the user may not see."""

    def field_choices(
        self,
        field: RelatedField[object, object],
        request: HttpRequest,
        model_admin: admin.ModelAdmin[models.Model],
    ) -> list[tuple[str, StrOrPromise]]:
        allowed = visible(field.related_model._default_manager.all(), request)
        ordering = self.field_admin_ordering(field, request, model_admin)
        keys = {"pk__in": allowed.values("pk")}
        choices = field.get_choices(include_blank=False, ordering=ordering, limit_choices_to=keys)
        return [(str(key), str(label)) for key, label in choices]


# For every filter on a relation in every admin class: one that is forgotten would leak.
FieldListFilter.register(lambda field: bool(field.remote_field), VisibleRelatedFilter, take_priority=True)


class PageModelForm[M: models.Model](PageForm, forms.ModelForm[M]):
    """What admin makes a form from where a class names none: drawn like all our forms."""


class ByRole[O: models.Model](BaseModelAdmin[Any]):
    """What each duty may do with a model; mixed into admin classes and inlines.

    `O` is what permissions are asked about: a row of the model; by an inline, the row that has them.
    """

    support_may: ClassVar[Collection[str]] = (VIEW, ADD, CHANGE)
    owner_may: ClassVar[Collection[str]] = ()  # besides what support may
    distributor_may: ClassVar[Collection[str]] = ()
    lead_may: ClassVar[Collection[str]] = ()  # besides what all of its distributor may
    # What is pasted here is cleaned as on the pages of the issuers.
    formfield_overrides = {
        models.CharField: {"form_class": CleanCharField},
        models.EmailField: {"form_class": CleanEmailField},
    }

    @classmethod
    def permitted(cls, duty: str) -> set[str]:
        """What may be done by who has this duty."""
        return {
            SUPPORT: {*cls.support_may},
            OWNER: {*cls.support_may, *cls.owner_may},
            LEAD: {*cls.distributor_may, *cls.lead_may},
            CLERK: {*cls.distributor_may},
            READER: {VIEW} & {*cls.distributor_may},
        }.get(duty, set())

    def may(self, request: HttpRequest, permission: str) -> bool:
        """Whether the user's duty lets it view, add, change or delete rows that it sees."""
        user = viewer(request)
        codename = get_permission_codename(permission, self.opts)
        return permission in self.permitted(user.duty) and user.has_perm(f"{self.opts.app_label}.{codename}")

    def has_view_permission(self, request: HttpRequest, obj: O | None = None) -> bool:
        return self.may(request, VIEW)

    def has_add_permission(self, request: HttpRequest, obj: O | None = None) -> bool:
        return self.may(request, ADD)

    def has_change_permission(self, request: HttpRequest, obj: O | None = None) -> bool:
        return self.may(request, CHANGE)

    def has_delete_permission(self, request: HttpRequest, obj: O | None = None) -> bool:
        return self.may(request, DELETE)

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField[object, object], request: HttpRequest
    ) -> models.QuerySet[models.Model]:
        """The choices of a related field, in its form and when the form is posted."""
        rows = super().get_field_queryset(db, db_field, request)
        if rows is None:
            rows = db_field.related_model._default_manager.using(db)
        return visible(rows, request)


class ScopedAdmin[M: models.Model](CarefulAdmin[M], ByRole[M], admin.ModelAdmin[M]):
    """The base of every admin class: rows by `visible_to`, permissions by role, unknown ids 404."""

    form: type[forms.ModelForm[M]] = PageModelForm
    show_full_result_count = False
    paginator = EstimatedPaginator
    show_facets = admin.ShowFacets.NEVER
    view_on_site = False
    list_per_page = 50
    # Whether there are never so many rows that their order needs an index.
    is_short = False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """The list, titled with what it lists."""
        title = {"title": capfirst(self.opts.verbose_name_plural)}
        return super().changelist_view(request, title | (extra_context or {}))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        """A row's page, below the pages that it belongs to; another row is added from the list."""
        more = self._below(request, obj) | {"show_save_and_add_another": False}
        return super().render_change_form(request, more | context, add, change, form_url, obj)

    def _below(self, request: HttpRequest, row: M | None) -> dict[str, object]:
        return {"trail": trail_of(request, row)}

    def response_post_save_change(self, request: HttpRequest, obj: M) -> HttpResponseRedirect:
        """Back to what the row belongs to: whose row is corrected is on the telephone."""
        home = home_of(request, obj)
        return HttpResponseRedirect(home.url) if home else super().response_post_save_change(request, obj)

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[IndexedChangeList]:
        return IndexedChangeList

    def get_sortable_by(self, request: HttpRequest) -> tuple[str, ...]:
        """Of a long list the columns that an index orders; of what a search found, which is little, all."""
        columns = tuple(str(column) for column in self.get_list_display(request))
        if self.is_short or request.GET.get(SEARCH_VAR):
            return columns
        return tuple(name for name in columns if gives_order(self.model, ordering_of(self, name)))

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[M]:
        return visible(super().get_queryset(request), request)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[M], search_term: str
    ) -> tuple[models.QuerySet[M], bool]:
        """The rows that have every word; no row twice. A list says when these may not be all."""
        found = find(queryset, self.get_search_fields(request), search_term)
        if not found.complete and _shows_a_list(request):
            messages.info(request, MORE_MAY_BE_THERE)
        return found.rows, False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M:
        """The row, before any permission is asked: 404 when it is not there or not for this user."""
        row = super().get_object(request, object_id, from_field)
        if row is None:
            raise Http404
        return row

    def cannot_be_changed(self, request: HttpRequest, object_id: str, row: M | None) -> HttpResponse:
        """Only who sees every row is told of one that is not there: another's is as unknown as none."""
        if row is None and not viewer(request).is_support:
            raise Http404
        return super().cannot_be_changed(request, object_id, row)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """«Historial»: what became of the row, with values and reasons, as an app of ours tells it."""
        row = self.get_object(request, unquote(object_id))
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return HISTORY[-1](self, request, row) if HISTORY else super().history_view(request, object_id)

    def get_form(
        self, request: HttpRequest, obj: M | None = None, change: bool = False, **kwargs: object
    ) -> type[forms.ModelForm[M]]:
        """A page that is only read has no fields, which forms of ours do not expect."""
        if change and not self.has_change_permission(request, obj):
            kwargs["form"] = PageModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: M, form: forms.ModelForm[M], change: bool) -> None:
        """Writes the changed columns only, so that what an issuer saves meanwhile stays."""
        if not change:
            super().save_model(request, obj, form, change)
        elif columns := form.columns() if isinstance(form, WithColumns) else form.changed_data:
            obj.save(update_fields=columns)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may(request, VIEW)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the page's own filters ask.

        Django allows any column of the model in a query string, which lets a reader guess a hidden one
        letter by letter (?password__startswith=…).
        """
        asked = lookup.split("__")[0]
        filtered = {self.opts.pk.name, self.date_hierarchy}
        for item in self.get_list_filter(request):
            named = item[0] if isinstance(item, tuple | list) else item
            name = named if isinstance(named, str) else getattr(named, "parameter_name", "")
            filtered.add(name.split("__")[0])
        return asked in filtered and super().lookup_allowed(lookup, value, request)


class ReadOnlyAdmin[M: models.Model](ScopedAdmin[M]):
    """Evidence and records: nobody adds, changes or deletes them here."""

    support_may: ClassVar[Collection[str]] = (VIEW,)


class ScopedTabularInline[C: models.Model, P: models.Model](ByRole[P], admin.TabularInline[C, P]):
    """Rows of a row, as a table: permissions by role; which rows, their parent decides."""

    formset = CarefulFormSet
    extra = 0


class ScopedStackedInline[C: models.Model, P: models.Model](ByRole[P], admin.StackedInline[C, P]):
    """The same, one below the other."""

    formset = CarefulFormSet
    extra = 0

"""«Tablero»: the page where staff lands and works, on the admin of companies."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from companies.models import Company
from companies.signed_in import signed_in
from facturamos.admin.actions import ActionAdmin
from facturamos.admin.beside_rows import actions_beside
from facturamos.admin.site import site
from facturamos.buttons import button_on
from facturamos.company_scope import READER
from onboarding.backoffice.board import companies, export_services, filters
from onboarding.backoffice.board.companies import ORDERS, Asked
from onboarding.backoffice.board.forms import SavedFilterForm
from onboarding.backoffice.board.funnel import funnel
from onboarding.backoffice.board.lines import lines
from onboarding.backoffice.board.models import BoardExport, SavedFilter
from onboarding.backoffice.measures.pages import measures_for
from onboarding.backoffice.notes.services import open_tasks

NAME = "admin:companies_company_tablero"


def _page_of_button(request: HttpRequest) -> str:
    return board_url(Asked.of(request.POST))


def board_url(asked: Asked) -> str:
    """The board as somebody asked for it."""
    return reverse(NAME) + (f"?{asked.query}" if asked.query else "")


class WithBoard(ActionAdmin[Company]):
    """The companies that the user may see, where each stands and what keeps it."""

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("tablero/", self.board_view, "tablero"),
            ("tablero/exportar/", self.export_view, "tablero_exportar"),
            ("tablero/guardar/", self.save_filter_view, "tablero_guardar"),
            ("tablero/olvidar/", self.forget_filter_view, "tablero_olvidar"),
        ]
        urls = [
            path(route, self.admin_site.admin_view(view), name=f"companies_company_{name}")
            for route, view, name in pages
        ]
        return [*urls, *super().get_urls()]

    def board_view(self, request: HttpRequest) -> HttpResponse:
        """One page of companies; the picture stands on the first page of all of them."""
        user, asked, page = signed_in(request), Asked.of(request.GET), _page_number(request)
        site().warn(request)
        found = companies.find_moves(user, asked)
        start = (page - 1) * companies.PAGE
        ids = list(found.rows.values_list("pk", flat=True)[start : start + companies.PAGE + 1])
        beside = actions_beside(self, request, companies.visible(user, ids[: companies.PAGE]))
        shown, counts = [pk for pk in ids if pk in beside], filters.counts(user)
        whole = not (asked.words or asked.wanted or asked.behind or page > 1)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Tablero",
            "lines": lines(companies.rows(shown), beside, open_tasks(shown, user)),
            "count": companies.count(found.rows) if asked.words or asked.behind else counts[asked.wanted],
            "searched": bool(asked.words or asked.behind),
            "complete": found.complete,
            "without_behind": replace(asked, behind=None).query,
            "filters": _filters(asked, counts),
            "saved": user.saved_filters.all(),
            "saved_form": SavedFilterForm(user=user),
            "asked": asked,
            "orders": [(name, label) for name, (label, _) in ORDERS.items()],
            "bulk_actions": self.bulk_choices(request),
            "kinds": BoardExport.FileKind.choices,
            "page": page,
            "previous": _page(asked, page - 1) if page > 1 else "",
            "following": _page(asked, page + 1) if len(ids) > companies.PAGE else "",
            "show_distributor": user.is_support,
            "may_add": self.has_add_permission(request),
            "may_write": user.duty != READER,
            "funnel": funnel(user) if whole else None,
            "measures": measures_for(user) if whole else None,
        }
        return TemplateResponse(request, "admin/backoffice/board.html", context)

    def bulk_choices(self, request: HttpRequest) -> list[tuple[str, str]]:
        """What the user may do to many: slug and label."""
        return [(action.slug, action.label) for action in self.list_actions(request)]

    # --- its buttons

    @button_on(_page_of_button)
    def export_view(self, request: HttpRequest) -> HttpResponse:
        """«Exportar»: a worker writes what the board shows, all of it."""
        kind, asked = request.POST.get("formato", ""), Asked.of(request.POST)
        if request.method != "POST" or kind not in BoardExport.FileKind.values:
            return redirect(board_url(asked))
        job = export_services.ask(signed_in(request), kind, asked)
        return redirect("admin:backoffice_boardexport_change", job.pk)

    @button_on(_page_of_button)
    def save_filter_view(self, request: HttpRequest) -> HttpResponse:
        """«Guardar este filtro», under a name; the same name again replaces it."""
        asked, user = Asked.of(request.POST), signed_in(request)
        if request.method == "POST":
            form = SavedFilterForm(request.POST, user=user)
            if form.is_valid():
                form.keep(asked)
                messages.success(request, f"Se guardó el filtro «{form.cleaned_data['name']}».")
            else:
                messages.warning(request, form.what_is_wrong)
        return redirect(board_url(asked))

    @button_on(_page_of_button)
    def forget_filter_view(self, request: HttpRequest) -> HttpResponse:
        """«Borrar» beside a saved filter; one's own, or none."""
        if request.method == "POST":
            chosen = request.POST.get("filtro", "")
            mine = SavedFilter.objects.filter(user=signed_in(request))
            mine.filter(pk=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0).delete()
        return redirect(board_url(Asked.of(request.POST)))


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("p", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 8 else 1


def _page(asked: Asked, number: int) -> str:
    query = QueryDict(asked.query, mutable=True)
    query["p"] = str(number)
    return query.urlencode()


def _filters(asked: Asked, counts: dict[str, int]) -> list[dict[str, object]]:
    """The filters as links with their counts, «Todas» first; those that find nothing last chosen stay."""
    choices = [(filters.ALL, "Todas"), *((each.name, each.label) for each in filters.FILTERS)]
    return [
        {
            "label": label,
            "count": counts[name],
            "query": asked.with_filter(name).query,
            "chosen": name == asked.wanted,
        }
        for name, label in choices
    ]

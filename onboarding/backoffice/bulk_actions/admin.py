"""One action for many companies: chosen on the board or on a list, asked once, and followed on its page."""

from collections.abc import Collection
from typing import ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from companies.models import Company
from companies.signed_in import signed_in
from facturamos.admin.actions import SURE, ActionAdmin, ConfirmedAction
from facturamos.admin.scoping import VIEW
from facturamos.buttons import button_on
from facturamos.jobs.admin import JobAdmin, RunAgain
from onboarding.backoffice.board.admin import board_url
from onboarding.backoffice.board.companies import Asked, find_moves, visible
from onboarding.backoffice.bulk_actions import services
from onboarding.backoffice.bulk_actions.models import BulkRun

# So many are told apart before one is asked; of more, each has its turn in the worker.
JUDGED = 2000
# What the board's form sends of the choice itself.
BOARD_SENDS = ("accion", "empresa", "todas", "estado", "q", "orden", "medida")
PAGE = "admin/backoffice/bulk_actions"
NOT_ALL_FOUND = (
    "No se hizo nada: puede haber más empresas con esas palabras de las que se muestran. Escriba otra "
    "palabra, o elija un filtro sin buscar."
)


def _page_of_button(request: HttpRequest) -> str:
    return board_url(Asked.of(request.POST))


class WithBulkRuns(ActionAdmin[Company]):
    """What is done to companies is done to as many as somebody chooses."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.chosen_view)
        return [path("tablero/hacer/", view, name="companies_company_tablero_hacer"), *super().get_urls()]

    @button_on(_page_of_button)
    def chosen_view(self, request: HttpRequest) -> HttpResponse:
        """What was chosen on the board: the ticked companies, or all of its filter and search."""
        asked, action = Asked.of(request.POST), self.list_action(request.POST.get("accion", ""))
        if request.method != "POST" or action is None or not action.allowed(request):
            return redirect(board_url(asked))
        user = signed_in(request)
        if request.POST.get("todas") == "si":
            found = find_moves(user, asked)
            if not found.complete:
                messages.warning(request, NOT_ALL_FOUND)
                return redirect(board_url(asked))
            ids = list(found.rows.values_list("pk", flat=True))
        else:
            ticked = [int(pk) for pk in request.POST.getlist("empresa") if pk.isdecimal() and len(pk) < 10]
            ids = list(visible(user, ticked).values_list("pk", flat=True))
        if not ids:
            messages.warning(request, "Elija al menos una empresa.")
            return redirect(board_url(asked))
        kept = [(name, value) for name in BOARD_SENDS for value in request.POST.getlist(name)]
        return self._run(request, action, ids, hidden=[*kept, (SURE, "si")], back=board_url(asked))

    def many_rows_view(
        self, request: HttpRequest, rows: QuerySet[Company], action: ConfirmedAction[Company]
    ) -> HttpResponse:
        """Chosen on admin's own list: more than one request does."""
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        return self._run(request, action, ids)

    def _run(
        self, request: HttpRequest, action: ConfirmedAction[Company], ids: list[int], **about: object
    ) -> HttpResponse:
        """Asks with the counts, as far as they are quickly known; then a worker begins."""
        sure = request.POST.get(SURE) == "si"
        form = action.form_class(request.POST if sure else None)
        if sure and form.is_valid():
            run = services.start(signed_in(request), action, ids, request.POST)
            return redirect("admin:backoffice_bulkrun_change", run.pk)
        judged = visible(signed_in(request), ids[:JUDGED])
        told = self.about_many(request, action, action.select(request, judged), len(ids))
        if len(ids) > JUDGED:
            told |= {"doable": None, "refused": [], "button": f"{action.name}: hasta {len(ids)}"}
        return self.ask(request, action, form, **told | about)


class RunBulkAgain(RunAgain):
    """What is left of a run goes on where it stopped."""

    for_distributor = True


@admin.register(BulkRun)
class BulkRunAdmin(JobAdmin[BulkRun]):
    """The runs; each has one page, which shows how far it is."""

    is_short = True
    support_may: ClassVar[Collection[str]] = (VIEW,)
    distributor_may: ClassVar[Collection[str]] = (VIEW,)
    confirmed_actions = (RunBulkAgain,)
    list_display = ("label", "created_at", "state", "total", "position", "done", "created_by")
    list_select_related = ("created_by",)
    list_filter = ("state",)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.status_view)
        return [path("<path:object_id>/estado/", view, name="backoffice_bulkrun_estado"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[BulkRun]:
        return super().get_queryset(request).defer("companies", "answers")

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """How far it is, or what came of it."""
        run = self.get_object(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": run.label,
            "original": run,
            "row_actions": self.row_actions(request, run),
        }
        return TemplateResponse(request, f"{PAGE}/run.html", context)

    def status_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The part of the page that changes by itself."""
        run = self.get_object(request, object_id)
        return TemplateResponse(request, f"{PAGE}/_status.html", {"original": run, "opts": self.opts})

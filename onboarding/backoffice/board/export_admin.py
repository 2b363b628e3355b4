"""The page of a file of the board: how far it is, and the file; for whose it is, and nobody else."""

from collections.abc import Callable, Collection
from typing import ClassVar

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from facturamos.admin.scoping import VIEW
from facturamos.jobs.admin import JobAdmin, RunAgain
from onboarding.backoffice.board import export_services
from onboarding.backoffice.board.admin import board_url
from onboarding.backoffice.board.companies import Asked
from onboarding.backoffice.board.models import BoardExport

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class RunExportAgain(RunAgain):
    """It changes nothing but the file."""

    for_distributor = True


@admin.register(BoardExport)
class BoardExportAdmin(JobAdmin[BoardExport]):
    """One's own files of the last day."""

    is_short = True
    support_may: ClassVar[Collection[str]] = (VIEW,)
    distributor_may: ClassVar[Collection[str]] = (VIEW,)
    confirmed_actions = (RunExportAgain,)
    list_display = ("created_at", "kind", "state", "total")
    list_filter = ("state",)

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponseBase], str]] = [
            ("<path:object_id>/estado/", self.status_view, "estado"),
            ("<path:object_id>/archivo/", self.file_view, "archivo"),
        ]
        urls = [
            path(route, self.admin_site.admin_view(view), name=f"backoffice_boardexport_{name}")
            for route, view, name in pages
        ]
        return [*urls, *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """How far it is, or the file."""
        job = self.get_object(request, object_id)
        asked = Asked.of(QueryDict(job.query))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Exportar el tablero",
            "original": job,
            "asked": asked,
            "board_url": board_url(asked),
            "row_actions": self.row_actions(request, job),
        }
        return TemplateResponse(request, "admin/backoffice/export.html", context)

    def status_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The part of the page that changes by itself."""
        context = {"original": self.get_object(request, object_id), "opts": self.opts}
        return TemplateResponse(request, "admin/backoffice/_export_status.html", context)

    def file_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The file itself, in pieces; after a day it is gone."""
        job = self.get_object(request, object_id)
        if not job.has_file:
            raise Http404("no file, or none any more")
        headers = {"Content-Disposition": f'attachment; filename="{job.file_name}"'}
        return StreamingHttpResponse(export_services.content(job), TYPES[job.kind], headers=headers)

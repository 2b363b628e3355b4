"""«Importar»: upload, preview, progress and outcome, as the admin of imports."""

from collections.abc import Callable, Collection
from typing import ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path

from companies.signed_in import signed_in
from facturamos.admin.scoping import ADD, VIEW
from facturamos.jobs.admin import JobAdmin, RunAgain
from onboarding.backoffice.account_import import files, preview, services
from onboarding.backoffice.account_import.columns import HeadingsRefused, columns
from onboarding.backoffice.account_import.forms import ImportForm, sentences_of
from onboarding.backoffice.account_import.models import AccountImport
from onboarding.backoffice.account_import.questions import QuestionsForm
from onboarding.backoffice.account_import.reading import SheetRefused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"csv": ("text/csv; charset=utf-8", files.as_csv), "xlsx": (XLSX, files.as_xlsx)}
PAGE = "admin/backoffice/account_import"
READING = "Revise cómo se leyó su archivo"


class RunImportAgain(RunAgain):
    """A distributor need not call anybody: nothing was created."""

    for_distributor = True


@admin.register(AccountImport)
class AccountImportAdmin(JobAdmin[AccountImport]):
    """The list of imports; each has one page, which shows where it stands."""

    is_short = True
    support_may: ClassVar[Collection[str]] = (VIEW, ADD)
    distributor_may: ClassVar[Collection[str]] = (VIEW, ADD)
    confirmed_actions = (RunImportAgain,)
    list_display = (
        "file_name",
        "distributor",
        "created_at",
        "stage",
        "total",
        "accounts",
        "bad",
        "created_by",
    )
    list_select_related = ("distributor", "created_by")
    list_filter = ("stage",)
    search_fields = ("file_name", "distributor__name", "created_by__username")
    search_help_text = "Archivo, distribuidor o quien lo subió."

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """A distributor has one distributor: itself."""
        own = ("distributor",) if signed_in(request).distributor_id else ()
        return tuple(name for name in self.list_display if name not in own)

    def get_urls(self) -> list[URLPattern]:
        pages: list[tuple[str, Callable[..., HttpResponse], str]] = [
            ("plantilla.csv", self.csv_template_view, "plantilla_csv"),
            ("plantilla.xlsx", self.xlsx_template_view, "plantilla_xlsx"),
            ("<path:object_id>/estado/", self.status_view, "estado"),
            ("<path:object_id>/lectura/", self.reading_view, "lectura"),
            ("<path:object_id>/crear/", self.create_view, "crear"),
            ("<path:object_id>/cancelar/", self.cancel_view, "cancelar"),
            ("<path:object_id>/por-corregir.csv", self.csv_view, "csv"),
            ("<path:object_id>/por-corregir.xlsx", self.xlsx_view, "xlsx"),
        ]
        urls = [
            path(route, self.admin_site.admin_view(view), name=f"backoffice_accountimport_{name}")
            for route, view, name in pages
        ]
        return [*urls, *super().get_urls()]

    # --- before

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """«Importar»: the template, the upload, and the latest imports."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
        form = ImportForm(*sent, user=signed_in(request))
        if form.is_valid():
            job = form.receive()
            self.log_addition(request, job, "Importación.")
            return self._to(job)
        latest = self.get_queryset(request).select_related("distributor")[: preview.LATEST]
        return self._page(request, "upload", "Importar cuentas", form=form, columns=columns(), latest=latest)

    def csv_template_view(self, request: HttpRequest) -> HttpResponse:
        """The empty sheet. An example row would be imported by somebody."""
        return _file("csv", "plantilla-cuentas", [files.headings()])

    def xlsx_template_view(self, request: HttpRequest) -> HttpResponse:
        """The empty sheet as a workbook, with what each column holds on its second sheet."""
        return _file("xlsx", "plantilla-cuentas", [files.headings()])

    # --- where it stands

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Questions, progress, preview or outcome."""
        job = self.get_object(request, object_id)
        works = self.has_add_permission(request)
        if job.stage == AccountImport.Stage.ASKING and works:
            return self.reading_view(request, object_id)
        context = preview.context(job, request.GET) | {
            "row_actions": self.row_actions(request, job),
            "works": works,
        }
        return self._page(request, "import", preview.title(job), original=job, **context)

    def reading_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """How the file is read: what it leaves open is asked, and anything else may be changed."""
        job = self._to_work_on(request, object_id)
        if not job.can_be_read_again:
            return self._to(job)
        try:
            form = QuestionsForm(request.POST or None, understood=services.read_again(job, job.choice))
        except (SheetRefused, HeadingsRefused) as refused:
            # It could be read before: the server is busy, or somebody was faster.
            sentences = sentences_of(refused)
            return self._page(request, "reading", READING, original=job, refused=sentences)
        if form.is_valid():
            try:
                services.answer(job, form.choice)
                return self._to(job)
            except (SheetRefused, HeadingsRefused) as refused:
                form.add_error(None, sentences_of(refused))
        return self._page(request, "reading", READING, original=job, form=form)

    def status_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The part of the page that changes by itself."""
        job = self.get_object(request, object_id)
        return TemplateResponse(request, f"{PAGE}/_status.html", {"original": job, "opts": self.opts})

    def csv_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The rows to correct, as a file like the one that was uploaded."""
        return _file("csv", "por-corregir", files.to_correct(self.get_object(request, object_id)))

    def xlsx_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The rows to correct, as a workbook."""
        return _file("xlsx", "por-corregir", files.to_correct(self.get_object(request, object_id)))

    # --- what is done with it

    def create_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """«Crear las cuentas»: every one, or only the good ones. A second click finds it done."""
        job = self._to_work_on(request, object_id)
        which = request.POST.get("filas", "")
        if which in ("todas", "correctas") and services.confirm(
            job, only_good=which == "correctas", user=signed_in(request)
        ):
            self.log_change(request, job, f"Confirmada: {which}.")
        return self._to(job)

    def cancel_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """«Cancelar»: nothing was created, and nothing will be."""
        job = self._to_work_on(request, object_id)
        if request.method == "POST" and job.cancel():
            self.log_change(request, job, "Cancelada.")
            messages.success(request, "La importación se canceló. No se creó ninguna cuenta.")
        return self._to(job)

    def _to_work_on(self, request: HttpRequest, object_id: str) -> AccountImport:
        """The import, for who may import: who only reads sees where it stands."""
        job = self.get_object(request, object_id)
        if not self.has_add_permission(request):
            raise PermissionDenied
        return job

    def _to(self, job: AccountImport) -> HttpResponse:
        return redirect("admin:backoffice_accountimport_change", job.pk)

    def _page(self, request: HttpRequest, template: str, title: str, **context: object) -> HttpResponse:
        common = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"{PAGE}/{template}.html", common | context)


def _file(kind: str, name: str, table: files.Table) -> HttpResponse:
    content_type, written = TYPES[kind]
    return HttpResponse(
        written(table), content_type, headers={"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    )

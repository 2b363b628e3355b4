"""«Tablero»: the pages of the board, on the admin of companies."""

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from companies.http import signed_in
from companies.models import Company, User
from facturamos.admin.scoping import ScopedAdmin
from onboarding.backoffice.board import companies, export
from onboarding.backoffice.board.funnel import funnel

# Longer ones leave as CSV, which streams.
XLSX_ROWS = 20_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WithBoard(ScopedAdmin[Company]):
    """The companies that the user may see, where each stands and what keeps it."""

    def get_urls(self) -> list[URLPattern]:
        pages = [
            ("tablero/", self.board_view, "tablero"),
            ("tablero/empresas.csv", self.csv_view, "tablero_csv"),
            ("tablero/empresas.xlsx", self.xlsx_view, "tablero_xlsx"),
        ]
        urls = [
            path(route, self.admin_site.admin_view(view), name=f"companies_company_{name}")
            for route, view, name in pages
        ]
        return [*urls, *super().get_urls()]

    def board_view(self, request: HttpRequest) -> HttpResponse:
        """One page of companies; the picture stands on the first page of all of them."""
        user, found = _asked(request)
        page = _page_number(request)
        start = (page - 1) * companies.PAGE
        ids = list(found.values_list("pk", flat=True)[start : start + companies.PAGE + 1])
        whole = not (request.GET.get("q") or request.GET.get("estado") or page > 1)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Tablero",
            "rows": companies.rows(ids[: companies.PAGE]),
            "count": companies.count(found),
            "counted": companies.COUNTED,
            "filters": _filters(request.GET),
            "words": request.GET.get("q", ""),
            "wanted": request.GET.get("estado", ""),
            "query": _query(request.GET, p=None),
            "page": page,
            "previous": _query(request.GET, p=page - 1) if page > 1 else "",
            "following": _query(request.GET, p=page + 1) if len(ids) > companies.PAGE else "",
            "show_distributor": user.is_support,
            "funnel": funnel(user) if whole else None,
        }
        return TemplateResponse(request, "admin/backoffice/board.html", context)

    def csv_view(self, request: HttpRequest) -> HttpResponseBase:
        """The selection as CSV, as long as it may be."""
        _, found = _asked(request)
        lines = export.as_csv(companies.all_rows(found))
        return StreamingHttpResponse(lines, "text/csv; charset=utf-8", headers=_attachment("csv"))

    def xlsx_view(self, request: HttpRequest) -> HttpResponseBase:
        """The selection as a workbook, up to `XLSX_ROWS` of its companies."""
        _, found = _asked(request)
        book = export.as_xlsx(companies.all_rows(found[:XLSX_ROWS]))
        return HttpResponse(book, XLSX, headers=_attachment("xlsx"))


def _asked(request: HttpRequest) -> tuple[User, companies.Companies]:
    """Who asks, and the companies of the page's filter and search."""
    user = signed_in(request)
    return user, companies.companies(user, request.GET.get("estado", ""), request.GET.get("q", "")[:100])


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("p", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 8 else 1


def _query(asked: QueryDict, **changes: object) -> str:
    """The page's address with some of its parameters changed; None takes one out."""
    query = asked.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return query.urlencode()


def _filters(asked: QueryDict) -> list[dict[str, object]]:
    """The filters as links, «Todas» first."""
    wanted = asked.get("estado", "")
    choices = [("", "Todas"), *((each.name, each.label) for each in companies.FILTERS)]
    return [
        {"label": label, "query": _query(asked, estado=name or None, p=None), "chosen": name == wanted}
        for name, label in choices
    ]


def _attachment(extension: str) -> dict[str, str]:
    day = timezone.localdate().isoformat()
    return {"Content-Disposition": f'attachment; filename="empresas-{day}.{extension}"'}

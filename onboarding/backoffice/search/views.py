"""«Buscar»: one box for all of admin, scoped to what the person may see."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from companies.models import Company
from companies.signed_in import signed_in
from facturamos.admin.search import LONGEST, Found
from facturamos.admin.site import AdminPage, site
from facturamos.text import clean
from onboarding.backoffice.companies.pages import COMPANY_PAGES
from onboarding.backoffice.search.kinds import KINDS, ResultKind, Typed, url_of

# Of each kind; its own list has the others.
SHOWN = 8


# Of the kinds that come first one row may be meant: a company, a user, its diagnosis, its CSD.
NAMING, OTHERS = KINDS[:5], KINDS[5:]


@dataclass(frozen=True)
class ResultLine:
    """One row that was found."""

    name: str
    url: str
    details: str
    company: Company | None
    company_url: str


@dataclass(frozen=True)
class ResultGroup:
    """What was found of one kind; `more` leads to its list, where that has more."""

    heading: str
    lines: Sequence[ResultLine]
    more: str


class SiteSearch:
    """One search of everything that the person may see."""

    def __init__(self, request: HttpRequest, term: str) -> None:
        self.request, self.term = request, term
        self.typed = Typed(term)
        self.user = signed_in(request)

    def found(self, kinds: Iterable[ResultKind[Any]]) -> Iterator[tuple[ResultKind[Any], Found[Model]]]:
        """Of each kind, what was found."""
        for kind in kinds:
            model_admin = admin.site._registry[kind.model]
            if model_admin.has_view_permission(self.request):
                rows = kind.rows(model_admin.get_queryset(self.request), self.user)
                seen = rows.select_related(*kind.related) if kind.related else rows
                yield kind, kind.find(seen, self.term)

    def named(self, found: Iterable[tuple[ResultKind[Any], Found[Model]]]) -> str:
        """The address of the one company, or person of ours, that the term names; or ""."""
        urls = set()
        for kind, each in found:
            exact = each.rows.filter(kind.exact(self.typed)) if each.complete else each.rows.none()
            for row in exact.distinct()[:SHOWN]:
                company = kind.company_of(row)
                urls.add(self.page_of(company) if company else url_of(row))
        return urls.pop() if len(urls) == 1 else ""

    def group(self, kind: ResultKind[Any], found: Found[Model]) -> ResultGroup:
        """The first lines of a kind."""
        rows = list(found.rows[: SHOWN + 1])
        options = kind.model._meta
        changelist = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
        more = f"{changelist}?{urlencode(kind.list_query(self.term))}" if len(rows) > SHOWN else ""
        lines = [self._line(kind, row) for row in rows[:SHOWN]]
        return ResultGroup(kind.heading, lines, more)

    def page_of(self, company: Company) -> str:
        """The first of a company's pages that the person may open."""
        pages = (page for page in COMPANY_PAGES if page.linked and page.allowed(self.user))
        first = next(pages, None)
        return first.url(company) if first else url_of(company)

    def _line(self, kind: ResultKind[Any], row: Model) -> ResultLine:
        company = kind.company_of(row)
        return ResultLine(
            name=kind.name(row),
            url=self.page_of(row) if isinstance(row, Company) else url_of(row),
            details=" · ".join(detail for detail in kind.details(row) if detail),
            company=None if company is row else company,
            company_url=self.page_of(company) if company else "",
        )


def search_view(request: HttpRequest) -> HttpResponse:
    """The results by kind; at once the company, where the term names one and no other."""
    term = clean(request.GET.get("q", "").replace("\x00", ""))[:LONGEST]
    every = "todo" in request.GET
    groups: list[ResultGroup] = []
    if term:
        search = SiteSearch(request, term)
        found = list(search.found(NAMING))
        if not every and (url := search.named(found)):
            return _there(request, url)
        found += search.found(OTHERS)
        groups = [search.group(*each) for each in found]
    context = {
        **site().each_context(request),
        "title": f"Resultados de «{term}»" if term else "Buscar",
        "term": term,
        "longest": LONGEST,
        "groups": [group for group in groups if group.lines],
    }
    return TemplateResponse(request, "admin/backoffice/search.html", context)


def _there(request: HttpRequest, url: str) -> HttpResponse:
    """To the one that is meant, with the way back to all that was found."""
    every = f"{request.path}?{urlencode({'q': request.GET['q'], 'todo': '1'})}"
    told = 'Es lo único que corresponde a «{}». <a href="{}">Ver todo lo que se encontró</a>'
    messages.info(request, format_html(told, request.GET["q"].strip(), every))
    return redirect(url)


site().pages.append(AdminPage("buscar/", "buscar", search_view))

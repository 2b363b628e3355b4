"""«Tiempos y tropiezos»: where companies lose time, and over what; for support and a distributor's lead."""

import csv
from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils.text import capfirst

from companies.models import Distributor, User
from companies.signed_in import signed_in
from facturamos.admin.site import AdminPage, site
from facturamos.company_scope import LEAD
from onboarding.backoffice.board.export_file import neutral
from onboarding.backoffice.measures import reading
from onboarding.backoffice.measures.counting import PAUSE, RECOUNTED, counted_at
from onboarding.backoffice.measures.filters import TITLES, MeasureFilter, weeks_to_choose
from onboarding.backoffice.measures.lines import MeasureLine, lines_by, step_lines, stumble_lines
from onboarding.backoffice.measures.models import SeenRelease, WhoseTime
from onboarding.backoffice.measures.words import week_of
from onboarding.backoffice.once_a_minute import within_a_minute

TITLE = "Tiempos y tropiezos"
FILES = {"tiempos": "Tiempos (CSV)", "tropiezos": "Tropiezos (CSV)"}


@dataclass(frozen=True)
class MeasureTable:
    """A table of the page: its caption, the heading of its first column, its rows."""

    caption: str
    heading: str
    lines: list[MeasureLine]
    parties = tuple(WhoseTime)


def may_see(user: User) -> bool:
    """Who leads: support of all, a distributor's lead of its own companies."""
    return user.is_support or user.duty == LEAD


def measures_for(user: User) -> MeasureTable | None:
    """The last weeks' steps, for the board, as they were within the last minute; None for who may not see."""
    if not may_see(user):
        return None
    table = within_a_minute("measures", user, lambda: _of_all(MeasureFilter.of(QueryDict(), user)))
    return replace(table, caption="Mediana de cada paso")


def measures_page(request: HttpRequest) -> HttpResponse:
    """All steps of the chosen weeks; or one, by week, release and distributor. With what stood in the way."""
    user = signed_in(request)
    if not may_see(user):
        raise PermissionDenied
    chosen = MeasureFilter.of(request.GET, user)
    wanted = request.GET.get("archivo", "")
    if wanted in FILES:
        return _file(wanted, chosen)
    names = dict(Distributor.objects.order_by("name").values_list("pk", "name")) if user.is_support else {}
    versions = list(SeenRelease.objects.values_list("version", flat=True))
    context = {
        **site().each_context(request),
        "title": f"{TITLE}: {TITLES[chosen.step]}" if chosen.step else TITLE,
        "chosen": chosen,
        "weeks": weeks_to_choose(),
        "releases": versions,
        "distributors": names,
        "steps": TITLES,
        "tables": _of_step(chosen, names, versions) if chosen.step else [_of_all(chosen)],
        "stumbles": stumble_lines(chosen, reading.stumbles(chosen)),
        "most": reading.MOST,
        "counted_at": counted_at(),
        "pause": PAUSE.seconds // 60,
        "recounted": RECOUNTED,
        "files": FILES,
    }
    return TemplateResponse(request, "admin/backoffice/measures/page.html", context)


def _of_all(chosen: MeasureFilter) -> MeasureTable:
    lines = step_lines(chosen, *reading.measured(chosen))
    return MeasureTable("Cada paso, de todas las empresas que lo terminaron en estas semanas", "Paso", lines)


def _of_step(chosen: MeasureFilter, names: dict[int, str], versions: list[str]) -> list[MeasureTable]:
    def by_week(week: date) -> MeasureFilter:
        return replace(chosen, first=week, last=week)

    def by_release(version: str) -> MeasureFilter:
        return replace(chosen, release=version)

    def by_distributor(distributor: int) -> MeasureFilter:
        return replace(chosen, distributor=distributor)

    weeks = lines_by(
        weeks_to_choose(), lambda day: capfirst(week_of(day)), by_week, *reading.measured(chosen, "week")
    )
    releases = lines_by(versions, str, by_release, *reading.measured(chosen, "release"))
    tables = [
        MeasureTable("Por semana", "Semana", weeks),
        MeasureTable("Por versión del sitio", "Versión", releases),
    ]
    if names:
        distributors = lines_by(
            names, lambda key: names[key], by_distributor, *reading.measured(chosen, "distributor")
        )
        tables.append(MeasureTable("Por distribuidor", "Distribuidor", distributors))
    return tables


def _file(wanted: str, chosen: MeasureFilter) -> HttpResponse:
    """A table of a few dozen rows; times in seconds, so that one can reckon with them."""
    named = f"{wanted}-{chosen.first.isoformat()}-{chosen.last.isoformat()}.csv"
    response = HttpResponse(
        "\ufeff",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{named}"'},
    )
    writer = csv.writer(response)
    rows = _times(chosen) if wanted == "tiempos" else _stumbles(chosen)
    for row in rows:
        writer.writerow([neutral(cell) if isinstance(cell, str) else cell for cell in row])
    return response


def _times(chosen: MeasureFilter) -> list[tuple[str | int, ...]]:
    heading = ("Paso", "Tiempo", "Empresas", "Mediana (segundos)", "p90 (segundos)")
    lines = step_lines(chosen, reading.spreads(chosen), {})
    return [heading] + [
        (line.title, cell.party.label, cell.spread.companies, cell.spread.median, cell.spread.p90)
        for line in lines
        for cell in line.cells
        if cell.spread
    ]


def _stumbles(chosen: MeasureFilter) -> list[tuple[str | int, ...]]:
    heading = ("Paso", "Dónde", "Qué", "Código", "Veces", "Empresas")
    lines = stumble_lines(chosen, reading.stumbles(chosen))
    return [heading] + [
        (line.step, line.where, line.what, line.code, line.times, line.companies) for line in lines
    ]


site().pages.append(AdminPage("medidas/", "medidas", measures_page))

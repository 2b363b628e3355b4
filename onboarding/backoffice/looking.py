"""«Ver como el emisor»: the issuer's own pages for support, read-only and logged.

The issuer's views draw the page for its user, on a GET of a copy of the request; what they answer is made
inert (inert.py). Only the addresses in `SHOWN` are asked for. The log is the one thing that changes, with
the member of staff as its author.
"""

from copy import copy
from typing import Any, cast
from urllib.parse import urlsplit

import pghistory
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import Resolver404, ResolverMatch, URLPattern, path, resolve, reverse

from companies.models import Company, User
from facturamos.object_actions import ActingAdmin, Confirmation, ObjectAction, ReasonedConfirmation
from facturamos.scoping import viewer
from onboarding import consent
from onboarding.backoffice.inert import inert

PAGES = ("configuracion", "paso", "panel", "aviso_texto")
PICTURES = ("logotipo_imagen", "muestra", "muestra_pdf")
SHOWN = (*PAGES, *PICTURES)
STEPS_AT, PANEL_AT = "/configuracion/", "/panel/"
MIN_WORDS = 3


class LookReason(ReasonedConfirmation):
    """Why, where the issuer has not permitted it; the issuer reads it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "reason"
        ].help_text = "El emisor no ha dado permiso: verá este motivo en su panel. Queda en el historial."

    def clean_reason(self) -> str:
        """A reason that somebody can understand later."""
        reason: str = self.cleaned_data["reason"]
        if len(reason.split()) < MIN_WORDS:
            self.add_error("reason", "Explique el motivo con unas palabras más: el emisor lo leerá.")
        return reason


class LookAsIssuer(ObjectAction):
    """Opens the pages; with the issuer's consent without a question."""

    slug = "ver-como-emisor"
    label = "Ver como el emisor…"
    explanation = (
        "Verá las páginas del emisor como él las ve, sin poder cambiar nada y sin contraseñas. Cada página "
        "que abra queda en el historial. Con el permiso del emisor puede verlas mientras dure; sin él, "
        "durante una hora y con un motivo escrito."
    )

    def possible(self, row: Company) -> bool:
        return row.deleted_at is None and row.users.exists() and hasattr(row, "onboarding")

    def form(self, data: Any, row: Company) -> Confirmation:
        return Confirmation(data) if consent.until(row.onboarding) else LookReason(data)

    def act(self, request: HttpRequest, row: Company, data: dict[str, Any]) -> str:
        leave = consent.Leave(data.get("reason", ""))
        consent.note(row, cast("User", request.user), leave)
        return ""

    def next_url(self, row: Company) -> str:
        return base_of(row)


def base_of(company: Company) -> str:
    """Where support sees the issuer's hub; all other pages lie below."""
    return reverse("admin:companies_company_como_emisor", args=[company.pk])


class WithLooking(ActingAdmin):
    """The pages themselves, for the admin class of companies."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.look_view)
        name = "companies_company_como_emisor"
        return [
            path("<path:object_id>/como-emisor/", view, name=name),
            path("<path:object_id>/como-emisor/<path:page>", view, name=f"{name}_pagina"),
            *super().get_urls(),
        ]

    def look_view(self, request: HttpRequest, object_id: str, page: str = "") -> HttpResponse:
        """One page or picture as the issuer sees it."""
        company = self.get_object(request, object_id)
        staff = cast("User", request.user)
        if not viewer(request).is_support:
            raise PermissionDenied
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        shown = _find(page)
        leave, user = consent.leave(company, staff), company.users.first()
        if leave is None or user is None:
            return redirect(self.action_url(LookAsIssuer, company))
        response = _as_issuer(request, user, shown, page)
        if response.status_code == 200 and shown.url_name in PAGES:
            # A GET has no author in the audit, but this one writes the log.
            with pghistory.context(user=staff.pk, source="/admin/companies"):
                consent.note(company, staff, leave, page or "lista de pasos")
        return _read_only(response, company, leave)


def _find(page: str) -> ResolverMatch:
    try:
        found = resolve(_issuers_address(page))
    except Resolver404:
        raise Http404("no such page") from None
    if found.url_name not in SHOWN:
        raise Http404("not shown to support")
    return found


def _issuers_address(page: str) -> str:
    return PANEL_AT if page == "panel/" else STEPS_AT + page


def _as_issuer(request: HttpRequest, user: User, shown: ResolverMatch, page: str) -> HttpResponse:
    """What the issuer's own view answers its user on a GET."""
    asked: Any = copy(request)
    asked.user, asked.company, asked.method = user, user.company, "GET"
    asked.path = asked.path_info = _issuers_address(page)
    asked.resolver_match = shown
    asked._messages = []  # those of the member of staff are not the issuer's
    response: HttpResponse = shown.func(asked, *shown.args, **shown.kwargs)
    return response.render() if hasattr(response, "render") else response


def _read_only(response: HttpResponse, company: Company, leave: consent.Leave) -> HttpResponse:
    base = base_of(company)

    def translate(address: str) -> str | None:
        return _translated(address, base)

    if target := response.headers.get("Location"):
        return redirect(translate(target) or base)
    # Nothing of another's outlives the leave to see it.
    response.headers["Cache-Control"] = "private, no-store"
    if response.headers["Content-Type"].startswith("text/html"):
        context = {"company": company, "leave": leave}
        banner = render_to_string("admin/onboarding/looking.html", context).strip()
        response.content = inert(response.content.decode(), translate, banner)
    return response


def _translated(address: str, base: str) -> str | None:
    """The address of the same page for support; None where support has none."""
    parts = urlsplit(address)
    inside = parts.path.removeprefix(STEPS_AT) if parts.path.startswith(STEPS_AT) else None
    page = "panel/" if parts.path == PANEL_AT else inside
    if parts.scheme or parts.netloc or page is None:
        return None
    try:
        _find(page)
    except Http404:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return f"{base}{page}{query}" + (f"#{parts.fragment}" if parts.fragment else "")

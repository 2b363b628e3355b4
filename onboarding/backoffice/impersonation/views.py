"""«Ver como el emisor»: the issuer's own pages for support, read-only and logged.

The issuer's views draw the page for its user, on a GET of a copy of the request; what they answer is made
read-only (read_only_html.py). Only the addresses in `SHOWN` are asked for. The log is the one thing that
changes, with the member of staff as its author.
"""

from copy import copy
from urllib.parse import urlsplit

import pghistory
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from companies.models import Company, User
from companies.signed_in import signed_in
from facturamos.admin.actions import Confirmation, ConfirmedAction, ReasonedConfirmation
from onboarding.backoffice.impersonation.read_only_html import read_only
from onboarding.support_access import consent

PAGES = ("configuracion", "paso", "panel", "aviso_texto")
PICTURES = ("logotipo_imagen", "muestra", "muestra_pdf")
SHOWN = (*PAGES, *PICTURES)
STEPS_AT, PANEL_AT = "/configuracion/", "/panel/"
MIN_WORDS = 3


class ImpersonationReason(ReasonedConfirmation):
    """Why, where the issuer has not permitted it; the issuer reads it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
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


class Impersonate(ConfirmedAction[Company]):
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

    def form(self, data: QueryDict | None, row: Company) -> Confirmation:
        return Confirmation(data) if consent.until(row.onboarding) else ImpersonationReason(data)

    def act(self, request: HttpRequest, row: Company, form: Confirmation) -> str:
        access = consent.SupportAccess(form.cleaned_data.get("reason", ""))
        consent.note(row, signed_in(request), access)
        return ""

    def next_url(self, row: Company) -> str:
        return base_of(row)


def base_of(company: Company) -> str:
    """Where support sees the issuer's hub; all other pages lie below."""
    return reverse("admin:companies_company_como_emisor", args=[company.pk])


def as_issuer(request: HttpRequest, company: Company, page: str = "") -> HttpResponse:
    """One page or picture as the issuer sees it."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    shown, staff = _find(page), signed_in(request)
    access, user = consent.access(company, staff), company.users.first()
    if access is None or user is None:
        return redirect("admin:companies_company_ver_como_emisor", company.pk)
    response = _drawn(request, user, shown, page)
    if response.status_code == 200 and shown.url_name in PAGES:
        # A GET has no author in the audit, but this one writes the log.
        with pghistory.context(user=staff.pk, source="/admin/companies"):
            consent.note(company, staff, access, page or "lista de pasos")
    return _for_support(response, company, access)


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


def _drawn(request: HttpRequest, user: User, shown: ResolverMatch, page: str) -> HttpResponse:
    """What the issuer's own view answers its user on a GET."""
    asked, address = copy(request), _issuers_address(page)
    vars(asked).update(
        user=user,
        company=user.company,
        method="GET",
        path=address,
        path_info=address,
        resolver_match=shown,
        _messages=[],  # those of the member of staff are not the issuer's
    )
    response: HttpResponse = shown.func(asked, *shown.args, **shown.kwargs)
    return response.render() if hasattr(response, "render") else response


def _for_support(response: HttpResponse, company: Company, access: consent.SupportAccess) -> HttpResponse:
    base = base_of(company)

    def translate(address: str) -> str | None:
        return _translated(address, base)

    if target := response.headers.get("Location"):
        return redirect(translate(target) or base)
    # Nothing of another's outlives the permission to see it.
    response.headers["Cache-Control"] = "private, no-store"
    if response.headers["Content-Type"].startswith("text/html"):
        context = {"company": company, "access": access}
        banner = render_to_string("admin/backoffice/impersonation.html", context).strip()
        response.content = read_only(response.content.decode(), translate, banner)
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

"""«Notas y pendientes» of a company."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from companies.models import Company, User
from companies.signed_in import signed_in
from onboarding.backoffice.notes.forms import CompanyNoteForm
from onboarding.backoffice.notes.models import CompanyNote
from onboarding.backoffice.notes.services import DONE, notes_of


def notes(request: HttpRequest, company: Company) -> HttpResponse:
    """What there is; one more; one that is done."""
    reader, url = signed_in(request), reverse("admin:companies_company_notas", args=[company.pk])
    if request.method == "POST" and "nota" in request.POST:
        _settle(request, company, reader)
        return redirect(url)
    form = CompanyNoteForm(request.POST if request.method == "POST" else None, company=company, author=reader)
    if form.is_valid():
        form.save()
        return redirect(url)
    context = {"notes": notes_of(company, reader), "form": form, "url": url}
    return TemplateResponse(request, "admin/backoffice/notes/notes.html", context)


def _settle(request: HttpRequest, company: Company, reader: User) -> None:
    """«Hecho», or not after all."""
    sent = request.POST["nota"]
    key = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 16 else 0
    note = get_object_or_404(CompanyNote.objects.filter(company=company).visible_to(reader), pk=key)
    if request.POST.get("accion") == DONE[0]:
        note.finish(reader)
    else:
        note.reopen()

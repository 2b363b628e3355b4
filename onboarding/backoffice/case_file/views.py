"""«De un vistazo»: what support reads while the issuer is on the telephone."""

from django.http import HttpRequest
from django.template.response import TemplateResponse

from companies.models import Company
from onboarding.backoffice.case_file.overview import overview


def case_file(request: HttpRequest, company: Company) -> TemplateResponse:
    """Everything about a company on one page."""
    context = {"case_file": overview(company, request)}
    return TemplateResponse(request, "admin/backoffice/case_file.html", context)

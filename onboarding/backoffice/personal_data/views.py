"""«Descargar sus datos»: what a company has a right to be given, as one file, by support."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from companies.models import Company
from facturamos import security_log
from onboarding.backoffice.personal_data import export


def company_data(request: HttpRequest, company: Company) -> HttpResponse:
    """The archive, made for every request; that it was made is an event of security."""
    security_log.note("data.exported", company.code)
    response = HttpResponse(export.company_archive(company), content_type="application/zip")
    name = f"datos-{company.code}.zip"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response

"""Where the rows of a company belong in admin: the tab of its page that shows their kind."""

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from companies.models import Company
from companies.signed_in import signed_in
from facturamos.admin.homes import Home, finds_homes
from facturamos.company_scope import path_to_company
from onboarding.backoffice.companies.pages import COMPANY_PAGES, CompanyPage

# By the model's name, the end of the tab's address. What is not named, and companies: the overview.
TAB_OF = {
    "Onboarding": "pasos",
    "Delegation": "pasos",
    "DelegationAcceptance": "pasos",
    "Csd": "sellos",
    "CsdValidation": "sellos",
    "Diagnosis": "sellos",
    "TestInvoice": "sellos",
    "SecretAccess": "sellos",
    "Mailbox": "correo",
    "MailboxTest": "correo",
    "Message": "correo",
    "User": "personas",
    "DocumentType": "documentos",
    "Logo": "documentos",
    "ManifestLetter": "documentos",
    "FormerLetter": "documentos",
    "LetterSignature": "documentos",
    "LetterSubmission": "documentos",
    "NoticeAcceptance": "documentos",
    "Address": "resumen",
}


@finds_homes
def company_home(request: HttpRequest, row: Model) -> Home | None:
    """A row of a company is shown on its page; who may see the row may see its company."""
    company = company_of(row)
    if company is None:
        return None
    lists = ("Empresas", reverse("admin:companies_company_changelist"))
    overview = COMPANY_PAGES[0]
    page = page_of(row)
    above = (lists, (company.name, overview.url(company)))
    if row == company or not page.allowed(signed_in(request)):
        return Home(overview.url(company), above)
    return Home(page.url(company), above if page == overview else (*above, (page.label, page.url(company))))


def page_of(row: Model) -> CompanyPage:
    """The tab that shows rows of this kind."""
    slug = TAB_OF.get(type(row).__name__, COMPANY_PAGES[0].slug)
    return next(page for page in COMPANY_PAGES if page.slug == slug)


def company_of(row: Model) -> Company | None:
    """The company that a row belongs to; None for what belongs to none."""
    if isinstance(row, Company):
        return row
    path = path_to_company(type(row))
    if not path:
        return None
    found: object = row
    for name in path.split("__"):
        found = getattr(found, name, None)
    return found if isinstance(found, Company) else None

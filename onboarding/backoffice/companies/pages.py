"""The pages that a company has in admin, beside the one that edits it: a line of `COMPANY_PAGES` each."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse

from companies.models import Company, User
from onboarding.backoffice.case_file.views import case_file
from onboarding.backoffice.impersonation.views import as_issuer
from onboarding.backoffice.new_account.views import account_opened
from onboarding.backoffice.personal_data.views import company_data


@dataclass(frozen=True)
class CompanyPage:
    """One page: its address, its name, who may open it, and the view that shows it.

    The view takes the request and the company, which is one that the user may see: a foreign one is 404
    before it is asked. A `TemplateResponse` gets admin's frame, the title and the company (`original`) from
    `AccountAdmin`.
    """

    slug: str  # the end of its address
    label: str  # its title, and its button on the company's page
    view: Callable[..., HttpResponse]
    # Opened by support only, where not said otherwise.
    for_distributor: bool = False
    # Whether the company's other pages have a button to it.
    linked: bool = True
    # Pages of its own below it: a route, whose value the view takes, too.
    below: str = ""

    @property
    def url_name(self) -> str:
        """Of its address; `_pagina` behind it is the name of those below."""
        return f"companies_company_{self.slug.replace('-', '_')}"

    @property
    def routes(self) -> list[tuple[str, str]]:
        """Its addresses and their names."""
        route = f"<path:object_id>/{self.slug}/"
        own = [(route, self.url_name)]
        return [*own, (route + self.below, f"{self.url_name}_pagina")] if self.below else own

    def url(self, company: Company) -> str:
        """The address of a company's."""
        return reverse(f"admin:{self.url_name}", args=[company.pk])

    def allowed(self, user: User) -> bool:
        """Whether the user's role may open it."""
        return user.is_support or (self.for_distributor and bool(user.distributor_id))


COMPANY_PAGES = (
    CompanyPage("resumen", "De un vistazo", case_file),
    CompanyPage("cuenta", "Cuenta creada", account_opened, for_distributor=True, linked=False),
    CompanyPage("datos", "Descargar sus datos", company_data),
    # Opened by an action, which asks for a reason first.
    CompanyPage("como-emisor", "Ver como el emisor", as_issuer, linked=False, below="<path:page>"),
)

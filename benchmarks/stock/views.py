"""A stock SessionWizardView with our forms: answers in the session, files in a folder, rows at the end."""

import tempfile
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.http import HttpResponse
from formtools.wizard.views import SessionWizardView

from certificates.forms import CsdForm
from companies.forms import (
    AddressForm,
    DocumentsForm,
    FiscalDataForm,
    ManifestLetterForm,
    PrivacyNoticeForm,
    UserForm,
)
from companies.logo.preparing import prepare_logo
from companies.models import Address, Company, Logo, ManifestLetter, PrivacyNotice, User
from facturamos import client
from facturamos.forms import PageForm, Renderer
from mailing.forms import MailboxForm
from mailing.models import Mailbox


class StockLogoForm(PageForm, forms.Form):
    """Django's ImageField. Ours encodes the picture while validating, which a stock wizard does twice."""

    image = forms.ImageField(label="Imagen (JPG)")
    position = forms.ChoiceField(label="Posición", choices=Logo.Position.choices, widget=forms.RadioSelect)


class FinishForm(PageForm, forms.Form):
    """The last page asks nothing."""


FORMS = [
    ("aviso", PrivacyNoticeForm),
    ("carta", ManifestLetterForm),
    ("datos", FiscalDataForm),
    ("fiscal", AddressForm),
    ("emision", AddressForm),
    ("usuario", UserForm),
    ("logotipo", StockLogoForm),
    ("sellos", CsdForm),
    ("correo", MailboxForm),
    ("documentos", DocumentsForm),
    ("terminar", FinishForm),
]


class StockWizard(SessionWizardView):  # type: ignore[misc]  # formtools ships no types
    """What the documentation shows: forms, their instances, a file storage, a template, and `done`."""

    form_list = FORMS
    renderer: BaseRenderer = TemplatesSetting()
    file_storage = FileSystemStorage(location=tempfile.mkdtemp(prefix="stock-"))
    template_name = "stock.html"

    @property
    def company(self) -> Company:
        """The signed-in issuer's."""
        company: Company = self.request.user.company
        return company

    def get_form_instance(self, step: str) -> Any:
        """The rows that the model forms edit."""
        match step:
            case "carta":
                return ManifestLetter(company=self.company)
            case "datos":
                return self.company
            case "fiscal":
                return Address(company=self.company, kind=Address.Kind.FISCAL)
            case "emision":
                return Address(company=self.company, kind=Address.Kind.ISSUING)
            case "usuario":
                return User.objects.get(pk=self.request.user.pk)
            case "correo":
                return Mailbox(company=self.company)
        return None

    def get_form_kwargs(self, step: str | None = None) -> dict[str, Any]:
        """What the plain forms must know, and who draws them: Django."""
        known = {"company": self.company} if step in ("sellos", "documentos") else {}
        return {**known, "renderer": self.renderer}

    def done(self, form_list: Any, form_dict: Any, **kwargs: Any) -> HttpResponse:
        """All rows at the end."""
        request, company = self.request, self.company
        form_dict["aviso"].save(
            notice=PrivacyNotice.objects.in_force(),
            company=company,
            user=request.user,
            address=client.address(request),
            browser=client.browser(request),
        )
        for step in ("carta", "datos", "fiscal", "emision", "usuario", "correo", "documentos"):
            form_dict[step].save()
        _save_logo(company, form_dict["logotipo"].cleaned_data)
        form_dict["sellos"].save(user=request.user)
        return HttpResponse("listo")


class StockWizardWithOurFields(StockWizard):
    """The same, drawn as quickly as ours: what is left is what a page costs besides."""

    renderer = Renderer()


def _save_logo(company: Company, answers: dict[str, Any]) -> None:
    answers["image"].seek(0)
    prepared = prepare_logo(answers["image"].read())
    logo = Logo(company=company, position=answers["position"], width=prepared.width, height=prepared.height)
    logo.image.save("logo.jpg", ContentFile(prepared.jpeg), save=False)
    logo.save()

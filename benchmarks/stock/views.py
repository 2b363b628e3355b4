"""A stock SessionWizardView with our fields: answers in the session, files in a folder, rows at the end."""

import tempfile
from copy import deepcopy
from typing import Any

from certificates.forms import SealsForm
from django import forms
from django.contrib.auth.hashers import make_password
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse
from formtools.wizard.views import SessionWizardView

from companies.forms import (
    AddressForm,
    FiscalDataForm,
    ManifestLetterForm,
    PrivacyNoticeForm,
    UserForm,
)
from companies.forms.invoice import _fields_of
from companies.images import prepare_logo
from companies.models import Address, Company, DocumentType, Logo, User
from facturamos.forms import PageForm
from mailing.forms import MailboxForm
from mailing.models import Mailbox


def plain(form: type[forms.BaseForm], *leave_out: str) -> type[forms.Form]:
    """A plain form with the fields of one of ours, as the documentation's examples have them."""
    fields = {name: deepcopy(field) for name, field in form.base_fields.items() if name not in leave_out}  # type: ignore[attr-defined]
    return type(f"Stock{form.__name__}", (PageForm, forms.Form), fields)


class StockLogoForm(PageForm, forms.Form):
    """ImageField verifies the picture with Pillow, as Django does by itself."""

    image = forms.ImageField()
    position = forms.ChoiceField(choices=Logo.Position.choices)


class StockDocumentsForm(PageForm, forms.Form):
    """Our nine documents."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in DocumentType.Kind:
            self.fields |= _fields_of(kind)


FORMS = [
    ("aviso", plain(PrivacyNoticeForm)),
    ("carta", plain(ManifestLetterForm)),
    ("datos", plain(FiscalDataForm)),
    ("fiscal", plain(AddressForm)),
    ("emision", plain(AddressForm)),
    ("usuario", plain(UserForm, "current_password")),
    ("logotipo", StockLogoForm),
    ("sellos", plain(SealsForm)),
    ("correo", plain(MailboxForm)),
    ("documentos", StockDocumentsForm),
    ("terminar", forms.Form),
]


class StockWizard(SessionWizardView):  # type: ignore[misc]  # formtools ships no types
    """What the documentation shows, and no more."""

    form_list = FORMS
    file_storage = FileSystemStorage(location=tempfile.mkdtemp(prefix="stock-"))
    template_name = "stock.html"

    def done(self, form_list: Any, form_dict: Any, **kwargs: Any) -> HttpResponse:
        """All rows at the end, with the same password hashing and the same work on the logo."""
        answers = {slug: form.cleaned_data for slug, form in form_dict.items()}
        user: User = self.request.user
        company = user.company
        assert company is not None
        for name, value in answers["datos"].items():
            setattr(company, name, value)
        company.save()
        for kind, slug in ((Address.Kind.FISCAL, "fiscal"), (Address.Kind.ISSUING, "emision")):
            Address.objects.create(company=company, kind=kind, **answers[slug])
        _save_user(user, answers["usuario"])
        _save_logo(company, answers["logotipo"])
        _save_documents(company, answers["documentos"])
        _save_mailbox(company, answers["correo"])
        return HttpResponse("listo")


def _save_user(user: User, answers: dict[str, Any]) -> None:
    for name in ("full_name", "alternate_email", "phone", "initials"):
        setattr(user, name, answers[name])
    user.password = make_password(answers["password"])
    user.save()


def _save_logo(company: Company, answers: dict[str, Any]) -> None:
    answers["image"].seek(0)
    prepared = prepare_logo(answers["image"].read())
    logo = Logo(company=company, position=answers["position"], width=prepared.width, height=prepared.height)
    logo.image.save("logo.jpg", ContentFile(prepared.jpeg), save=False)
    logo.save()


def _save_documents(company: Company, answers: dict[str, Any]) -> None:
    DocumentType.objects.bulk_create(
        DocumentType(
            company=company,
            kind=kind,
            series=answers[f"{kind}_series"],
            first_folio=answers[f"{kind}_first_folio"] or 1,
        )
        for kind in DocumentType.Kind
        if answers[kind.value]
    )


def _save_mailbox(company: Company, answers: dict[str, Any]) -> None:
    kept = {name: value for name, value in answers.items() if name != "password"}
    Mailbox.objects.create(company=company, **kept)

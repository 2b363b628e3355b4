"""No form answers in English, whatever is sent."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from companies.forms import (
    AddressForm,
    DocumentsForm,
    FiscalDataForm,
    LogoForm,
    ManifestLetterForm,
    NewPasswordForm,
    PrivacyNoticeForm,
    ResetRequestForm,
    SignInForm,
    UserForm,
)
from companies.models import Address, ManifestLetter, User

ENGLISH = re.compile(r"\b(the|this|ensure|enter|select|valid|field|value|is|not|your)\b", re.IGNORECASE)
FORMS: dict[str, Callable[[Any, User], forms.BaseForm]] = {
    "aviso": lambda sent, user: PrivacyNoticeForm(*sent),
    "carta": lambda sent, user: ManifestLetterForm(*sent, instance=ManifestLetter(company=user.company)),
    "fiscal": lambda sent, user: FiscalDataForm(*sent, instance=user.company),
    "dirección": lambda sent, user: AddressForm(*sent, instance=Address(company=user.company)),
    "usuario": lambda sent, user: UserForm(*sent, instance=user),
    "logotipo": lambda sent, user: LogoForm(*sent, company=user.company),  # type: ignore[arg-type]
    "documentos": lambda sent, user: DocumentsForm(*sent, company=user.company),  # type: ignore[arg-type]
    "entrar": lambda sent, user: SignInForm(*sent),
    "recuperar": lambda sent, user: ResetRequestForm(*sent),
    "nueva": lambda sent, user: NewPasswordForm(*sent, user=user),
}
GARBAGE = ["", " ", "x", "\0", "x" * 5000, "-1", "9" * 40, "<script>", "a@b@c", "\u202e", "٣", "2026-02-30"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("garbage", GARBAGE)
def test_errors_are_in_spanish(issuer: User, form: str, garbage: str) -> None:
    fields = FORMS[form]((), issuer).fields
    data = dict.fromkeys(fields, garbage)
    files = {
        name: SimpleUploadedFile("x" * 300 + ".exe", garbage.encode())
        for name, field in fields.items()
        if isinstance(field, forms.FileField)
    }

    errors = FORMS[form]((data, files), issuer).errors

    for sentences in errors.values():
        for sentence in sentences:
            assert not ENGLISH.search(str(sentence)), sentence
            assert str(sentence).endswith(".")

"""The forms of an issuer's data; the wizard and the admin use the same."""

from companies.forms.addresses import AddressForm, IssuingAddressForm
from companies.forms.agreements import ManifestLetterForm, PrivacyNoticeForm
from companies.forms.company import FiscalDataForm
from companies.forms.invoice import DocumentsForm, LogoForm
from companies.forms.people import UserForm
from companies.forms.sign_in import NewPasswordForm, ResetRequestForm, SecondFactorForm, SignInForm

__all__ = [
    "AddressForm",
    "DocumentsForm",
    "FiscalDataForm",
    "IssuingAddressForm",
    "LogoForm",
    "ManifestLetterForm",
    "NewPasswordForm",
    "PrivacyNoticeForm",
    "ResetRequestForm",
    "SecondFactorForm",
    "SignInForm",
    "UserForm",
]

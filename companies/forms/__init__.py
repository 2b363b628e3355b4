"""The forms of an issuer's data; the wizard and the admin use the same."""

from companies.forms.access import NewPasswordForm, ResetRequestForm, SecondFactorForm, SignInForm
from companies.forms.addresses import AddressForm, IssuingAddressForm
from companies.forms.fiscal import FiscalDataForm
from companies.forms.invoice import DocumentsForm, LogoForm
from companies.forms.papers import ManifestLetterForm, PrivacyNoticeForm
from companies.forms.user import UserForm

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

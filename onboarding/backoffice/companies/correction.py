"""What was typed wrong when an account was opened: «Corregir y reenviar», and «Cancelar cuenta».

A field is whoever opened the account's to correct until the issuer has saved the step that asks for it; the
address until somebody has entered: whoever came in reads its mail, and has a way in that others must not
move.
"""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from certificates.models import Csd
from companies.accounts import changes_by_staff
from companies.accounts.credentials import CREDENTIALS
from companies.accounts.temporary_passwords import HOURS
from companies.forms.company import FiscalDataForm, rfc_of_another
from companies.forms.fields import EmailField, PhoneField
from companies.forms.people import UserForm
from companies.models import Company, User
from facturamos.admin.actions import Confirmation, ConfirmedAction, ReasonedConfirmation
from mailing.models import Message
from onboarding.backoffice.company_deletion import services as deletion
from onboarding.models import Onboarding, StepState
from onboarding.steps.datos_fiscales import FiscalDataStep
from onboarding.steps.usuario import UserStep
from onboarding.wizard.step import Step

# Which step a field is asked for in; the address is told apart.
OF_COMPANY = ("name", "rfc", "phone")
STEP_OF: dict[str, type[Step[Any]]] = {
    **dict.fromkeys(OF_COMPANY, FiscalDataStep),
    "full_name": UserStep,
}
ENTERED = "El emisor ya entró con este correo: lo cambia él mismo en su paso «Usuario», o Asistencia."
HAS_CSD = "El emisor ya subió sellos de este RFC."
NOTHING_LEFT = "el emisor ya entró y guardó sus datos; ahora los corrige él, o Asistencia."
CONTACT = "Nombre completo del contacto"
# Where many companies keep the latest mail with their credentials.
LATEST = "latest_credentials"
NO_ADDRESS = "Esta dirección es la que no existe. Pida la correcta al emisor."


@dataclass(frozen=True)
class OpenedAccount:
    """An account as a correction meets it; `taken` says why a field is no longer to be corrected."""

    company: Company
    user: User
    taken: dict[str, str]

    @classmethod
    def of(cls, company: Company, *, lock: bool = False) -> Self:
        """With `lock`, before anything is read, the rows that the issuer's own saves and sign-ins write."""
        onboardings, users = Onboarding.objects.filter(company=company), User.objects.filter(company=company)
        if lock:
            onboardings.select_for_update(no_key=True).only("pk").get()
            users = users.select_for_update(of=("self",), no_key=True)
        user = users.order_by("pk")[:1].get()
        states = StepState.objects.filter(onboarding__company=company)
        taken = _taken(user, states)
        if "rfc" not in taken and Csd.objects.filter(company=company).exists():
            taken["rfc"] = HAS_CSD
        company.refresh_from_db(fields=OF_COMPANY)
        return cls(company, user, taken)


def _taken(user: User, states: Iterable[StepState]) -> dict[str, str]:
    saved = {state.slug for state in states if state.saved_at}
    taken = {
        name: f"El emisor ya lo guardó en su paso «{step.title}»: ahora es suyo."
        for name, step in STEP_OF.items()
        if step.slug in saved
    }
    return taken if user.never_entered else {**taken, "email": ENTERED}


class CorrectionForm(Confirmation):
    """The fields of «Nueva cuenta» that an account cannot do without; the issuer's own are only shown."""

    name = deepcopy(FiscalDataForm.base_fields["name"])
    rfc = deepcopy(FiscalDataForm.base_fields["rfc"])
    full_name = deepcopy(UserForm.base_fields["full_name"])
    full_name.label = CONTACT
    email = EmailField(
        label="Correo electrónico", help_text="Ahí llegan el usuario y la contraseña temporal."
    )
    phone = PhoneField(label="Teléfono", required=False, help_text="Opcional.")

    def __init__(self, data: QueryDict | None, *, account: OpenedAccount) -> None:
        company, user = account.company, account.user
        of_company = {name: getattr(company, name) for name in OF_COMPANY}
        super().__init__(data, initial={**of_company, "full_name": user.full_name, "email": user.email})
        self.account = account
        for name, why in account.taken.items():
            label = self.fields[name].label
            self.fields[name] = forms.CharField(label=label, help_text=why, disabled=True, required=False)

    def clean_rfc(self) -> str:
        """One company for each RFC and distributor."""
        rfc: str = self.cleaned_data["rfc"]
        company = self.account.company
        others = Company.objects.alive().filter(distributor=company.distributor_id, rfc=rfc)
        other = others.exclude(pk=company.pk).first()
        if other and "rfc" in self.changed_data:
            raise ValidationError(rfc_of_another(other))
        return rfc

    def clean_email(self) -> str:
        """A mailbox that was full may have room again; an address that nobody has gets no second try."""
        email: str = self.cleaned_data["email"]
        mails = Message.objects.filter(kind=CREDENTIALS, about=str(self.account.user.pk)).defer("secret")
        last = mails.order_by("-created_at").first()
        refused = last.to.lower() if last and last.bounce == Message.Bounce.NO_ADDRESS else None
        if "email" not in self.account.taken and email.lower() == refused:
            raise ValidationError(NO_ADDRESS)
        return email

    def save(self) -> list[str]:
        """Writes what changed; returns the labels of it."""
        company, user = self.account.company, self.account.user
        changed = [name for name in self.changed_data if name not in self.account.taken]
        same_phone = user.phone == company.phone and "full_name" not in self.account.taken
        _write(company, {name: self.cleaned_data[name] for name in changed if name in OF_COMPANY})
        of_user = {name: self.cleaned_data[name] for name in changed if name not in OF_COMPANY}
        if "phone" in changed and same_phone:
            of_user["phone"] = self.cleaned_data["phone"]
        _write(user, of_user)
        return [str(self.fields[name].label) for name in changed]


def _write(row: Company | User, values: dict[str, str]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    if values:
        row.save(update_fields=list(values))


class CorrectAndResend(ConfirmedAction[Company]):
    """For the distributor, who hears of a typing mistake on the telephone, and for support."""

    slug = "corregir-y-reenviar"
    label = "Corregir y reenviar…"
    explanation = (
        "Corrija lo que se escribió mal al abrir la cuenta. Mientras nadie haya entrado, se envía al correo "
        f"de abajo una contraseña temporal nueva, válida {HOURS} horas, y la anterior deja de servir ahora "
        "mismo. Lo que el emisor ya guardó es suyo y aquí solo se ve."
    )
    form_class = CorrectionForm
    for_distributor = True
    beside_rows = True

    def suits(self, row: Company) -> bool:
        mail: Message | None = next(iter(getattr(row, LATEST, ())), None)
        return mail is not None and mail.did_not_arrive

    def prepared(self, rows: QuerySet[Company]) -> Iterable[Company]:
        mails = Message.objects.filter(kind=CREDENTIALS).defer("secret")
        latest = mails.order_by("company_id", "-created_at").distinct("company_id")
        return rows.prefetch_related("users", "onboarding__step_states", Prefetch("messages", latest, LATEST))

    def refusal(self, row: Company) -> str:
        user = next(iter(row.users.all()), None)
        if row.deleted_at is not None:
            return "la empresa está eliminada."
        if user is None or not user.is_active or not hasattr(row, "onboarding"):
            return "no tiene un usuario activo."
        taken = _taken(user, row.onboarding.step_states.all())
        return NOTHING_LEFT if {*STEP_OF, "email"} <= taken.keys() else ""

    def form(self, data: QueryDict | None, row: Company) -> CorrectionForm:
        return CorrectionForm(data, account=OpenedAccount.of(row, lock=data is not None))

    def act(self, request: HttpRequest, row: Company, form: Confirmation) -> str:
        if not isinstance(form, CorrectionForm):
            raise TypeError("Corrections are made by their own form.")
        changed, user = form.save(), form.account.user
        if user.never_entered:
            changes_by_staff.start_over(user)
            return f"Las credenciales de {user.username} se enviarán a {user.email}."
        if not changed:
            return "No cambió nada, y el emisor ya entró: no se envió nada."
        return f"Se corrigió: {', '.join(changed)}. El emisor ya entró: no se envió nada."


class CancelAccount(ConfirmedAction[Company]):
    """Takes an account back that was opened by mistake: for who may open one."""

    slug = "cancelar-cuenta"
    label = "Cancelar cuenta…"
    explanation = (
        "Nadie ha entrado a esta cuenta. Deja de verse, y las credenciales que se enviaron ya no sirven. Al "
        "correo del emisor no se le avisa. Queda en el historial, y durante unos días Asistencia puede "
        "recuperarla."
    )
    form_class = ReasonedConfirmation
    for_distributor = True
    dangerous = True

    def prepared(self, rows: QuerySet[Company]) -> Iterable[Company]:
        return rows.prefetch_related("users")

    def refusal(self, row: Company) -> str:
        if row.deleted_at is not None:
            return "la empresa está eliminada."
        return "" if all(user.never_entered for user in row.users.all()) else "ya hay quien entró."

    def act(self, request: HttpRequest, row: Company, form: Confirmation) -> str:
        users = User.objects.select_for_update(of=("self",), no_key=True).filter(company=row)
        if not all(user.never_entered for user in users):
            return "Alguien acaba de entrar a la cuenta: ya no se cancela."
        deletion.delete(row, reason=form.cleaned_data["reason"], was_entered=False)
        return f"La cuenta {row.code} quedó cancelada."

    def next_url(self, row: Company) -> str:
        """A distributor does not see what was deleted."""
        return reverse("admin:companies_company_tablero")

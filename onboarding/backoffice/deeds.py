"""What support does to a company from its page: deletes it, moves it, opens one of its steps again."""

from typing import Any, ClassVar, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from companies.models import Company, Distributor
from facturamos.object_actions import Confirmation, ObjectAction, ReasonedConfirmation
from onboarding import deletion
from onboarding.models import Onboarding, StepState
from onboarding.steps import STEPS


class DeleteCompany(ObjectAction):
    """Closes a company; there is no other way to delete one."""

    slug = "eliminar-empresa"
    label = "Eliminar…"
    explanation = (
        "La empresa deja de verse y sus usuarios ya no pueden entrar. La llave de sus sellos, las "
        "contraseñas guardadas y las credenciales en camino se borran ahora mismo y no se pueden recuperar. "
        f"Durante {settings.DELETION_WAIT.days} días soporte puede cancelar la eliminación; después es "
        "definitiva. El emisor y su distribuidor reciben un correo con esa fecha. Se conservan como "
        "evidencia, sin fecha de borrado, el aviso aceptado, la carta manifiesto, los certificados, que son "
        "públicos, la relación de correos enviados y el historial de cambios; solo soporte los ve."
    )
    form_class = ReasonedConfirmation
    dangerous = True

    def possible(self, row: Company) -> bool:
        return row.deleted_at is None

    def act(self, request: HttpRequest, row: Company, data: dict[str, Any]) -> str:
        deletion.delete(row, reason=data["reason"])
        until = date_format(timezone.localtime(row.deletion_final_at), r"j \d\e F \d\e Y")
        return f"Se eliminó {row}. Sus secretos ya no existen. Puede cancelarse hasta el {until}."


class CancelForm(ReasonedConfirmation):
    """Why; and whether the company can come back at all."""

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean(self) -> dict[str, Any]:
        """One living company for each RFC and distributor."""
        others = self.company.distributor.companies.alive().exclude(pk=self.company.pk)
        if others.filter(rfc=self.company.rfc).exists():
            raise ValidationError(
                f"{self.company.distributor} ya tiene otra empresa con el RFC {self.company.rfc}: esta no "
                "puede volver mientras exista la otra."
            )
        return super().clean() or {}


class CancelDeletion(ObjectAction):
    """Opens a deleted company again while its waiting time lasts."""

    slug = "cancelar-eliminacion"
    label = "Cancelar la eliminación…"
    explanation = (
        "La empresa vuelve a verse y sus usuarios pueden entrar con su contraseña. Lo que se borró no "
        "regresa: el emisor tendrá que subir otra vez sus sellos y escribir la contraseña de su correo. "
        "Quien esperaba credenciales las necesita nuevas. El emisor y su distribuidor reciben un correo."
    )
    form_class = CancelForm

    def possible(self, row: Company) -> bool:
        return row.deletion_can_be_cancelled

    def form(self, data: Any, row: Company) -> Confirmation:
        return CancelForm(data, company=row)

    def act(self, request: HttpRequest, row: Company, data: dict[str, Any]) -> str:
        deletion.cancel(row)
        return f"{row} está abierta otra vez."


class MoveForm(ReasonedConfirmation):
    """To whom, and why."""

    distributor = forms.ModelChoiceField(Distributor.objects.all(), label="Nuevo distribuidor")
    field_order = ("distributor", "reason")

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        choice = cast("forms.ModelChoiceField[Distributor]", self.fields["distributor"])
        choice.queryset = Distributor.objects.exclude(pk=company.distributor_id)

    def clean_distributor(self) -> Distributor:
        """One company for each RFC and distributor."""
        distributor: Distributor = self.cleaned_data["distributor"]
        if distributor.companies.alive().filter(rfc=self.company.rfc).exists():
            raise ValidationError(f"{distributor} ya tiene una empresa con el RFC {self.company.rfc}.")
        return distributor


class MoveCompany(ObjectAction):
    """Hands a company over to another distributor."""

    slug = "cambiar-de-distribuidor"
    label = "Cambiar de distribuidor…"
    explanation = (
        "El distribuidor actual deja de ver la empresa ahora mismo, y el nuevo la ve con todo su historial. "
        "Para el emisor no cambia nada."
    )
    form_class = MoveForm

    def possible(self, row: Company) -> bool:
        return row.deleted_at is None

    def form(self, data: Any, row: Company) -> Confirmation:
        return MoveForm(data, company=row)

    def act(self, request: HttpRequest, row: Company, data: dict[str, Any]) -> str:
        row.distributor = data["distributor"]
        row.save(update_fields=["distributor"])
        return f"{row} ahora es de {row.distributor}."


class ReopenForm(Confirmation):
    """Which step, and what the issuer is asked to look at."""

    step = forms.ChoiceField(label="Paso", choices=[(step.slug, step.title) for step in STEPS if step.counts])
    note = forms.CharField(
        label="Nota para el emisor",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="El emisor la lee en su lista de pasos y en el paso mismo, hasta que lo guarda de nuevo.",
    )


class ReopenStep(ObjectAction):
    """Asks the issuer to look at a step again."""

    slug = "reabrir-paso"
    label = "Reabrir un paso…"
    explanation = (
        "El paso vuelve a estar pendiente, con su nota. Lo que el emisor escribió no cambia ni se borra."
    )
    form_class: ClassVar[type[Confirmation]] = ReopenForm

    def possible(self, row: Company) -> bool:
        return row.deleted_at is None

    def act(self, request: HttpRequest, row: Company, data: dict[str, Any]) -> str:
        onboarding = Onboarding.objects.get(company=row)
        StepState.objects.update_or_create(
            onboarding=onboarding, slug=data["step"], defaults={"note": data["note"]}
        )
        title = next(step.title for step in STEPS if step.slug == data["step"])
        return f"El paso «{title}» está pendiente otra vez, y el emisor verá su nota."

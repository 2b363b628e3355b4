"""What is done to companies: deleted, moved, a step opened again, credentials sent to many."""

from collections.abc import Iterable
from typing import ClassVar

from django import forms
from django.conf import settings
from django.contrib.admin.options import ActionLocation
from django.core.exceptions import ValidationError
from django.db.models import CharField, Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from companies.accounts import credentials
from companies.accounts.temporary_passwords import HOURS
from companies.admin.sign_in import ReissueCredentials
from companies.models import Company, Distributor, User
from facturamos.admin.actions import Confirmation, ConfirmedAction, ReasonedConfirmation
from facturamos.forms import CleanCharField, limit_choices
from facturamos.jobs.models import Job
from mailing.models import Message
from onboarding.backoffice.board import export_services
from onboarding.backoffice.company_deletion import services
from onboarding.backoffice.personal_data.erasure import erased_on
from onboarding.models import Onboarding, StepState
from onboarding.steps import STEPS


class DeleteCompany(ConfirmedAction[Company]):
    """Closes a company; there is no other way to delete one."""

    slug = "eliminar-empresa"
    label = "Eliminar…"
    explanation = (
        "La empresa deja de verse y sus usuarios ya no pueden entrar. La llave de sus sellos, las "
        "contraseñas guardadas y las credenciales en camino se borran ahora mismo y no se pueden recuperar. "
        f"Durante {settings.DELETION_WAIT.days} días soporte puede cancelar la eliminación; después es "
        "definitiva. Se conservan como evidencia el aviso aceptado, la carta manifiesto, los certificados, "
        "que son públicos, el historial de cambios y, por dos años, la relación de correos enviados; solo "
        "soporte los ve. Cinco años después de que sea definitiva se borra todo. El emisor y su distribuidor "
        "reciben un correo con las dos fechas."
    )
    form_class = ReasonedConfirmation
    dangerous = True

    def possible(self, row: Company) -> bool:
        return row.deleted_at is None

    def act(self, request: HttpRequest, row: Company, form: Confirmation) -> str:
        services.delete(row, reason=form.cleaned_data["reason"])
        until = date_format(timezone.localtime(row.deletion_final_at), r"j \d\e F \d\e Y")
        erased = date_format(timezone.localtime(erased_on(row)), r"j \d\e F \d\e Y")
        return (
            f"Se eliminó {row}. Sus secretos ya no existen. Puede cancelarse hasta el {until}; el {erased} "
            "se borra todo."
        )


class CancelForm(ReasonedConfirmation):
    """Why; and whether the company can come back at all."""

    def __init__(self, *args: object, company: Company, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.company = company

    def clean(self) -> dict[str, object]:
        """One living company for each RFC and distributor."""
        others = self.company.distributor.companies.alive().exclude(pk=self.company.pk)
        if others.filter(rfc=self.company.rfc).exists():
            raise ValidationError(
                f"{self.company.distributor} ya tiene otra empresa con el RFC {self.company.rfc}: esta no "
                "puede volver mientras exista la otra."
            )
        return super().clean() or {}


class CancelDeletion(ConfirmedAction[Company]):
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

    def form(self, data: QueryDict | None, row: Company) -> Confirmation:
        return CancelForm(data, company=row)

    def act(self, request: HttpRequest, row: Company, form: Confirmation) -> str:
        services.cancel(row)
        return f"{row} está abierta otra vez."


class MoveForm(ReasonedConfirmation):
    """Asks which distributor gets the company, and why."""

    distributor = forms.ModelChoiceField(Distributor.objects.all(), label="Nuevo distribuidor")
    field_order = ("distributor", "reason")

    def __init__(self, *args: object, company: Company, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.company = company
        limit_choices(self, "distributor", Distributor.objects.exclude(pk=company.distributor_id))

    def clean_distributor(self) -> Distributor:
        """One company for each RFC and distributor."""
        distributor: Distributor = self.cleaned_data["distributor"]
        if distributor.companies.alive().filter(rfc=self.company.rfc).exists():
            raise ValidationError(f"{distributor} ya tiene una empresa con el RFC {self.company.rfc}.")
        return distributor


class MoveCompany(ConfirmedAction[Company]):
    """Hands a company over to another distributor."""

    slug = "cambiar-de-distribuidor"
    label = "Cambiar de distribuidor…"
    explanation = (
        "El distribuidor actual deja de ver la empresa ahora mismo, y el nuevo la ve con todo su historial. "
        "Los archivos que el actual exportó de su tablero se borran; puede pedirlos otra vez. "
        "Para el emisor no cambia nada."
    )
    form_class = MoveForm

    def possible(self, row: Company) -> bool:
        return row.deleted_at is None

    def form(self, data: QueryDict | None, row: Company) -> Confirmation:
        return MoveForm(data, company=row)

    def act(self, request: HttpRequest, row: Company, form: Confirmation) -> str:
        former, row.distributor = row.distributor, form.cleaned_data["distributor"]
        row.save(update_fields=["distributor"])
        export_services.forget_of(former)
        return f"{row} ahora es de {row.distributor}."


class ReopenForm(Confirmation):
    """Which step, and what the issuer is asked to look at."""

    step = forms.ChoiceField(label="Paso", choices=[(step.slug, step.title) for step in STEPS if step.counts])
    note = CleanCharField(
        label="Nota para el emisor",
        max_length=300,
        widget=forms.Textarea({"rows": 3}),
        help_text="El emisor la lee en su lista de pasos y en el paso mismo, hasta que lo guarda de nuevo.",
    )


class ReopenStep(ConfirmedAction[Company]):
    """Asks the issuer to look at a step again."""

    slug = "reabrir-paso"
    label = "Reabrir un paso…"
    explanation = (
        "El paso vuelve a estar pendiente, con su nota. Lo que el emisor escribió no cambia ni se borra."
    )
    form_class: ClassVar[type[Confirmation]] = ReopenForm

    def possible(self, row: Company) -> bool:
        return row.deleted_at is None

    def act(self, request: HttpRequest, row: Company, form: Confirmation) -> str:
        slug, note = form.cleaned_data["step"], form.cleaned_data["note"]
        onboarding = Onboarding.objects.get(company=row)
        StepState.objects.update_or_create(onboarding=onboarding, slug=slug, defaults={"note": note})
        title = next(step.title for step in STEPS if step.slug == slug)
        return f"El paso «{title}» está pendiente otra vez, y el emisor verá su nota."

    def next_url(self, row: Company) -> str:
        """Where the note stands now."""
        return reverse("admin:companies_company_pasos", args=[row.pk])


class ReissueToMany(ConfirmedAction[Company]):
    """New credentials for those who have never come in; nobody else's password is touched."""

    slug = "reenviar_credenciales_a_varias"
    # Named alike, and done otherwise: nobody is asked about each.
    label = ReissueCredentials.label
    explanation = (
        f"Quienes todavía no han entrado reciben por correo una contraseña temporal nueva, válida {HOURS} "
        "horas; la anterior deja de servir cuando salga el mensaje. A quienes ya entraron no se les envía "
        "nada."
    )
    locations = (ActionLocation.CHANGE_LIST,)
    for_distributor = True

    def prepared(self, rows: QuerySet[Company]) -> Iterable[Company]:
        return rows.prefetch_related(Prefetch("users", _users()))

    def refusal(self, row: Company) -> str:
        user = _first_user(row)
        if row.deleted_at is not None:
            return "la empresa está eliminada."
        if user is None or not user.is_active or not user.email:
            return "no tiene un usuario activo con correo."
        if user.last_login is not None or not user.password_is_temporary:
            return "su usuario ya entró."
        on_the_way = getattr(user, "on_the_way", False)
        return "sus credenciales ya van en camino." if on_the_way else ""

    def act(self, request: HttpRequest, row: Company, form: Confirmation) -> str:
        if user := _first_user(row):
            credentials.reissue_credentials(user, hurried=False)
        return ""


def _first_user(company: Company) -> User | None:
    return next(iter(company.users.all()), None)


def _users() -> QuerySet[User]:
    """With whether their credentials wait in the outbox."""
    waiting = Message.objects.filter(
        company=OuterRef("company"),
        kind=credentials.CREDENTIALS,
        about=Cast(OuterRef("pk"), CharField()),
        state__in=(Job.State.QUEUED, Job.State.RUNNING),
    )
    return User.objects.order_by("pk").annotate(on_the_way=Exists(waiting))

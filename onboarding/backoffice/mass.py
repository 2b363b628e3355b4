"""What is done to many companies at once from their list."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from companies import services
from companies.models import Company, User
from facturamos.jobs import Job
from facturamos.mass_deeds import MassDeed
from mailing.models import Message


class ReissueToMany(MassDeed):
    """New credentials for those who have never come in; nobody else's password is touched."""

    slug = "reenviar_credenciales_a_varias"
    label = "Reenviar credenciales"
    explanation = (
        "Quienes todavía no han entrado reciben por correo una contraseña temporal nueva, válida 72 horas; "
        "la anterior deja de servir cuando salga el mensaje. A quienes ya entraron no se les envía nada."
    )
    for_distributor = True

    def prepared(self, rows: QuerySet[Company]) -> Iterable[Company]:
        return rows.prefetch_related(models.Prefetch("users", _users(), to_attr="people"))

    def refusal(self, row: Any) -> str:
        user = next(iter(row.people), None)
        if row.deleted_at is not None:
            return "la empresa está eliminada."
        if user is None or not user.is_active or not user.email:
            return "no tiene un usuario activo con correo."
        if user.last_login is not None or not user.password_is_temporary:
            return "su usuario ya entró."
        return "sus credenciales ya van en camino." if user.on_the_way else ""

    def act(self, row: Any) -> None:
        services.reissue_credentials(row.people[0])


def _users() -> QuerySet[User]:
    """With whether their credentials wait in the outbox."""
    waiting = Message.objects.filter(
        company=OuterRef("company"),
        kind=services.CREDENTIALS,
        about=Cast(OuterRef("pk"), models.CharField()),
        state__in=(Job.State.QUEUED, Job.State.RUNNING),
    )
    return User.objects.order_by("pk").annotate(on_the_way=Exists(waiting))

"""What an owner does before the first client comes, and how far each is: read from what is there."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from certificates.authorities import trust
from certificates.authorities.end import end_warning
from companies.models import Distributor, PrivacyNotice, User
from facturamos.prose import day
from facturamos.status.models import SignOfLife
from mailing.models import Message, RelayState


@dataclass(frozen=True)
class FirstStep:
    """One of them: how it stands, and where it is done; `url` is empty for what is no page of ours."""

    title: str
    done: bool
    said: str
    url: str = ""
    link: str = ""


def first_steps() -> list[FirstStep]:
    """All of them, in the order in which they are best done."""
    return [step() for step in ORDER]


def _notice() -> FirstStep:
    title = "Publicar su aviso de privacidad"
    if notice := PrivacyNotice.objects.in_force():
        return FirstStep(title, True, f"{notice} está en vigor.")
    draft = PrivacyNotice.objects.filter(published_at=None).first()
    if draft is None:
        url = reverse("admin:companies_privacynotice_add")
        return FirstStep(title, False, "Sin él los emisores no pueden avanzar.", url, "Escribir el aviso")
    said = "Hay un borrador: cambie en él lo que está entre corchetes y publíquelo."
    return FirstStep(
        title,
        False,
        said,
        reverse("admin:companies_privacynotice_change", args=[draft.pk]),
        "Adaptar el borrador",
    )


def _mail_server() -> FirstStep:
    title = "Conectar el servidor de correo"
    host = mail_host()
    relay = RelayState.objects.first()
    if relay and relay.paused_since:
        return FirstStep(
            title, False, f"{host} no acepta correo: {relay.fault}", reverse("admin:estado"), "Ver el estado"
        )
    last = (
        Message.objects.filter(mailed_at__isnull=False)
        .order_by("-mailed_at")
        .values_list("mailed_at", flat=True)
    )
    if sent := last.first():
        when = date_format(timezone.localtime(sent), r"j \d\e F, H:i")
        return FirstStep(title, True, f"{host} aceptó un correo el {when} h.")
    return FirstStep(title, False, f"Es {host}, y todavía no ha salido por él ningún correo.")


def mail_host() -> str:
    """The mail server that the settings name."""
    options = settings.MAILERS["default"].get("OPTIONS")
    return str(options.get("host", "")) if isinstance(options, dict) else "el servidor del sitio"


def _pac() -> FirstStep:
    title = "Decir cuál es su PAC"
    if not settings.PAC["name"]:
        return FirstStep(
            title, False, "Sin PAC no hay Carta Manifiesto. Escriba PAC_NAME y las variables que le siguen."
        )
    how = (
        "las cartas se le entregan a mano"
        if settings.PAC_ADAPTER == "none"
        else "las cartas se le envían solas"
    )
    return FirstStep(title, True, f"{settings.PAC['name']}; {how}.")


def _authorities() -> FirstStep:
    title = "Conocer a las autoridades del SAT"
    known = trust.authorities()
    url = reverse("admin:certificates_satauthority_changelist")
    if warning := end_warning(known, timezone.now()):
        return FirstStep(title, False, warning, url, "Ver las autoridades")
    end = known.last_end()
    said = f"Las conocemos hasta el {day(end)}." if end else "No conocemos ninguna."
    return FirstStep(title, end is not None, said, url, "Ver las autoridades")


def _distributor() -> FirstStep:
    title = "Dar de alta al primer distribuidor"
    count = Distributor.objects.count()
    if count:
        return FirstStep(title, True, "Hay uno." if count == 1 else f"Hay {count}.")
    return FirstStep(
        title,
        False,
        "Cada empresa es de un distribuidor.",
        reverse("admin:companies_distributor_add"),
        "Agregarlo",
    )


def _of_role(role: User.Role, least: int) -> bool:
    return User.objects.filter(role=role, is_active=True)[:least].count() == least


def _support() -> FirstStep:
    title = "Dar de alta a quien atiende"
    if _of_role(User.Role.SUPPORT, 1):
        return FirstStep(title, True, "Hay quien atienda como Soporte.")
    said = "La cuenta de propietario no es para el trabajo de todos los días."
    return FirstStep(title, False, said, reverse("admin:companies_user_add"), "Agregar a una persona")


def _second_owner() -> FirstStep:
    title = "Tener un segundo propietario"
    if _of_role(User.Role.OWNER, 2):
        return FirstStep(title, True, "Si uno pierde su teléfono, el otro le abre.")
    said = "Si pierde su teléfono y sus códigos, solo otro propietario le abre."
    return FirstStep(title, False, said, reverse("admin:companies_user_add"), "Agregar a una persona")


def _backup() -> FirstStep:
    title = "Probar un respaldo"
    proved = SignOfLife.objects.seen(SignOfLife.BACKUP)
    if proved is None:
        return FirstStep(title, False, "Todavía no se ha probado un respaldo.")
    return FirstStep(title, True, f"El último que se probó es del {day(timezone.localtime(proved))}.")


ORDER: tuple[Callable[[], FirstStep], ...] = (
    _notice,
    _mail_server,
    _pac,
    _authorities,
    _distributor,
    _support,
    _second_owner,
    _backup,
)

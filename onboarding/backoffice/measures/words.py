"""How the measures say a time, a step, a release and what stood in the way."""

from datetime import date

from django.forms.forms import DeclarativeFieldsMetaclass
from django.utils.formats import date_format

from certificates.checks.registry import by_code
from certificates.letter.signing_refusals import SENTENCES
from mailing.doctor.sentences import ADVICE
from onboarding.backoffice.measures.filters import TITLES
from onboarding.backoffice.measures.models import Stumble
from onboarding.steps import STEPS

MINUTE, HOUR, DAY = 60, 3600, 86400
BEFORE = "anteriores"
WHOLE_PAGE = "La página entera"
# Of a form's error by its code, where that says enough; "" is an error that has none.
CODES = {
    "": "no se aceptó lo escrito",
    "conflict": "otra persona la guardó mientras tanto",
    "invalid": "no tiene la forma que debe",
    "invalid_choice": "no es de la lista",
    "line_breaks": "varias líneas donde va una",
    "max_length": "demasiado largo",
    "min_length": "demasiado corto",
    "min_value": "demasiado poco",
    "max_value": "demasiado",
    "other_rfc": "es de otro RFC",
    "required": "se dejó vacío",
    "rfc": "no es un RFC",
    "too_many": "demasiados intentos en una hora",
    "unique": "ya lo tiene otra cuenta",
    "unknown": "no se conoce",
}
# What stands for the issuer's own in a sentence of the doctor's.
SOMEBODYS = {"host": "su servidor", "port": "elegido", "email": "su correo", "username": "su usuario"}


def duration(seconds: int) -> str:
    """As a person says it."""
    if seconds < 100:
        return f"{seconds} s"
    for unit, word in ((DAY, "días"), (HOUR, "h")):
        if seconds >= 1.5 * unit:
            return f"{_number(seconds / unit)} {word}"
    return f"{_number(seconds / MINUTE)} min"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0") if value < 10 else str(round(value))


def week_of(day: date) -> str:
    """A week by its Monday."""
    return f"semana del {date_format(day, 'j M Y').lower()}"


def release_of(version: str) -> str:
    """Older than all that we know of has no version."""
    return f"versión {version}" if version else f"versiones {BEFORE}"


def field_of(step: str, name: str) -> str:
    """What the page calls the field."""
    form = next((each.form_class for each in STEPS if each.slug == step), None)
    fields = form.base_fields if isinstance(form, DeclarativeFieldsMetaclass) else {}
    return str(fields[name].label or name) if name in fields else name or WHOLE_PAGE


def where(sort: str, step: str, name: str) -> str:
    """The field, the check or the server that says that something is wrong."""
    if sort == Stumble.Sort.FIELD:
        return field_of(step, name)
    check = by_code(name) if sort == Stumble.Sort.CSD else None
    return f"Sellos: {check.title}" if check else Stumble.Sort(sort).label


def what(sort: str, code: str) -> str:
    """What is wrong, where its code is one that we have words for; else nothing."""
    if sort == Stumble.Sort.MAILBOX and code in ADVICE:
        return ADVICE[code][0].format_map(SOMEBODYS)
    if sort == Stumble.Sort.FIELD:
        return CODES.get(code) or SENTENCES.get(code, "")
    return ""


def step_of(slug: str) -> str:
    """The step's title; of one that is no more, its slug in words."""
    return TITLES.get(slug) or slug.replace("-", " ").capitalize()

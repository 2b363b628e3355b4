"""How the history calls things: no slugs, no codes, no digests, no paths of files."""

from collections.abc import Callable
from datetime import date, datetime

from django.db.models import Field, FileField, ForeignKey, Model
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator, capfirst

from companies.sat import tax_regimes
from mailing import outbox
from mailing.oauth.sentences import OAUTH_ADVICE
from onboarding.models import ReminderStop
from onboarding.steps import STEPS

# Rows by their model and key, as they are called.
type Names = dict[tuple[type[Model], object], str]
type AnyField = Field[object, object]

VERBS = {"insert": "se creó", "update": "cambió", "delete": "se borró"}
# Says nothing to a reader: keys, digests, and what the line says already.
SILENT = {
    *("id", "company", "onboarding", "approved_digest", "doubts", "code", "terms", "signature", "link"),
    *("sha256", "source_sha256", "acknowledgement_sha256", "certificate_sha256", "key_sha256", "opened_link"),
}
TITLES = {step.slug: step.title for step in STEPS}
# A notice has pages of text.
LONGEST = 400
NONE = "—"


def _permit_fault(code: str) -> str:
    told = OAUTH_ADVICE[code].message if code in OAUTH_ADVICE else "No deja enviar."
    return told.format(name="su proveedor", email="su correo", said="otra cuenta")


def _step(slug: str) -> str:
    return TITLES.get(slug, slug)


# Values that are stored as codes without being the column's choices: by the field's name.
WORDS: dict[str, Callable[[str], str]] = {
    "slug": _step,
    "tax_regime": tax_regimes.label,
    "permit_fault": _permit_fault,
}


def name_of(model: type[Model], data: dict[str, object]) -> str:
    """What kind of row it is, and which one where it has a step, a kind or a version."""
    name = str(capfirst(model._meta.verbose_name))
    if model is ReminderStop:
        return f"{name}: {outbox.label_of(str(data.get('kind')))}"
    told = data.get("slug") or data.get("version") or data.get("title") or data.get("username")
    return f"{name}: {_step(str(told))}" if told else name


def label_of(field: AnyField) -> str:
    """What people call the field."""
    return str(capfirst(field.verbose_name))


def value_of(field: AnyField, value: object, names: Names) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "sí" if value else "no"
    if value is None or value == "":
        return NONE
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "j M Y, H:i")
    if isinstance(value, date):
        return date_format(value, "j M Y")
    if isinstance(field, FileField):
        return "un archivo"
    if isinstance(field, ForeignKey):
        return names.get((field.related_model, value), str(value))
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    told = WORDS[field.name](str(value)) if field.name in WORDS else str(value)
    return Truncator(told).chars(LONGEST)

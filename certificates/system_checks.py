"""What a start, and `manage.py check`, say of the authorities and of the letter's text."""

from collections.abc import Sequence
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from certificates.authorities import trust
from certificates.authorities.end import end_warning
from certificates.authorities.shipped import AuthorityFileDamaged
from certificates.letter.text import unknown_places
from companies.letter_terms import letter_text
from facturamos.checks.variables import START

HINT = "Soporte la agrega en la administración; SAT_AUTHORITIES también la puede nombrar."


@checks.register(START)
def check_authorities(
    app_configs: Sequence[AppConfig] | None, **options: object
) -> list[checks.CheckMessage]:
    """Every file is the one it should be, and the last authority does not end within a year."""
    if not settings.PRODUCTION and not all(Path(name).exists() for name in settings.SAT_TEST_AUTHORITIES):
        return []  # `make run` names its own authority, which its first start has yet to make
    now = timezone.now()
    try:
        text = end_warning(trust.authorities_without_database(), now)
        # Only now is it worth asking the database, which a check should not need.
        text = text and end_warning(trust.authorities_at_hand(), now)
    except (AuthorityFileDamaged, ImproperlyConfigured) as error:
        return [checks.Error(str(error), id="certificates.E001")]
    return [checks.Warning(text, hint=HINT, id="certificates.W001")] if text else []


@checks.register(START)
def check_letter(app_configs: Sequence[AppConfig] | None, **options: object) -> list[checks.CheckMessage]:
    """The letter's text has no place that nobody fills in."""
    try:
        unknown = unknown_places(letter_text(str(settings.LETTER_TEXT)))
    except (OSError, ValueError) as error:
        return [
            checks.Error(f"LETTER_TEXT: no se puede leer ({type(error).__name__}).", id="certificates.E002")
        ]
    if not unknown:
        return []
    names = ", ".join(f"«${name}»" for name in unknown)
    return [checks.Error(f"LETTER_TEXT: nadie llena {names}.", id="certificates.E002")]

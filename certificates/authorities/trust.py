"""The authorities that this site knows: those that it ships, that support added, and that settings name."""

import logging
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error

from certificates.authorities import shipped
from certificates.authorities.chain import Authorities, Authority, Environment
from certificates.file_types import FileType, recognise
from certificates.models import SatAuthority
from certificates.x509 import certificate
from certificates.x509.der import Unreadable

logger = logging.getLogger(__name__)

# So many sets of authorities that support has chosen are remembered; an old one is of no use again.
_REMEMBERED = 8


def authorities() -> Authorities:
    """All of them. Asks the database each time: what support adds or withdraws counts everywhere at once."""
    return _authorities(*_settings(), tuple(SatAuthority.objects.trusted().values_list("sha256", flat=True)))


def authorities_without_database() -> Authorities:
    """Those that are known where no database can be asked."""
    return _authorities(*_settings(), ())


def authorities_at_hand() -> Authorities:
    """All of them, or those that are known without the database while that does not answer."""
    try:
        return authorities()
    except Error:
        logger.warning("The database does not answer: authorities that support added are not known here.")
        return authorities_without_database()


@cache
def roots() -> Authorities:
    """Banco de México's, which the SAT's authorities are held to."""
    return Authorities(*map(shipped.roots, Environment))


def _settings() -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(settings.SAT_AUTHORITIES), tuple(settings.SAT_TEST_AUTHORITIES)


@lru_cache(_REMEMBERED)
def _authorities(production: tuple[str, ...], test: tuple[str, ...], added: tuple[str, ...]) -> Authorities:
    """By the fingerprints of those that support added, which stand for their certificates."""
    files = {
        Environment.PRODUCTION: [_read(path, "SAT_AUTHORITIES") for path in production],
        Environment.TEST: [_read(path, "SAT_TEST_AUTHORITIES") for path in test],
    }
    for row in SatAuthority.objects.filter(sha256__in=added) if added else ():
        if _is_readable(row):
            files[Environment(row.environment)].append(bytes(row.certificate))
    issuers = ([*shipped.issuers(environment), *files[environment]] for environment in Environment)
    return Authorities(*issuers, roots=roots())


def _is_readable(row: SatAuthority) -> bool:
    """One that a stricter version of ours refuses must not take all the others along."""
    try:
        Authority.of(bytes(row.certificate), Environment(row.environment))
    except Unreadable:
        logger.exception("Authority %s cannot be read; what it issued has an unknown issuer.", row.sha256)
        return False
    return True


@cache
def _read(path: str, variable: str) -> bytes:
    try:
        file_type, data = recognise(Path(path).read_bytes())
        if file_type is FileType.CERTIFICATE and certificate.load(data).is_authority:
            Authority.of(data, Environment.PRODUCTION)
            return data
    except (OSError, Unreadable):
        pass
    raise ImproperlyConfigured(f"{variable}: «{path}» no es el certificado de una autoridad.")

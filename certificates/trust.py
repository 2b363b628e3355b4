"""The authorities that this site knows: the SAT's, its test ones, and those that settings name."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from certificates import certificate
from certificates.authorities import Authorities
from certificates.der import Unreadable
from certificates.shapes import Shape, recognise

TEST_AUTHORITIES = Path(__file__).with_name("test_authorities")


def authorities() -> Authorities:
    """The SAT's authorities, and `settings.SAT_AUTHORITIES` and `SAT_TEST_AUTHORITIES` besides."""
    return _authorities(tuple(settings.SAT_AUTHORITIES), tuple(settings.SAT_TEST_AUTHORITIES))


@cache
def _authorities(production: tuple[str, ...], test: tuple[str, ...]) -> Authorities:
    return Authorities([*_production(), *map(_read, production)], [*_test(), *map(_read, test)])


def _test() -> list[bytes]:
    """Those of the SAT's public test material, in the folder beside this file."""
    return [_read(str(path)) for path in sorted(TEST_AUTHORITIES.glob("*.cer"))]


def _production() -> list[bytes]:
    """AC0 to AC5, as satcfdi ships them, without the other certificates that lie beside them."""
    packed = files("satcfdi").joinpath("transform", "CertsProd.zip").read_bytes()
    with ZipFile(BytesIO(packed)) as archive:
        found = [archive.read(name) for name in archive.namelist()]
    return [data for data in found if certificate.load(data).is_authority]


def _read(path: str) -> bytes:
    try:
        shape, data = recognise(Path(path).read_bytes())
        if shape is Shape.CERTIFICATE and certificate.load(data).is_authority:
            return data
    except (OSError, Unreadable):
        pass
    raise ImproperlyConfigured(f"SAT_AUTHORITIES: «{path}» is not an authority's certificate.")

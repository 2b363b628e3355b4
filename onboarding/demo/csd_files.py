"""CSD pairs made on this machine by a demo authority: to try the wizard with, worth nothing at the SAT."""

import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone

from certificates.testing import CA, Pair, encrypt_key, make_ca
from companies.models import Company

PASSWORD = "12345678a"  # noqa: S105  (as in the SAT's own test pack)
AUTHORITY = "AUTORIDAD CERTIFICADORA DE DEMOSTRACIÓN"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
# A new CSD is of use 72 hours after it was issued.
AGE = timedelta(days=10)
REPRESENTATIVE = "CANM820504Q8A"  # of personas morales, with its CURP
REPRESENTATIVE_CURP = "CANM820504MGTRXR09"


@dataclass(frozen=True)
class Files:
    certificate: Path
    key: Path


def pair_for(company: Company, folder: Path) -> Files:
    """The CSD of a company's RFC, made when there is none; with a FIEL beside it, to see it refused."""
    home = folder / company.rfc
    if not (home / "csd").exists():
        authority = _authority(folder)
        _write(home / "fiel", _issue(authority, company, "FIEL"))
        _write(home / "csd", _issue(authority, company, "CSD"))
    (certificate,) = (home / "csd").glob("*.cer")
    (key,) = (home / "csd").glob("*.key")
    return Files(certificate, key)


def _authority(folder: Path) -> CA:
    """This machine's own authority, which `make run` names in SAT_TEST_AUTHORITIES."""
    key_file = folder / "autoridad.key"
    if key_file.exists():
        key = serialization.load_der_private_key(key_file.read_bytes(), PASSWORD.encode())
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(f"{key_file.name} was not written here.")
        return make_ca(AUTHORITY, valid_from=SINCE, key=key)
    key = rsa.generate_private_key(65537, 2048)
    authority = make_ca(AUTHORITY, valid_from=SINCE, key=key)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "autoridad.cer").write_bytes(authority.certificate)
    key_file.write_bytes(encrypt_key(key, PASSWORD.encode()))
    return authority


def _issue(authority: CA, company: Company, kind: str) -> Pair:
    is_legal_entity = len(company.rfc) == 12
    return authority.issue(
        kind=kind,
        rfc=company.rfc,
        # With the régimen societario, as the SAT writes it in certificates and CFDI 4.0 forbids it.
        name=f"{company.name} SA DE CV" if is_legal_entity else company.name,
        representative=REPRESENTATIVE if is_legal_entity else "",
        curp=REPRESENTATIVE_CURP if is_legal_entity else "",
        valid_from=timezone.now() - AGE,
        number=f"30001000000500{secrets.randbelow(10**6):06}",
        password=PASSWORD.encode(),
    )


def _write(folder: Path, pair: Pair) -> None:
    """Both files or none: an interrupted start leaves no half pair behind."""
    unfinished = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(parents=True)
    (unfinished / pair.certificate_name).write_bytes(pair.certificate)
    (unfinished / pair.key_name).write_bytes(pair.key)
    unfinished.rename(folder)

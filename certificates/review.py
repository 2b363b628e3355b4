"""Pairs of an authority that we do not know: what support sees of the chain, and what it decides.

Whoever can write certificates can make a pair of anybody's RFC: such a pair holds no RFC and seals nothing.
Support vouches for one pair, refuses it, or adds the authority, which has all of its pairs judged again.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from certificates.authorities.chain import Authorities, claims_sat
from certificates.authorities.trust import authorities
from certificates.checks.results import CheckResult, bad
from certificates.models import Csd, CsdValidation
from certificates.models.csd import CsdQuerySet
from certificates.services import refuse_reviewed
from certificates.x509 import certificate as cer
from certificates.x509.certificate import Certificate
from certificates.x509.distinguished_names import whole
from companies.models import User

# So many are looked at in one go; the next go is ten minutes later.
BATCH = 500
# A validation in one of these is under way, or waits for somebody to see why it stopped.
UNDER_WAY = (CsdValidation.State.QUEUED, CsdValidation.State.RUNNING, CsdValidation.State.DEAD)
NOT_THE_SATS = bad(
    "Asistencia no pudo confirmar quién lo emitió",
    "No pudimos comprobar que el SAT haya emitido este certificado.",
    "Descargue su CSD de CertiSAT Web y súbalo otra vez. Si es este mismo, comuníquese con Asistencia.",
    pac="309",
    reason="not_vouched",
)


@dataclass(frozen=True)
class Chain:
    """What support decides by: whom the certificate names, and who of ours that is."""

    subject: str
    issuer: str
    fingerprint: str
    claims_sat: bool
    # The known authority that has signed it; "" where there is none.
    signed_by: str
    # How many other companies' pairs wait that name the same issuer.
    others: int


def chain_of(csd: Csd) -> Chain:
    """Reads it from the certificate, every time: authorities come and go."""
    read = cer.load(bytes(csd.certificate))
    issuance = authorities().trace(read)
    return Chain(
        subject=whole(read.subject),
        issuer=whole(read.issuer),
        fingerprint=hashlib.sha256(read.der).hexdigest(),
        claims_sat=claims_sat(read.issuer),
        signed_by=issuance.authority.name if issuance.authority else "",
        others=sum(
            other.issuer == read.issuer
            for _, other in _read(Csd.objects.under_review().exclude(company=csd.company_id))
        ),
    )


def _read(csds: CsdQuerySet) -> Iterator[tuple[Csd, Certificate]]:
    for csd in csds.order_by("uploaded_at").only("certificate")[:BATCH]:
        yield csd, cer.load(bytes(csd.certificate))


@transaction.atomic
def vouch(csd: Csd, user: User, reason: str) -> None:
    """Support has found out that the SAT issued it: every check is made again, and then it seals."""
    csd.vouched_by, csd.vouched_because = user, reason
    csd.save(update_fields=["vouched_by", "vouched_because"])
    _judge_again(csd)


@transaction.atomic
def refuse(csd: Csd) -> None:
    """Support has found out that the SAT did not, or could not find out."""
    latest = csd.diagnoses.first()
    refuse_reviewed(csd, tuple(map(_refused, latest.results)) if latest else ())


def _refused(result: CheckResult) -> CheckResult:
    return replace(NOT_THE_SATS, code=result.code) if result.code == "issuer" else result


def reconsider() -> int:
    """Has those judged again whose authority we know by now, and whose time is over; returns how many.

    Beat calls it, for what settings and new versions bring; who adds an authority in admin need not wait.
    """
    known, now = authorities(), timezone.now()
    changed = [csd for csd, read in _read(_idle()) if _is_decided(read, known, now)]
    moved = _idle().exclude(rfc__iexact=F("company__rfc")).only("pk")
    for csd in {*changed, *moved}:
        _judge_again(csd)
    return len({*changed, *moved})


def _idle() -> CsdQuerySet:
    """Under review, with no validation that runs or has stopped."""
    return Csd.objects.under_review().exclude(
        Q(pk__in=CsdValidation.objects.filter(state__in=UNDER_WAY).values("csd"))
    )


def _is_decided(read: Certificate, known: Authorities, now: datetime) -> bool:
    issuance = known.trace(read)
    return issuance.authority is not None or issuance.is_forged or read.valid_to < now


def _judge_again(csd: Csd) -> None:
    CsdValidation.objects.create(csd=csd).enqueue()

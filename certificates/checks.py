"""The doctor: every check of a CSD, in the order in which people read them.

All checks that can run do run, so that everything wrong is seen at once; one that needs what could not be
read says so. Pure: bytes and the situation in, a report out; nothing raises.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from certificates import checks_files as files
from certificates import checks_taxpayer as taxpayer
from certificates.certificate import Certificate
from certificates.evidence import Evidence, Situation, Upload, gather
from certificates.results import CheckResult, State, skipped


@dataclass(frozen=True)
class Check:
    """One question about an upload."""

    code: str
    # How the question is called while it has no answer.
    title: str
    judge: Callable[..., CheckResult]
    # Which parts of the evidence it is given, besides the whole; without them it is not asked.
    needs: tuple[str, ...] = ()

    def run(self, evidence: Evidence) -> CheckResult:
        """The answer, or why there is none."""
        given: list[Any] = [getattr(evidence, name) for name in self.needs]
        if None in given:
            return replace(self.pending(), message=_WITHOUT[self.needs[given.index(None)]])
        return replace(self.judge(evidence, *given), code=self.code)

    def pending(self) -> CheckResult:
        """The question without its answer, for a page that waits."""
        return replace(skipped(self.title, "En espera."), code=self.code)


_WITHOUT = {
    "certificate": "No se pudo revisar: falta un certificado que se lea.",
    "key": "No se pudo revisar: la llave no se abrió.",
}

CHECKS = (
    Check("formato", "Los archivos", files.check_format),
    Check("tipo", "CSD o FIEL", files.check_kind, ("certificate",)),
    Check("llave", "La llave privada", files.check_key),
    Check("contrasena", "La contraseña de la llave", files.check_password),
    Check("pareja", "La llave y el certificado", files.check_pair, ("certificate", "key")),
    Check("firma", "La firma de prueba", files.check_signature, ("certificate", "key")),
    Check("rfc", "El RFC", taxpayer.check_rfc, ("certificate",)),
    Check("vigencia", "La vigencia", taxpayer.check_dates, ("certificate",)),
    Check("emisor", "Quién lo emitió", taxpayer.check_issuer, ("certificate", "issuance")),
    Check("ambiente", "Producción o pruebas", taxpayer.check_environment, ("certificate",)),
    Check("numero", "El número", taxpayer.check_number, ("certificate",)),
    Check("nombre", "El nombre", taxpayer.check_name, ("certificate",)),
    Check("sucursal", "La sucursal", taxpayer.check_branch, ("certificate",)),
)

# How each question is called, by its code.
TITLES = {check.code: check.title for check in CHECKS}
# What is answered in the request itself, before anything is stored.
AT_ONCE = {"formato", "tipo", "llave", "rfc"}
# What support looks at, although it refuses nobody.
_FOR_SUPPORT = {"unknown_kind", "unknown_issuer", "unknown_environment", "number"}


@dataclass(frozen=True)
class Report:
    """What all checks found, and the certificate if there was one."""

    results: tuple[CheckResult, ...]
    certificate: Certificate | None
    issuer_known: bool

    @property
    def ok(self) -> bool:
        """Whether the pair can be used: nothing is bad, and the trial signature was made."""
        return not self.bad_codes and any(r.code == "firma" and not r.skipped for r in self.results)

    @property
    def bad_codes(self) -> frozenset[str]:
        """The checks that refuse."""
        return frozenset(result.code for result in self.results if result.state is State.BAD)

    @property
    def refused_at_once(self) -> bool:
        """Whether the files are not even to be kept for a while."""
        return bool(self.bad_codes & AT_ONCE)

    @property
    def wants_password(self) -> bool:
        """Whether only the password is missing or wrong."""
        return not self.ok and self.bad_codes <= {"contrasena"}

    @property
    def for_support(self) -> bool:
        """Whether somebody of ours should look at it."""
        return any(result.reason in _FOR_SUPPORT for result in self.results)


def examine(upload: Upload, situation: Situation) -> Report:
    """Judges an upload. Takes milliseconds; at most a few tenths of a second for the dearest file allowed."""
    evidence = gather(upload, situation)
    results = tuple(check.run(evidence) for check in CHECKS)
    known = evidence.issuance is not None and evidence.issuance.authority is not None
    return Report(results, evidence.certificate, known)

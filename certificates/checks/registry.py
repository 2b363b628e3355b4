"""Every check of a CSD, and the report that they make together.

A check registers itself: `@check(…)` says all that pages, the form, commands and admin know about it. It
stands where its function stands, in `files` and then in `taxpayer` (see the package).

All checks that can run do run, so that everything wrong is seen at once; one that needs what could not be
read says so. Pure: bytes and the context in, a report out; nothing raises.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from certificates.checks.evidence import CheckContext, CsdUpload, Evidence, gather
from certificates.checks.results import CheckResult, State, skipped
from certificates.x509.certificate import Certificate

type Judge = Callable[..., CheckResult]
type Field = Literal["certificate", "key", "password", ""]

# Parts of the evidence that a check may need, and what is told where it is missing.
_WITHOUT = {
    "certificate": "No se pudo revisar: falta un certificado que se lea.",
    "taxpayer": "No se revisó: el certificado no es el de un contribuyente.",
    "issuance": "No se pudo revisar: falta un certificado que se lea.",
    "key": "No se pudo revisar: la llave no se abrió.",
}


@dataclass(frozen=True)
class Check:
    """One question about an upload."""

    code: str
    # How commands call it, and how it is called while it has no answer.
    word: str
    title: str
    judge: Judge
    # Which parts of the evidence it is given, besides the whole; without them it is not asked.
    needs: tuple[str, ...] = ()
    # Whether it is answered in the request itself: what it refuses is not even stored for a while.
    at_once: bool = False
    # Beside which field of the form its sentence stands; "" for the report alone.
    field: Field = ""
    # Nothing counts as valid while this one could not be asked.
    is_proof: bool = False
    # Whether another answer in the same field can mend what it refuses, so that the files are stored.
    may_be_tried_again: bool = False
    # The reasons that somebody of ours looks at, although they may refuse nobody.
    for_support: frozenset[str] = frozenset()

    def run(self, evidence: Evidence) -> CheckResult:
        """The answer, or why there is none."""
        given: list[object] = [getattr(evidence, name) for name in self.needs]
        if None in given:
            missing = self.needs[given.index(None)] if evidence.certificate else "certificate"
            return replace(self.pending(), message=_WITHOUT[missing])
        return replace(self.judge(evidence, *given), code=self.code)

    def pending(self) -> CheckResult:
        """The question without its answer, for a page that waits."""
        return replace(skipped(self.title, "En espera."), code=self.code)


# In their order. Only `check` adds to it.
CHECKS: list[Check] = []


def check(
    code: str,
    title: str,
    *,
    word: str,
    needs: tuple[str, ...] = (),
    at_once: bool = False,
    field: Field = "",
    is_proof: bool = False,
    may_be_tried_again: bool = False,
    for_support: frozenset[str] = frozenset(),
) -> Callable[[Judge], Judge]:
    """A decorator: the function is a check. It gets the evidence, and the parts that it needs.

    Raises ValueError for a code that is taken, and for a need that no evidence has.
    """
    if by_code(code) or not set(needs) <= set(_WITHOUT):
        raise ValueError(f"«{code}» is there already, or needs what no evidence has.")

    def register(judge: Judge) -> Judge:
        CHECKS.append(
            Check(
                code,
                word,
                title,
                judge,
                needs,
                at_once,
                field,
                is_proof,
                may_be_tried_again,
                for_support,
            )
        )
        return judge

    return register


def by_code(code: str) -> Check | None:
    """The check of that code; None for one that there is no more."""
    return next((each for each in CHECKS if each.code == code), None)


@dataclass(frozen=True)
class Report:
    """What all checks found, and the certificate if there was one."""

    results: tuple[CheckResult, ...]
    certificate: Certificate | None
    issuer_known: bool

    @property
    def ok(self) -> bool:
        """Whether the pair can be used: nothing is bad, and the test signature was made."""
        skipped_codes = {result.code for result in self.results if result.skipped}
        return not self.bad_codes and skipped_codes.isdisjoint(_codes(lambda each: each.is_proof))

    @property
    def bad_codes(self) -> frozenset[str]:
        """The codes of the checks that refuse, in a report."""
        return frozenset(result.code for result in self.results if result.state is State.BAD)

    @property
    def refused_at_once(self) -> bool:
        """Whether the files are not even to be stored for a while."""
        return bool(self.bad_codes & _codes(lambda each: each.at_once))

    @property
    def wants_password(self) -> bool:
        """Whether only the password is missing or wrong."""
        return not self.ok and self.bad_codes <= _codes(lambda each: each.may_be_tried_again)

    @property
    def issuer_unknown(self) -> bool:
        """Whether there is an issuer, and none that we know: it might be one that support has added."""
        return any(result.reason in ("new_authority", "unknown_issuer") for result in self.results)

    @property
    def for_support(self) -> bool:
        """Whether somebody of ours should look at it."""
        reasons = {reason for each in CHECKS for reason in each.for_support}
        return any(result.reason in reasons for result in self.results)


def _codes(wanted: Callable[[Check], bool]) -> set[str]:
    return {each.code for each in CHECKS if wanted(each)}


def examine(upload: CsdUpload, context: CheckContext) -> Report:
    """Judges an upload. Takes milliseconds; at most a few tenths of a second for the dearest file allowed."""
    evidence = gather(upload, context)
    results = tuple(each.run(evidence) for each in CHECKS)
    known = evidence.issuance is not None and evidence.issuance.authority is not None
    return Report(results, evidence.certificate, known)

"""Tens of thousands of hostile uploads: nothing raises, nothing passes, nothing takes long.

The long form runs with FUZZ=1 (`make fuzz`).
"""

import hashlib
import os
import resource
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from certificates.checks.evidence import CheckContext, CsdUpload
from certificates.checks.registry import examine
from certificates.testing import Pair
from tests.certificates import keys
from tests.certificates.conftest import NOW, Issue, rsa_key
from tests.certificates.mutations import hostile

LONG = bool(os.environ.get("FUZZ"))
COUNT = 50_000 if LONG else 6_000
SEED = 20260302
# The mark is 250 ms; the processor is shared while tests run.
SLOWEST = 0.25
MEGABYTES = 64
ROUNDS = 100_000


def pairs(issue: Issue) -> list[Pair]:
    old = issue()
    return [
        issue(branch="Peñón", representative="MISC491214B86", curp="MISC491214MCCRNC01"),
        issue(key=rsa_key(1), name="OTRA"),
        issue(kind="FIEL"),
        issue(valid_from=NOW - timedelta(days=2000)),
        replace(old, key=keys.md5_des(keys.pkcs8(old.private_key), old.password)),
    ]


def test_hostile_uploads_neither_raise_nor_pass_nor_take_long(issue: Issue, context: CheckContext) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    slowest, accepted = 0.0, 0

    for upload in hostile(pairs(issue), COUNT, SEED):
        started = time.thread_time()
        report = examine(upload, context)
        slowest = max(slowest, time.thread_time() - started)
        # Where the issuer's name and the signature both changed, it is the certificate of an authority that
        # we do not know: no refusal (sat.md), but a warning and a flag for support.
        accepted += report.ok and not report.for_support

    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert accepted == 0
    assert slowest <= SLOWEST
    assert grown <= MEGABYTES


@settings(max_examples=5_000 if LONG else 300, deadline=None)
@given(certificate=st.binary(max_size=600), key=st.binary(max_size=600), password=st.binary(max_size=40))
def test_arbitrary_bytes_do_neither(certificate: bytes, key: bytes, password: bytes) -> None:
    for start in (b"", b"\x30\x82", b"-----BEGIN CERTIFICATE-----\n"):
        upload = CsdUpload(start + certificate, start + key, password)
        assert not examine(upload, CheckContext(NOW)).ok


def rounds_cost() -> float:
    """Seconds of this processor for the dearest key's rounds, once."""
    costs = []
    for _ in range(3):
        started = time.thread_time()
        hashlib.pbkdf2_hmac("sha512", b"contrasena", b"salt", ROUNDS)
        costs.append(time.thread_time() - started)
    return min(costs)


@pytest.mark.parametrize("write", [keys.aes256_sha512, keys.md5_des, keys.sha1_des])
@pytest.mark.parametrize("iterations", [ROUNDS, ROUNDS // 2, 37_500, 9_000])
def test_the_dearest_files_that_are_allowed_stay_within_the_mark(
    issue: Issue, context: CheckContext, write: Callable[[bytes, bytes, int], bytes], iterations: int
) -> None:
    """Up to 100 000 rounds, and a password that is tried in as many spellings as they leave room for.

    On a machine where these alone take as long as the mark, half as much again is for all else.
    """
    pair = issue()
    dear = write(keys.pkcs8(pair.private_key), b"otra", iterations)
    started = time.thread_time()

    report = examine(replace(CsdUpload(pair.certificate, dear), password="contraseña".encode()), context)

    assert time.thread_time() - started <= max(SLOWEST, 3 * rounds_cost())
    assert report.bad_codes == {"password"}

"""The authorities that we ship: the right files, with the right dates, held to their roots."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from certificates.authorities import shipped
from certificates.authorities.chain import Authorities, Authority, Environment, claims_sat
from certificates.authorities.shipped import (
    FOLDER,
    ISSUERS,
    ROOTS,
    AuthorityFileDamaged,
    ShippedAuthority,
    issuers,
    load,
)
from certificates.x509 import certificate
from tests.certificates.conftest import SAT

ALL = (*ROOTS, *ISSUERS)
# As they stand in four public places.
FINGERPRINTS = {
    "AC5": "1ac6325143920fc047b6506e42540944fa6590b44560807b564c5603d15add8e",
    "AC6": "054e8f213ff2228254d8f87ec43d2e7c2eda628d927c270b9a77d1d09eef9418",
    "AC7": "6d1d1f871f0d69233fc94526fecf826bee67181782d6b7e5320b279c97e8dac7",
    "ARC6": "a86baf49b2e91d0141722c4e7026ab246183a8072926e9983edbd4e5ba72515d",
}


def by_code(code: str) -> ShippedAuthority:
    return next(each for each in ALL if each.code == code)


@pytest.mark.parametrize("code", FINGERPRINTS)
def test_the_present_authorities_are_there(code: str) -> None:
    assert hashlib.sha256(load()[code]).hexdigest() == by_code(code).sha256 == FINGERPRINTS[code]


@pytest.mark.parametrize("each", ALL, ids=lambda each: each.code)
def test_the_table_says_what_the_certificate_says(each: ShippedAuthority) -> None:
    read = certificate.load(load()[each.code])

    assert (read.valid_from.date(), read.valid_to.date()) == (each.starts, each.ends)
    assert each not in ISSUERS or (read.is_authority and claims_sat(read.subject))


def test_every_file_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.glob("*")} == {each.code for each in ALL}


def test_every_authority_but_one_is_held_to_a_root_of_ours() -> None:
    """Of the test authority of 2018 nobody has published the root."""
    assert [each.code for each in ISSUERS if not each.root] == ["AC_UAT_2018"]
    for code, root in {"AC5": "ARC5", "AC6": "ARC6", "AC7": "ARC6"}.items():
        signer = Authority.of(load()[root], Environment.PRODUCTION)
        assert by_code(code).root == root
        assert signer.signed(certificate.load(load()[code]))


def test_no_root_issues_certificates_of_taxpayers() -> None:
    known = Authorities(issuers(Environment.PRODUCTION), issuers(Environment.TEST))

    assert {authority.sha256 for authority in known.known} == {each.sha256 for each in ISSUERS}


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Our files in another folder."""
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    return tmp_path


def test_a_file_that_was_changed_is_refused(copied: Path) -> None:
    data = bytearray((copied / "AC7.cer").read_bytes())
    data[-1] ^= 1
    (copied / "AC7.cer").write_bytes(data)

    with pytest.raises(AuthorityFileDamaged, match=r"AC7\.cer"):
        load.__wrapped__()


def test_a_fingerprint_is_not_enough(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who changes file and table alike still lacks the root's signature."""
    data = (copied / "AC7.cer").read_bytes().replace(b"SAT970701NN3", b"SAT970701NN4")
    (copied / "AC7.cer").write_bytes(data)
    changed = replace(by_code("AC7"), sha256=hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(shipped, "ISSUERS", (changed,))

    with pytest.raises(AuthorityFileDamaged, match="not signed by ARC6"):
        load.__wrapped__()


@pytest.mark.skipif(not SAT.is_dir(), reason="the SAT's test material is not here")
def test_they_are_the_sats_own_files() -> None:
    ours = set(load().values())

    assert [path.name for path in (SAT / "ca").glob("*.cer") if path.read_bytes() not in ours] == []

"""Who issued a certificate: known, unknown, or not who it says."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificates.authorities import shipped
from certificates.authorities.chain import (
    Authorities,
    Authority,
    Environment,
    Issuance,
    claims_sat,
    claims_test_issuer,
    names_test,
)
from certificates.testing import CA, Pair, make_ca
from certificates.x509 import certificate
from certificates.x509.der import Unreadable
from tests.certificates.conftest import NAME, NOW, RFC, Issue, rsa_key
from tests.certificates.mutations import mutate
from tests.certificates.sat_names import (
    PRINTABLE,
    T61,
    UTF8,
    Write,
    ac6_like,
    ac6_name,
    ac7_like,
    ac7_name,
    name,
    once,
    thrice,
    twice,
    twice_by_windows,
    with_public_key,
)


def issued_by(ca: CA, **options: object) -> Pair:
    options = {"rfc": RFC, "name": NAME, "valid_from": NOW - timedelta(days=90), "key": rsa_key()} | options
    return ca.issue(**options)  # type: ignore[arg-type]


def trace(pair: Pair, *known: CA) -> Issuance:
    return Authorities([ca.certificate for ca in known]).trace(certificate.load(pair.certificate))


def test_the_issuer_is_found_by_its_signature(ca: CA) -> None:
    issued = certificate.load(issued_by(ca).certificate)

    found = Authorities(production=[ca.certificate]).trace(issued)

    assert found.authority is not None
    assert found.authority.environment is Environment.PRODUCTION
    assert not found.is_forged


def test_a_changed_certificate_is_forged(ca: CA) -> None:
    changed = issued_by(ca).certificate.replace(b"Matriz", b"Matrix")

    for known in (Authorities(production=[ca.certificate]), Authorities(test=[ca.certificate])):
        assert known.trace(certificate.load(changed)).is_forged


def test_nobody_known_is_no_forgery(issue: Issue) -> None:
    found = Authorities().trace(certificate.load(issue().certificate))

    assert found.authority is None
    assert not found.is_forged


@pytest.mark.parametrize("like", [ac6_like, ac7_like])
def test_a_signature_by_another_key_than_the_named_authoritys_is_forged(like: Callable[..., CA]) -> None:
    impostor = issued_by(like(8))

    for known in (Authorities([like(9).certificate]), Authorities(test=[like(9).certificate])):
        assert known.trace(certificate.load(impostor.certificate)) == Issuance(None, is_forged=True)


def test_of_several_authorities_with_one_name_the_one_that_signed_is_found() -> None:
    first, second, third = ac7_like(7), ac7_like(8), ac7_like(9)

    for ca in (first, second, third):
        found = trace(issued_by(ca), first, second, third).authority
        assert found is not None
        assert found.public_key == Authority.of(ca.certificate, Environment.PRODUCTION).public_key
    assert trace(issued_by(third), first, second).is_forged


@pytest.mark.parametrize("write", [once, twice, thrice, twice_by_windows])
@pytest.mark.parametrize("tag", [UTF8, PRINTABLE, T61])
@pytest.mark.parametrize("upper", [False, True])
def test_a_name_that_is_encoded_in_another_way_is_the_same_name(write: Write, tag: int, upper: bool) -> None:
    spelled = ac6_name(write, tag, upper=upper)

    assert trace(issued_by(ac6_like(9), issuer=spelled), ac6_like(9)).authority is not None
    assert trace(issued_by(ac6_like(8), issuer=spelled), ac6_like(9)).is_forged


def test_the_keys_identifier_names_an_authority_too() -> None:
    called_otherwise = name(("2.5.4.3", UTF8, "AC OCHO"))
    pair = issued_by(ac7_like(9), issuer=called_otherwise, names_key=True)
    # The signature stands last.
    altered = replace(pair, certificate=pair.certificate[:-9] + b"123456789")

    assert trace(pair, ac7_like(9)).authority is not None
    assert trace(altered, ac7_like(9)).is_forged
    assert trace(issued_by(ac7_like(8), issuer=called_otherwise, names_key=True), ac7_like(9)) == Issuance(
        None, is_forged=False
    )


def test_an_unknown_name_is_not_forged_by_resembling_a_known_one() -> None:
    ac8 = make_ca("", key=rsa_key(8), subject=ac7_name().replace(b"AC DEL SERV", b"AC8DEL SERV"))

    assert trace(issued_by(ac8), ac7_like(9), ac6_like(7)) == Issuance(None, is_forged=False)


# --- who bears the name of an authority, or of a root

EVERYONE = [each.code for each in (*shipped.ROOTS, *shipped.ISSUERS)]


def shipped_authorities() -> Authorities:
    """All that we ship, with their roots."""
    issuers, roots = (map(files, Environment) for files in (shipped.issuers, shipped.roots))
    return Authorities(*issuers, roots=Authorities(*roots))


def namesake(code: str) -> CA:
    """Somebody with the name of one that we ship, and another key."""
    return make_ca("", key=rsa_key(8), subject=certificate.load(shipped.load()[code]).subject)


@pytest.mark.parametrize("code", EVERYONE)
def test_who_bears_the_name_of_one_that_we_ship_and_has_another_key_is_forged(code: str) -> None:
    read = certificate.load(issued_by(namesake(code)).certificate)

    assert shipped_authorities().trace(read) == Issuance(None, is_forged=True)


@pytest.mark.parametrize(
    "common", ["AGENCIA REGISTRADORA CENTRAL", "Agencia registradora central", "ARC Banxico"]
)
def test_a_holders_certificate_is_never_by_who_is_only_called_like_a_root(common: str) -> None:
    read = certificate.load(issued_by(make_ca(common, key=rsa_key(8))).certificate)

    assert shipped_authorities().trace(read).is_forged


def test_a_new_root_may_be_called_like_a_former_one_when_it_signs_an_authority() -> None:
    """ARC5 and ARC6 have one common name."""
    arc7 = make_ca("AGENCIA REGISTRADORA CENTRAL", key=rsa_key(8))
    ac8 = make_ca("AC8 DEL SERVICIO DE ADMINISTRACION TRIBUTARIA", key=rsa_key(7), root=arc7)

    assert shipped_authorities().trace(certificate.load(ac8.certificate)) == Issuance(None, is_forged=False)


def test_what_a_root_has_signed_itself_is_its_own() -> None:
    root = make_ca("ARC DE PAPEL", key=rsa_key(9))
    known = Authorities(roots=Authorities([root.certificate]))
    pair = issued_by(root)

    found = known.trace(certificate.load(pair.certificate)).authority
    altered = pair.certificate.replace(b"Matriz", b"Matrix")

    assert found is not None
    assert found.name == "ARC DE PAPEL"
    assert known.trace(certificate.load(altered)).is_forged
    assert known.known == []


# --- altered


@pytest.mark.parametrize("like", [ac6_like, ac7_like])
@pytest.mark.parametrize("where", ["signature", "signed"])
def test_a_flipped_bit_is_altered_or_unreadable_and_never_accepted(
    like: Callable[..., CA], where: str
) -> None:
    ca = like(9)
    data = issued_by(ca).certificate
    part = getattr(certificate.load(data), where)
    start = data.index(part)
    known = Authorities([ca.certificate])
    dice = random.Random(20230523)  # noqa: S311  (to be repeated, not to be secret)

    altered = 0
    for _ in range(400):
        changed = bytearray(data)
        changed[start + dice.randrange(len(part))] ^= 1 << dice.randrange(8)
        try:
            read = certificate.load(bytes(changed))
        except Unreadable:
            continue
        assert known.trace(read) == Issuance(None, is_forged=True), changed.hex()
        altered += 1
    assert altered > 100


def test_no_mutation_of_a_certificate_is_ever_accepted() -> None:
    ca = ac7_like(9)
    data = issued_by(ca, names_key=True).certificate
    known = Authorities([ca.certificate])
    dice = random.Random(20310523)  # noqa: S311  (to be repeated, not to be secret)

    read_all = []
    for _ in range(1500):
        try:
            read_all.append(certificate.load(mutate(data, dice)))
        except Unreadable:
            continue

    assert len(read_all) > 100
    assert [read for read in read_all if known.trace(read).authority] == []


def test_another_algorithm_than_the_signatures_is_altered() -> None:
    """SHA-1 in the place of SHA-256, and one that we do not know."""
    pair = issued_by(ac7_like(9))
    sha256 = bytes.fromhex("2a864886f70d01010b")

    for last in (0x05, 0x04, 0x0D, 0x0A, 0x7F):
        changed = pair.certificate.replace(sha256, sha256[:-1] + bytes([last]))
        assert trace(replace(pair, certificate=changed), ac7_like(9)).is_forged


# --- names that tell where an authority belongs


@pytest.mark.parametrize(
    "subject",
    [
        ac7_name(),
        ac6_name(),
        ac6_name(once, T61),
        name(("2.5.4.3", UTF8, "AC8 DEL SERVICIO DE ADMINISTRACIÓN TRIBUTARIA")),
        name(("2.5.4.3", UTF8, "AUTORIDAD CERTIFICADORA")),
        name(("2.5.4.3", UTF8, "Autoridad Certificadora 9")),
        name(("2.5.4.3", UTF8, "AC9"), ("2.5.4.45", PRINTABLE, "SAT970701NN3")),
        name(("2.5.4.3", UTF8, "A.C. del SAT")),
        name(("2.5.4.3", UTF8, "AC9"), ("1.2.840.113549.1.9.1", 0x16, "alguien@sat.gob.mx")),
    ],
)
def test_who_says_to_be_the_sats_by_any_attribute_claims_it(subject: bytes) -> None:
    assert claims_sat(subject)


@pytest.mark.parametrize("text", ["AC DE PAPEL", "Saturno SA", "Notaría 5", "Banco de México"])
def test_others_do_not_claim_to_be_the_sats(text: str) -> None:
    assert not claims_sat(name(("2.5.4.3", UTF8, text), ("2.5.4.6", PRINTABLE, "MX")))


@pytest.mark.parametrize("text", ["AC UAT", "A.C. 2 de pruebas(4096)", "UAT_22", "ARC beta", "AC-PRUEBAS"])
def test_the_test_environments_authorities_are_told_by_their_name(text: str) -> None:
    assert names_test(name(("2.5.4.3", UTF8, text)))


@pytest.mark.parametrize("text", ["AC DEL SERVICIO DE ADMINISTRACION TRIBUTARIA", "ALFABETA", "GUATEMALA"])
def test_production_is_not_taken_for_the_test_environment(text: str) -> None:
    assert not names_test(name(("2.5.4.3", UTF8, text)))


# --- the authorities themselves


def test_the_last_end_is_production_s() -> None:
    ends = [NOW + timedelta(days=days) for days in (10, 900, 2000)]
    early, late, test = (make_ca("AC", key=rsa_key(9), valid_from=NOW, valid_to=end) for end in ends)

    assert Authorities([early.certificate, late.certificate], [test.certificate]).last_end() == ends[1]
    assert Authorities().last_end() is None


def test_a_key_that_is_not_rsa_makes_no_authority(ca: CA) -> None:
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    info = elliptic.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    data = with_public_key(ca.certificate, info)

    assert certificate.load(data).is_authority
    with pytest.raises(Unreadable):
        Authority.of(data, Environment.PRODUCTION)


def test_who_names_a_test_authority_is_believed(ca: CA) -> None:
    uat = make_ca("AC UAT", key=rsa_key(9))

    assert not claims_test_issuer(certificate.load(issued_by(ca).certificate))
    assert claims_test_issuer(certificate.load(issued_by(uat).certificate))

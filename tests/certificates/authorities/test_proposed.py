"""A certificate that support would add as an authority: what it says, and what is refused."""

import base64
from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from certificates.authorities import trust
from certificates.authorities.chain import Authorities, Environment
from certificates.authorities.proposed import AuthorityRefused, ProposedAuthority, propose
from certificates.authorities.shipped import FOLDER
from certificates.testing import CA, Pair, make_ca
from tests.certificates.conftest import NOW, Issue, rsa_key
from tests.certificates.sat_names import UTF8, ac6_like, ac6_name, ac7_like, name, with_public_key

BANXICO = name(("2.5.4.10", UTF8, "BANCO DE MEXICO"), ("2.5.4.3", UTF8, "AGENCIA REGISTRADORA CENTRAL"))


@pytest.fixture
def root() -> CA:
    """A root that looks like Banco de México's."""
    return make_ca("", key=rsa_key(5), subject=BANXICO)


@pytest.fixture
def offer(root: CA) -> Callable[..., ProposedAuthority]:
    """Proposes a file where that root and some authorities are known."""

    def offer(data: bytes, *known: CA) -> ProposedAuthority:
        return propose(data, Authorities([root.certificate]), Authorities(ca.certificate for ca in known))

    return offer


Offer = Callable[..., ProposedAuthority]


def test_one_that_our_root_signed(offer: Offer, root: CA) -> None:
    proposed = offer(ac7_like(9, root=root).certificate)

    assert proposed.root == "AGENCIA REGISTRADORA CENTRAL"
    assert not proposed.is_own_root
    assert proposed.claims_sat
    assert proposed.environment is Environment.PRODUCTION
    assert proposed.name == "AC DEL SERVICIO DE ADMINISTRACION TRIBUTARIA"
    assert "CN=AC DEL SERVICIO DE ADMINISTRACION TRIBUTARIA" in proposed.subject
    assert proposed.fingerprint.replace(":", "").lower() == proposed.sha256


def test_its_name_is_shown_mended(offer: Offer) -> None:
    assert offer(ac6_like(9).certificate).name == "A.C. del Servicio de Administración Tributaria"


def test_one_by_a_root_that_we_do_not_know_says_so(offer: Offer) -> None:
    newer = make_ca("ARC SIETE", key=rsa_key(6))

    proposed = offer(ac7_like(9, root=newer).certificate)

    assert (proposed.root, proposed.is_own_root) == ("", False)
    assert "CN=ARC SIETE" in proposed.issuer


def test_one_that_signed_itself_says_so(offer: Offer) -> None:
    proposed = offer(make_ca("AC DE PAPEL", key=rsa_key(9)).certificate)

    assert (proposed.root, proposed.is_own_root, proposed.claims_sat) == ("", True, False)


def test_another_key_under_a_known_name_is_pointed_out(offer: Offer, root: CA) -> None:
    assert offer(ac7_like(8, root=root).certificate, ac7_like(9)).has_namesake
    assert offer(ac7_like(8).certificate, ac7_like(9)).has_namesake
    assert not offer(ac7_like(8).certificate, ac6_like(9)).has_namesake


def test_pem_text_and_a_file_of_any_name_are_read(offer: Offer, root: CA) -> None:
    ca = ac7_like(9, root=root)
    pem = b"-----BEGIN CERTIFICATE-----\n%s-----END CERTIFICATE-----\n" % base64.encodebytes(ca.certificate)

    assert offer(pem).sha256 == offer(ca.certificate).sha256


@pytest.mark.parametrize("subject", [name(("2.5.4.3", UTF8, "AC UAT")), name(("2.5.4.3", UTF8, "AC beta"))])
def test_a_test_authority_is_known_by_its_name(offer: Offer, subject: bytes) -> None:
    assert offer(make_ca("", key=rsa_key(9), subject=subject).certificate).is_test


def test_a_test_authority_is_known_by_its_root() -> None:
    uat = make_ca("", key=rsa_key(5), subject=BANXICO)

    proposed = propose(ac7_like(9, root=uat).certificate, Authorities(test=[uat.certificate]), Authorities())

    assert proposed.is_test


def test_one_that_has_ended_may_still_be_added(offer: Offer) -> None:
    proposed = offer(ac7_like(9, valid_to=NOW - timedelta(days=1)).certificate)

    assert proposed.has_ended(NOW)
    assert not proposed.has_ended(NOW - timedelta(days=2))


def test_the_files_that_we_ship_are_read_as_what_they_are() -> None:
    proposed = propose((FOLDER / "AC6.cer").read_bytes(), trust.roots(), Authorities())

    assert proposed.root == "AGENCIA REGISTRADORA CENTRAL"
    assert proposed.claims_sat


# --- refused


def refused(offer: Offer, data: bytes, *known: CA) -> str:
    with pytest.raises(AuthorityRefused) as raised:
        offer(data, *known)
    return str(raised.value)


def test_an_impostor_of_a_root_or_an_issuer_is_altered(offer: Offer, root: CA) -> None:
    false_root = make_ca("", key=rsa_key(6), subject=BANXICO)

    assert "está alterado" in refused(offer, false_root.certificate)
    assert "está alterado" in refused(offer, ac7_like(9, root=false_root).certificate)
    assert "está alterado" in refused(
        offer, make_ca("AC HIJA", key=rsa_key(7), root=ac7_like(8)).certificate, ac7_like(9)
    )


def test_an_altered_authority_is_refused(offer: Offer, root: CA) -> None:
    signed = ac7_like(9, root=root).certificate
    itself = ac7_like(9).certificate

    for data in (signed, itself):
        assert "está alterado" in refused(offer, data.replace(b"SAT970701NN3", b"SAT970701NN4"))


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("CSD", "Es el CSD de PNA190312AB1"), ("FIEL", "Es la FIEL (e.firma) de PNA190312")],
)
def test_a_taxpayers_certificate_is_named(offer: Offer, issue: Issue, kind: str, sentence: str) -> None:
    assert sentence in refused(offer, issue(kind=kind).certificate)


def test_what_may_not_sign_certificates_is_no_authority(offer: Offer, issue: Issue) -> None:
    not_signing = make_ca("AC DE PAPEL", key=rsa_key(9)).certificate.replace(
        b"\x03\x02\x02\xf4", b"\x03\x02\x02\xf0"
    )

    assert "no puede emitir otros" in refused(offer, not_signing)
    assert "no puede emitir otros" in refused(offer, issue(usage=b"\x05\xa0").certificate)


def test_a_key_that_is_no_rsa_or_too_short_is_refused(offer: Offer) -> None:
    ca = ac7_like(9).certificate
    elliptic = ec.generate_private_key(ec.SECP256R1()).public_key()
    short = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505  (what is refused)

    for key, sentence in ((elliptic, "no es RSA"), (short, "menos de 2048 bits")):
        info = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        assert sentence in refused(offer, with_public_key(ca, info))


def test_other_files_are_refused_with_what_to_choose(offer: Offer, issue: Issue) -> None:
    pair: Pair = issue()
    ca = ac7_like(9).certificate
    files = {
        "vacío": b"",
        "demasiado grande": b"\x30" * 20_000,
        "llave privada": pair.key,
        "comprimido": b"PK\x03\x04",
        "No es un certificado": b"%PDF-1.7",
        "dañado o incompleto": ca.replace(b"\x17\x0d2", b"\x17\x0dX"),
    }
    for sentence, data in files.items():
        told = refused(offer, data)
        assert sentence in told
        assert "Elija el certificado (.cer) de la autoridad" in told


def test_cut_anywhere_it_is_refused_and_never_raises_otherwise(offer: Offer, root: CA) -> None:
    ca = ac7_like(9, root=root, subject=ac6_name()).certificate

    for end in range(0, len(ca), 7):
        refused(offer, ca[:end])

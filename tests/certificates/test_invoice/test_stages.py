"""The test invoice is sealed so that `openssl` verifies it, and names the datum that the SAT would refuse."""

import subprocess
from base64 import b64decode
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from certificates.test_invoice import cfdi
from certificates.test_invoice.issuer import InvoiceIssuer
from certificates.test_invoice.stages import TestInvoiceOutcome, make_test_invoice
from certificates.testing import Pair
from certificates.x509 import certificate as cer
from certificates.x509 import key_header, private_key
from certificates.x509.private_key import PrivateKey
from tests.certificates.conftest import NAME, RFC, SAT, SAT_PASSWORD, Issue

NOON = datetime(2026, 3, 2, 12, 0, 0)  # noqa: DTZ001 (a CFDI's times have no zone)
ISSUER = InvoiceIssuer(RFC, NAME, "601", "37000")


def opened(key: bytes, password: bytes) -> PrivateKey:
    return private_key.open_with(key_header.read(key), password).key


def of(pair: Pair, issuer: InvoiceIssuer = ISSUER) -> TestInvoiceOutcome:
    certificate = cer.load(pair.certificate)
    return make_test_invoice(issuer, certificate, lambda: opened(pair.key, pair.password), NOON)


def states(done: TestInvoiceOutcome) -> dict[str, str]:
    return {result.code: result.state.value for result in done.results}


def openssl_verifies(folder: Path, xml: bytes, certificate: bytes) -> bool:
    """What anybody can do with the XML and openssl alone."""
    tree = etree.fromstring(xml)
    files = {
        "cer.der": certificate,
        "chain.txt": cfdi.chain_of(tree).encode(),
        "seal.bin": b64decode(tree.get("Sello")),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    run = ["openssl", "x509", "-inform", "DER", "-in", "cer.der", "-pubkey", "-noout", "-out", "public.txt"]
    subprocess.run(run, cwd=folder, check=True)  # noqa: S603 (our own words)
    run = ["openssl", "dgst", "-sha256", "-verify", "public.txt", "-signature", "seal.bin", "chain.txt"]
    said = subprocess.run(run, cwd=folder, capture_output=True, check=False)  # noqa: S603
    return said.returncode == 0 and b"Verified OK" in said.stdout


def test_every_step_of_a_good_issuer_is_good_and_openssl_verifies_the_seal(
    issue: Issue, tmp_path: Path
) -> None:
    pair = issue()

    done = of(pair)

    assert done.ok
    assert set(states(done).values()) == {"good"}
    assert done.results[-1].title == "Sello verificado"
    assert cfdi.schema().validate(etree.fromstring(done.xml))
    assert openssl_verifies(tmp_path, done.xml, pair.certificate)


@pytest.mark.skipif(not SAT.exists(), reason="the SAT's test material is not here")
def test_the_sats_own_pair_seals_what_openssl_verifies(tmp_path: Path) -> None:
    certificate = (SAT / "csd-EKU9003173C9.cer").read_bytes()
    key = (SAT / "csd-EKU9003173C9.key").read_bytes()
    issuer = InvoiceIssuer("EKU9003173C9", "ESCUELA KEMPER URGATE", "601", "42501")

    done = make_test_invoice(issuer, cer.load(certificate), lambda: opened(key, SAT_PASSWORD), NOON)

    assert done.ok, done.results
    assert openssl_verifies(tmp_path, done.xml, certificate)


def test_the_sample_says_what_it_is(issue: Issue) -> None:
    xml = of(issue()).xml
    tree = etree.fromstring(xml)

    assert b"<!-- MUESTRA SIN VALIDEZ FISCAL" in xml
    assert (tree.get("Serie"), tree.get("Total"), tree.get("Fecha")) == (
        "MUESTRA",
        "116.00",
        "2026-03-02T12:00:00",
    )
    assert tree.find("{*}Receptor").get("Nombre") == "MUESTRA SIN VALIDEZ FISCAL"
    assert tree.find("{*}Complemento") is None  # no stamp of a PAC


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        ({"name": f"{NAME} SA DE CV"}, "name", f"escriba «{NAME}»"),
        ({"name": NAME.title()}, "name", f"escriba «{NAME}»"),
        ({"name": "OTRA EMPRESA"}, "name", f"escriba «{NAME}»"),
        ({"rfc": "OTR190312AB1"}, "rfc", "Corrija el RFC"),
        ({"tax_regime": "612"}, "tax_regime", "Elíjalo en «Datos fiscales»"),
        ({"tax_regime": ""}, "tax_regime", "Elíjalo en «Datos fiscales»"),
        ({"tax_regime": "999"}, "tax_regime", "Elíjalo en «Datos fiscales»"),
        ({"expedition_place": "00001"}, "expedition_place", "código postal desde donde emite"),
        ({"expedition_place": ""}, "expedition_place", "código postal desde donde emite"),
    ],
)
def test_a_wrong_datum_shows_here_with_what_to_do(
    issue: Issue, change: dict[str, str], code: str, words: str
) -> None:
    done = of(issue(), replace(ISSUER, **change))

    wrong = [result for result in done.results if result.bad]
    assert [result.code for result in wrong] == [code]
    assert words in wrong[0].action
    assert not done.ok


@pytest.mark.parametrize("name", ["ÑANDÚ & COMPAÑÍA", 'LA "Ñ" <DE> LEÓN', "Ñ" * 300])
def test_letters_that_xml_must_escape_are_sealed_as_they_are(issue: Issue, name: str) -> None:
    done = of(issue(name=name[:60]), replace(ISSUER, name=name))

    assert states(done)["verification"] == "good"
    assert etree.fromstring(done.xml).find("{*}Emisor").get("Nombre") == name


def test_what_the_schema_refuses_is_told_by_its_name(issue: Issue) -> None:
    done = of(issue(name="UNO|DOS"), replace(ISSUER, name="UNO|DOS"))

    (wrong,) = (result for result in done.results if result.bad)
    assert (wrong.code, "Nombre" in wrong.message) == ("xml", True)
    assert states(done)["seal"] == "skipped"


def test_a_key_that_is_gone_or_another_ones_is_told(issue: Issue) -> None:
    pair, other = issue(), issue(key=None)
    certificate = cer.load(pair.certificate)

    gone = make_test_invoice(ISSUER, certificate, lambda: None, NOON)
    foreign = make_test_invoice(ISSUER, certificate, lambda: opened(other.key, other.password), NOON)

    assert (states(gone)["seal"], gone.xml) == ("bad", b"")
    assert (states(foreign)["verification"], foreign.xml) == ("bad", b"")


def test_the_key_is_opened_once_and_only_to_seal(issue: Issue) -> None:
    pair = issue()
    openings: list[int] = []

    def key() -> PrivateKey:
        openings.append(1)
        return opened(pair.key, pair.password)

    make_test_invoice(ISSUER, cer.load(pair.certificate), key, NOON)
    make_test_invoice(replace(ISSUER, tax_regime="999"), cer.load(pair.certificate), key, NOON)

    assert len(openings) == 1


def test_a_changed_amount_breaks_the_seal(issue: Issue) -> None:
    pair = issue()

    assert not cfdi.verify(
        of(pair).xml.replace(b'Total="116.00"', b'Total="999.00"'), cer.load(pair.certificate)
    )

"""The evidence of a signature, verified by whoever has OpenSSL and the package, and nothing of ours."""

import io
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from lxml import etree

from certificates.letter import evidence
from certificates.letter.services import LetterSigner
from certificates.testing import Pair
from companies.models import Company
from facturamos.devserver.pacs import PacServer
from tests.certificates.letter.conftest import evidence as kept
from tests.certificates.letter.conftest import sign
from tests.certificates.letter.pacs.test_xmldsig import verified

ADAPTERS = ("none", "finkok", "timbox")


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name != "none":
        request.getfixturevalue(name)
    return name


@pytest.fixture
def unpacked(adapter: str, company: Company, signer: LetterSigner, fiel: Pair, tmp_path: Path) -> Path:
    """A folder with the package of a letter signed for each kind of PAC."""
    sign(company, signer, fiel)
    folder = tmp_path / "paquete"
    zipfile.ZipFile(io.BytesIO(evidence.package(kept()))).extractall(folder)
    return folder


def run(line: str, folder: Path) -> str:
    """What a shell prints for a line of the constancia."""
    done = subprocess.run(line, cwd=folder, shell=True, capture_output=True, text=True, check=False)  # noqa: S602
    return done.stdout + done.stderr


def told(folder: Path) -> list[str]:
    """The lines to type, as the text beside the files has them."""
    lines = (folder / evidence.README).read_text().splitlines()
    return [line.strip() for line in lines if line.startswith("    openssl ")]


def printed(folder: Path) -> str:
    """What the constancia says, without blanks, which it breaks lines at."""
    pages = pypdfium2.PdfDocument((folder / evidence.CONSTANCIA).read_bytes())
    return "".join("".join(page.get_textpage().get_text_bounded() for page in pages).split())


def test_openssl_verifies_it(unpacked: Path) -> None:
    answers = [run(line, unpacked) for line in told(unpacked)]

    documents = len(list(unpacked.glob("firma-*.bin")))
    assert sum("Verified OK" in answer for answer in answers) == documents >= 1
    assert not any("rror" in answer or "ailure" in answer for answer in answers)


def test_the_digest_that_openssl_prints_stands_in_what_was_signed(unpacked: Path, adapter: str) -> None:
    lines = [line for line in told(unpacked) if " -binary " in line]

    for number, line in enumerate(lines, 1):
        assert run(line, unpacked).strip() in (unpacked / f"firmado-{number}.bin").read_text()
    assert len(lines) == {"none": 1, "finkok": 2, "timbox": 0}[adapter]


@pytest.mark.parametrize("name", ["firmado-1.bin", "firma-1.bin"])
def test_a_byte_that_changed_is_found(unpacked: Path, name: str) -> None:
    data = bytearray((unpacked / name).read_bytes())
    data[20] ^= 1
    (unpacked / name).write_bytes(data)

    assert "Verification failure" in "".join(run(line, unpacked) for line in told(unpacked))


def test_the_constancia_tells_the_same_on_paper(unpacked: Path) -> None:
    said = printed(unpacked)

    for line in told(unpacked):
        assert "".join(line.split()) in said
    for words in ("PANADERÍA LA ÑAPA", "PNA190312AB1", "NUPJ800101AB2", str(kept().pk), "192.0.2.7"):
        assert "".join(words.split()) in said


def test_what_was_read_is_in_it_whole(unpacked: Path) -> None:
    for number, row in enumerate(kept().documents, 1):
        assert (unpacked / f"texto-{number}.txt").read_text() == row["text"]
        assert "".join(row["text"].split()) in printed(unpacked)


def test_what_is_signed_holds_what_was_read(unpacked: Path, adapter: str) -> None:
    """The page shows the text; what it signs is that text, its digest, or the cadena that ends it."""
    for number in range(1, len(kept().documents) + 1):
        text = (unpacked / f"texto-{number}.txt").read_text()
        match adapter:
            case "none":
                assert (unpacked / "leido-1.bin").read_text() == text
            case "timbox":
                assert (unpacked / "firmado-1.bin").read_text() in text
            case "finkok":
                read = etree.fromstring((unpacked / f"leido-{number}.bin").read_bytes())
                assert read.findtext("contrato") == text


def test_the_contracts_for_finkok_are_verified_by_another_reader(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    archive = zipfile.ZipFile(io.BytesIO(evidence.package(kept())))

    for number, row in enumerate(kept().documents, 1):
        read = verified(archive.read(f"documento-{number}.xml"), fiel.certificate)
        assert read.findtext("contrato") == row["text"]


def test_it_is_the_same_whenever_it_is_asked_for(
    company: Company, signer: LetterSigner, fiel: Pair, settings: Any
) -> None:
    sign(company, signer, fiel)
    before = evidence.package(kept())
    settings.PAC, settings.LETTER_VERSION = dict.fromkeys(settings.PAC, ""), "9"
    company.users.update(username="otro", full_name="Otra Persona")
    company.name, company.rfc = "OTRO NOMBRE", "CCA980429MD4"
    company.save()

    assert evidence.package(kept()) == before


def test_programs_read_it_too(unpacked: Path) -> None:
    read = etree.fromstring((unpacked / "evidencia.xml").read_bytes())

    assert read.get("folio") == str(kept().pk)
    assert [each.findtext("firma") for each in read] == [row["signature"] for row in kept().documents]
    assert (read.get("pac"), read.get("direccion")) == ("PAC de Pruebas", "192.0.2.7")
    assert read.get("enviadaPor") == "Íñigo Peña (panaderia)"
    assert [each.get("sha256Firmado") for each in read] == [row["signed_sha256"] for row in kept().documents]

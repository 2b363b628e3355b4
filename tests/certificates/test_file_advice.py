"""Each file that is not the one has a name and a next action, in either field."""

import pytest

from certificates import file_advice, file_signatures
from certificates.checks.evidence import CheckContext
from certificates.file_types import FileType
from certificates.testing import CA
from tests.certificates.conftest import Issue, judge, line
from tests.certificates.odd_files import PLAIN, structured


def test_every_shape_has_a_name_and_an_action_in_both_fields() -> None:
    assert set(file_advice.ADVICE) == set(FileType)
    for file_type in FileType:
        for field in ("certificate", "key"):
            assert file_advice.sentence(field, file_type).startswith("En «Archivo ")
            assert file_advice.action(field, file_type).endswith(".")


def test_every_signature_names_a_shape() -> None:
    tables = (file_signatures._BEGINNINGS, file_signatures._BINARY, file_signatures._TEXTS)

    assert {name for table in tables for _, name in table} <= set(FileType)


def test_each_stranger_is_named_in_the_field_where_it_was_put(
    issue: Issue, ca: CA, context: CheckContext
) -> None:
    pair = issue()

    for name, (data, file_type) in (PLAIN | structured(ca)).items():
        for field in ("certificate", "key"):
            if field == "key" and file_type is FileType.CONVERTED_KEY:
                continue  # that one is a key; the check of the key says what is wrong with it
            found = line(judge(pair, context, **{field: data}), "format")
            assert found.reason == f"{field}:{file_type}", name
            assert file_advice.ADVICE[file_type].name in found.message
            assert found.action == file_advice.action(field, file_type)


@pytest.mark.parametrize(
    ("file_type", "field", "words"),
    [
        (FileType.SDG, "certificate", "Recuperación de certificados"),
        (FileType.SDG, "certificate", "Envío de solicitud"),
        (FileType.SDG, "key", "en la misma carpeta"),
        (FileType.REN, "certificate", "Recuperación de certificados"),
        (
            FileType.REQUEST,
            "certificate",
            "El .cer se descarga en CertiSAT Web → Recuperación de certificados",
        ),
        (FileType.PDF, "key", "el SAT no tiene copia"),
        (FileType.ZIP_PAIR, "certificate", "suba aquí el archivo que termina en .cer"),
        (FileType.ZIP_PAIR, "key", "suba aquí el archivo que termina en .key"),
        (FileType.ZIP_REQUEST, "certificate", "Recuperación de certificados"),
        (FileType.ZIP_REQUEST, "key", "el SAT no tiene copia"),
        (FileType.ZIP_CERTIFICATE, "key", "el SAT no tiene copia"),
        (FileType.ZIP_KEY, "certificate", "Recuperación de certificados"),
        (FileType.ZIP_KEY, "key", "suba aquí el archivo que termina en .key"),
        (FileType.DAMAGED_AS_TEXT, "certificate", "Descárguelo otra vez"),
        (FileType.DAMAGED_AS_TEXT, "key", "Descárguelo otra vez"),
        (FileType.MAIL, "key", "guarde los archivos adjuntos"),
    ],
)
def test_the_next_action_is_the_fields_own(file_type: FileType, field: str, words: str) -> None:
    assert words in file_advice.action(field, file_type)


def test_a_reason_gives_each_field_its_own_sentence() -> None:
    told = file_advice.of_reason("certificate:sdg+key:pdf")

    assert set(told) == {"certificate", "key"}
    assert "Es la solicitud que se envía al SAT" in told["certificate"]
    assert "En «Archivo llave» subió un PDF" in told["key"]
    assert file_advice.of_reason("swapped") == {}

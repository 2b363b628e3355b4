"""The two files of a CSD, however they come."""

import os
import random
import struct
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest

from certificates.gathering import MAX_FILES, MAX_KEYS_TRIED, GatheredPair, NamedFile, Ungathered, gather
from certificates.testing import Pair, encrypt_key
from tests.certificates.conftest import NOW, Issue, rsa_key
from tests.certificates.odd_files import pem


@pytest.fixture
def pair(issue: Issue) -> Pair:
    return issue()


def cer(pair: Pair, name: str = "00001000000512345678.cer") -> NamedFile:
    return NamedFile(name, pair.certificate)


def key(pair: Pair, name: str = "") -> NamedFile:
    return NamedFile(name or pair.key_name, pair.key)


def packed(*files: NamedFile, method: int = zipfile.ZIP_DEFLATED, name: str = "sellos.zip") -> NamedFile:
    """A .zip with these files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for file in files:
            archive.writestr(file.name, file.data)
    return NamedFile(name, out.getvalue())


def is_of(found: GatheredPair, pair: Pair) -> bool:
    return (found.certificate.data, found.key.data) == (pair.certificate, pair.key)


def refusal(*files: NamedFile, password: bytes | None = None) -> str:
    with pytest.raises(Ungathered) as refused:
        gather(files, password)
    return str(refused.value)


def test_the_order_does_not_matter(pair: Pair) -> None:
    assert is_of(gather([cer(pair), key(pair)]), pair)
    assert is_of(gather([key(pair), cer(pair)]), pair)


def test_nor_do_the_names(pair: Pair) -> None:
    assert is_of(gather([cer(pair, "llave.key"), key(pair, "certificado.cer")]), pair)


def test_what_lies_beside_them_is_left(pair: Pair) -> None:
    beside = [NamedFile("acuse.pdf", b"%PDF-1.7"), NamedFile("clave.txt", b"12345678a")]

    assert is_of(gather([*beside, cer(pair), key(pair)]), pair)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_is_opened(pair: Pair, method: int) -> None:
    assert is_of(gather([packed(cer(pair), key(pair), method=method)]), pair)


def test_a_zip_beside_a_file_that_it_lacks(pair: Pair) -> None:
    assert is_of(gather([packed(cer(pair)), key(pair)]), pair)


def test_folders_and_what_a_mac_or_windows_adds_do_not_matter(pair: Pair) -> None:
    inside = [
        cer(pair, "Cliente Ñ/Sellos 2026/00001000000512345678.cer"),
        NamedFile(
            "__MACOSX/Cliente Ñ/Sellos 2026/._00001000000512345678.cer", b"\0\x05\x16\x07" + b"\0" * 60
        ),
        NamedFile("Cliente Ñ/.DS_Store", b"\0\0\0\x01Bud1"),
        NamedFile("Cliente Ñ/Sellos 2026/Thumbs.db", b"\xd0\xcf\x11\xe0"),
        key(pair, f"Cliente Ñ\\Sellos 2026\\{pair.key_name}"),
        NamedFile("Cliente Ñ/acuse.pdf", b"%PDF-1.7" + bytes(200_000)),
    ]

    found = gather([packed(*inside)])

    assert is_of(found, pair)
    assert found.key.name == pair.key_name


def test_a_path_that_leads_outside_leads_nowhere(pair: Pair) -> None:
    found = gather([packed(cer(pair, "../../../etc/cron.d/a.cer"), key(pair, "C:\\Windows\\CSD_x.key"))])

    assert (found.certificate.name, found.key.name) == ("a.cer", "CSD_x.key")


def test_the_same_file_twice_is_one(pair: Pair) -> None:
    assert is_of(
        gather([cer(pair), cer(pair, "copia (2).cer"), packed(cer(pair), key(pair)), key(pair)]), pair
    )


def test_a_text_that_holds_both_is_both(pair: Pair) -> None:
    both = pem(pair.certificate, "CERTIFICATE") + pem(pair.key, "ENCRYPTED PRIVATE KEY")

    found = gather([NamedFile("todo.pem", both)])

    assert found.certificate.data == found.key.data == both


def test_the_fiel_in_the_same_folder_is_left(pair: Pair, issue: Issue) -> None:
    fiel = issue(kind="FIEL", key=rsa_key(1))
    beside = [cer(fiel, "pna190312ab1.cer"), key(fiel, "Claveprivada_FIEL_PNA190312AB1.key")]

    assert is_of(gather([packed(*beside, cer(pair), key(pair))]), pair)


def test_a_fiel_alone_is_gathered_to_be_told_what_it_is(issue: Issue) -> None:
    fiel = issue(kind="FIEL")

    assert is_of(gather([packed(cer(fiel), key(fiel))]), fiel)


def test_of_two_certificates_the_key_s_own_is_taken(pair: Pair, issue: Issue) -> None:
    old = issue(key=rsa_key(1), number="00001000000499999999")
    files = [cer(old, "viejo.cer"), cer(pair), key(pair)]

    assert is_of(gather([packed(*files)], pair.password), pair)
    assert is_of(gather(files[::-1], pair.password), pair)
    assert "Hay 2 certificados" in refusal(*files, password=b"otra")
    assert "Hay 2 certificados" in refusal(*files)


def test_of_two_pairs_the_one_that_the_password_opens(pair: Pair, issue: Issue) -> None:
    newer = issue(key=rsa_key(1), number="00001000000599999999", password=b"Otra-Clave-9", valid_from=NOW)
    inside = packed(cer(pair), key(pair, "a.key"), cer(newer, "b.cer"), key(newer, "b.key"))

    assert is_of(gather([inside], pair.password), pair)
    assert is_of(gather([inside], newer.password), newer)


def test_of_two_pairs_of_one_password_the_newer_csd(pair: Pair, issue: Issue) -> None:
    newer = issue(key=rsa_key(1), number="00001000000599999999", valid_from=NOW)
    fiel = issue(kind="FIEL", key=rsa_key(2), valid_from=NOW + timedelta(days=1))
    every = [cer(newer, "c"), key(newer, "d"), cer(pair, "a"), key(pair, "b"), cer(fiel, "e"), key(fiel, "f")]

    for files in (every, every[::-1]):
        assert is_of(gather([packed(*files)], pair.password), newer)


def test_of_two_keys_whose_names_tell_nothing_the_certificate_s_own(pair: Pair, issue: Issue) -> None:
    other = issue(key=rsa_key(1))

    assert is_of(gather([cer(pair), key(other, "a.key"), key(pair, "b.key")], pair.password), pair)


def test_so_many_keys_are_not_tried(pair: Pair) -> None:
    many = [
        NamedFile(f"{n}.key", encrypt_key(pair.private_key, pair.password)) for n in range(MAX_KEYS_TRIED)
    ]

    assert "llaves" in refusal(cer(pair), key(pair, "x.key"), *many, password=pair.password)


def test_several_pairs_are_not_chosen_from(pair: Pair, issue: Issue) -> None:
    other = issue(key=rsa_key(1), number="00001000000599999999")
    inside = [cer(pair), key(pair), cer(other, "otro.cer"), key(other, "CSD_Otra.key")]

    said = refusal(packed(*inside))

    assert "Hay 2 certificados: «00001000000512345678.cer», «otro.cer»." in said
    assert "Suba solo el .cer y el .key" in said


def test_two_keys_whose_names_tell_nothing(pair: Pair, issue: Issue) -> None:
    other = issue(key=rsa_key(1))

    said = refusal(cer(pair), key(pair, "a.key"), key(other, "b.key"))

    assert "Hay 2 llaves: «a.key», «b.key»" in said


def test_a_half_alone_says_which_is_missing(pair: Pair) -> None:
    assert "falta la llave (.key)" in refusal(cer(pair))
    assert "falta el certificado (.cer)" in refusal(packed(key(pair)))


def test_strangers_are_named(pair: Pair) -> None:
    said = refusal(cer(pair), NamedFile("CSD_Matriz.sdg.pdf", b"%PDF-1.7"))

    assert "«CSD_Matriz.sdg.pdf» es un PDF." in said


@pytest.mark.parametrize("name", ["\0" * 40, "a" * 500 + ".cer", "‮yek.cer\r\nX: y", ""])
def test_any_name_can_be_told(name: str) -> None:
    said = refusal(NamedFile(name, b"%PDF-1.7"))

    assert said.isprintable()
    assert len(said) < 300


# --- hostile archives


def test_a_zip_in_a_zip_is_opened(pair: Pair) -> None:
    acuse = NamedFile("acuse.pdf", b"%PDF-1.7" + os.urandom(100_000))
    inner = packed(cer(pair), key(pair), acuse, name="interno.zip")

    assert is_of(gather([packed(inner, acuse)]), pair)
    assert is_of(gather([packed(packed(cer(pair), name="a.zip"), packed(key(pair), name="b.zip"))]), pair)


def test_one_more_inside_is_not(pair: Pair) -> None:
    inner = packed(packed(cer(pair), key(pair), name="interno.zip"), name="medio.zip")

    assert "trae otro adentro, «interno.zip»" in refusal(packed(inner))


def test_a_broken_zip_beside_the_pair_does_no_harm(pair: Pair) -> None:
    whole = packed(cer(pair), key(pair), name="cortado.zip")
    cut = NamedFile(whole.name, whole.data[: len(whole.data) // 2])

    assert is_of(gather([packed(cut, cer(pair), key(pair))]), pair)
    assert "trae otro adentro, «cortado.zip»" in refusal(packed(cut))


def test_bombs_in_a_zip_are_few() -> None:
    inner = packed(*(NamedFile(f"{n}.cer", bytes(1000)) for n in range(MAX_FILES)), name="x.zip")
    nested = packed(*(NamedFile(f"{n}.zip", inner.data) for n in range(MAX_FILES // 2)))

    assert "Son demasiados archivos" in refusal(nested)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = packed(NamedFile("a.cer", bytes(200_000_000)), NamedFile("b.key", bytes(100_000_000)))

    assert len(bomb.data) < 1_000_000
    assert "ni el certificado (.cer) ni la llave" in refusal(bomb)


def test_a_bomb_that_lies_about_its_size_is_not_unpacked_further() -> None:
    bomb = bytearray(packed(NamedFile("a.cer", bytes(50_000_000))).data)
    declared = struct.pack("<L", 50_000_000)
    while (at := bomb.find(declared)) >= 0:
        bomb[at : at + 4] = struct.pack("<L", 1000)

    assert refusal(NamedFile("mentira.zip", bytes(bomb)))


def test_members_that_share_their_bytes_are_refused_or_harmless(pair: Pair) -> None:
    data = bytearray(
        packed(*(cer(pair, f"{n}.cer") for n in range(MAX_FILES)), method=zipfile.ZIP_STORED).data
    )
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 42 : at + 46] = bytes(4)  # every entry's content is the first one's

    assert refusal(NamedFile("encimado.zip", bytes(data)))


def test_a_password_on_the_zip_is_told(pair: Pair) -> None:
    locked = bytearray(packed(cer(pair), key(pair)).data)
    at = -1
    while (at := locked.find(b"PK\x01\x02", at + 1)) >= 0:
        locked[at + 8] |= 1

    assert "El .zip «sellos.zip» tiene contraseña." in refusal(NamedFile("sellos.zip", bytes(locked)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_cannot_be_stopped_are_not_begun(pair: Pair, method: int) -> None:
    assert "de un modo poco común" in refusal(packed(cer(pair), key(pair), method=method))


def test_too_many_files(pair: Pair) -> None:
    many = [NamedFile(f"{n}.txt", b"x") for n in range(MAX_FILES)]

    assert "trae demasiados archivos" in refusal(packed(*many, cer(pair), key(pair)))
    assert "Son demasiados archivos" in refusal(*many, cer(pair), key(pair))


def test_too_big_a_zip(pair: Pair) -> None:
    video = NamedFile("video.mp4", os.urandom(2 * 1024 * 1024))
    big = packed(video, cer(pair), key(pair))

    assert "pesa más de 2 MB" in refusal(big)


def test_a_broken_zip_is_told(pair: Pair) -> None:
    whole = packed(cer(pair), key(pair)).data

    assert "dañado o incompleto" in refusal(NamedFile("cortado.zip", whole[: len(whole) // 2]))


def test_of_a_thousand_broken_zips_none_breaks_us(pair: Pair) -> None:
    """Each is either still the pair, byte by byte, or refused with a sentence."""
    dice = random.Random(13)  # noqa: S311  (to be repeated, not to be secret)
    whole = packed(cer(pair), key(pair)).data
    verdicts = {"taken": 0, "refused": 0}
    for _ in range(1000):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.2:
            del data[dice.randrange(len(data)) :]
        try:
            found = gather([NamedFile("roto.zip", bytes(data))])
        except Ungathered as refused:
            verdicts["refused"] += str(refused).endswith(".")
        else:
            assert is_of(found, pair)
            verdicts["taken"] += 1

    assert sum(verdicts.values()) == 1000
    assert min(verdicts.values()) > 0


def test_documents_that_are_zips_inside_are_no_archives() -> None:
    document = packed(NamedFile("[Content_Types].xml", b"<x/>"), NamedFile("word/document.xml", b"<x/>"))

    assert "es un documento de Word" in refusal(NamedFile("carta.docx", document.data))

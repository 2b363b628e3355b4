"""The letters of a CSV are found by where they stand; in doubt that is said, and nothing is garbled."""

import pytest

from onboarding.backoffice.account_import.encodings import decode, likelier, looks_wrong, samples

TEXT = "Nombre;RFC\r\nMUÑOZ Y PEÑA;A\r\nJosé Íñigo Núñez;B\r\nAZÚCAR DE ÁLVAREZ;C\r\nPingüino Güemes;D\r\n"
# With their marks and without.
WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")
SINGLE = ("cp1252", "mac_roman", "cp850")


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "iso8859-15", *SINGLE, *WIDE])
def test_spanish_is_read_in_every_encoding(encoding: str, line_end: str) -> None:
    text = TEXT.replace("\r\n", line_end)
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.sure) == (text, True)


@pytest.mark.parametrize("encoding", SINGLE)
@pytest.mark.parametrize(
    "word",
    [
        *("MUÑOZ", "Peña", "José", "JOSÉ", "AZÚCAR", "Azúcar", "Ángel", "ÁNGEL", "María", "MARÍA", "LEÓN"),
        *("León", "Ítalo", "Óscar", "ÓSCAR", "Güemes", "GÜEMES", "Íñigo", "ÍÑIGO", "Begoña Ibáñez", "ÑANDÚ"),
    ],
)
def test_one_word_is_enough(word: str, encoding: str) -> None:
    decoded = decode(f"Nombre,RFC\n{word},X\n".encode(encoding))
    assert (decoded.text.split("\n")[1], decoded.sure) == (f"{word},X", True)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("O’Higgins", "mac_roman"),
        ("O’Higgins", "cp1252"),
        ("1º", "cp850"),
        ("É", "cp1252"),
        ("É", "cp850"),
        ("Citroën", "cp850"),
        ("Úrsula", "cp850"),
    ],
)
def test_what_may_be_two_things_is_a_doubt(text: str, encoding: str) -> None:
    decoded = decode(f"a,{text},b\n".encode(encoding))
    assert not decoded.sure
    readings = (decoded.reading, *decoded.others)
    assert f"a,{text},b\n" in {decode(f"a,{text},b\n".encode(encoding), each).text for each in readings}


def test_plain_ascii_and_good_utf8_leave_no_choice() -> None:
    for data in (b"Nombre,RFC\n", TEXT.encode(), "Łódź, Ω, 漢字, 🙂\n".encode()):
        decoded = decode(data)
        assert (decoded.sure, decoded.others, decoded.text) == (True, (), data.decode())


def test_utf8_with_one_bad_byte_is_mended_and_asked() -> None:
    data = TEXT.encode().replace("José".encode(), "José".encode("cp1252"))
    decoded = decode(data)
    assert (decoded.text, decoded.reading, decoded.sure) == (TEXT, "mixed", False)
    assert "cp1252" in decoded.others


def test_a_byte_that_is_no_letter_at_all_is_seen() -> None:
    decoded = decode(TEXT.encode().replace(b"RFC", b"R\x81FC"))
    assert (decoded.text, decoded.sure) == (TEXT.replace("RFC", "R\ufffdFC"), False)


@pytest.mark.parametrize("wrong", ["cp1252", "mac_roman", "cp850"])
def test_utf8_that_was_saved_twice_is_mended_and_asked(wrong: str) -> None:
    text = "MUÑOZ Y PEÑA,José\n"
    decoded = decode(text.encode().decode(wrong).encode())
    assert (decoded.text, decoded.reading, decoded.sure) == (text, "twice", False)
    assert decoded.others == ("utf-8",)


def test_words_in_two_encodings_are_a_doubt() -> None:
    assert not decode("MUÑOZ,Peña\n".encode("mac_roman") + "MUÑOZ,Peña\n".encode("cp850")).sure


def test_the_reading_that_a_person_chose_counts() -> None:
    data = TEXT.encode("mac_roman")
    for reading in SINGLE:
        decoded = decode(data, reading)
        assert (decoded.reading, decoded.sure) == (reading, True)
        assert decoded.text == data.decode(reading, "replace")
    assert decode(data, "utf-7").reading == "mac_roman"


@pytest.mark.parametrize("wide", WIDE)
def test_wide_letters_are_read_with_whatever_mark_and_end(wide: str) -> None:
    bare = wide if wide[-2:] in ("le", "be") else f"{wide}-le"

    for text in (TEXT, "漢,字\n" + TEXT, TEXT + "\x1a"):
        decoded = decode(f"\ufeff{text}".encode(bare))
        assert (decoded.text, decoded.reading) == (text.rstrip("\x1a"), bare)


@pytest.mark.parametrize("wide", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_line_end_behind_wide_letters_is_no_letter(wide: str) -> None:
    assert decode(TEXT.encode(wide) + b"\n").text == TEXT


def test_a_few_zeros_make_no_wide_letters() -> None:
    assert decode(b"Nombre\0\0\0;RFC\r\n" + TEXT.encode()).reading == "utf-8"


def test_an_end_of_ms_dos_is_no_text() -> None:
    assert decode(b"Nombre,RFC\r\nA,B\r\n\x1a").text == "Nombre,RFC\r\nA,B\r\n"


def test_samples_show_the_rows_that_the_choice_changes() -> None:
    data = b"Nombre;RFC\rplain;A\r" + 'MUÑOZ;B\r"PEÑA";C\rx;D\rÁvila;E\rLEÓN;F\r'.encode("mac_roman")
    shown = samples(data, ("mac_roman", "cp1252"), ";")
    assert len(shown["mac_roman"]) == len(shown["cp1252"]) == 3
    assert {*shown["mac_roman"]} <= {"MUÑOZ · B", "PEÑA · C", "Ávila · E", "LEÓN · F"}
    assert not {*shown["mac_roman"]} & {*shown["cp1252"]}


def test_the_row_with_the_bad_byte_is_among_the_samples() -> None:
    rows = "".join(f"PEÑA {number}\n" for number in range(50))
    data = f"Tamaño\n{rows}".encode().replace("PEÑA 40".encode(), "PEÑA 40".encode("cp1252"))
    assert "PEÑA 40" in samples(data, ("mixed", "cp1252"), ",")["mixed"]


@pytest.mark.parametrize(
    ("garbled", "meant"),
    [
        ("MU¥OZ", "MUÑOZ"),
        ("MU„OZ Y PE„A", "MUÑOZ Y PEÑA"),
        ("JosÃ©", "José"),
        ("MUÃ‘OZ", "MUÑOZ"),
        ("MU√ëOZ", "MUÑOZ"),
        ("MU├æOZ", "MUÑOZ"),
        ("AZéCAR", "AZÚCAR"),
        ("Pe±a", "Peña"),
        ("Pe¤a", "Peña"),
    ],
)
def test_what_was_garbled_before_is_recognised(garbled: str, meant: str) -> None:
    assert likelier(garbled) == meant


@pytest.mark.parametrize(
    "good",
    [
        *(
            "MUÑOZ Y PEÑA",
            "José",
            "O’Higgins",
            "Citroën",
            "Wałęsa",
            "N.º 5",
            "«EL PATO»",
            "A & B",
            "Ñ",
            "ÍÑIGO",
        ),
        *("Col·legi", "McDonald’s", "¿QUÉ?", "1ª", "Señor Ño", "DEL ÁNGEL-PEÑA", "LA «ÑAPA», SA", "5 €"),
        "São Paulo",
    ],
)
def test_good_words_are_left_alone(good: str) -> None:
    assert (likelier(good), looks_wrong(good)) == ("", False)

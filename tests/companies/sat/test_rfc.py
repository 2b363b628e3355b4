"""RFCs: what is one, whose it is, and what only looks like one."""

import pytest

from companies.sat import rfc
from companies.sat.rfc import RFC, InvalidRFC, Persona, examine, parse, persona_of

# RFCs of the SAT's test packs and look-alikes with their own check digit.
COMPANIES = [
    "EKU9003173C9",
    "XIA190128J61",
    "URE180429TM6",
    "IVD920810GU2",
    "IXS7607092R5",
    "OÑO120726RX3",
    "KIJ0906199R1",
    "H&E951128469",
    "L&O950913MSA",
    "ÑIA010101AA1",
    "&ÑA010101AA1",
    "PNA190312AB1",
    "AAA000229AA1",
    "AAA991231ZZA",
]
# Real RFCs whose last character is not the check digit.
REAL_BUT_ODD = ["RTO840921RE4", "FNI970829JR9", "LME060822IH5", "CCA980429MD4"]
PEOPLE = [
    "CACX7605101P8",
    "WATM640917J45",
    "XOJI740919U48",
    "MISC491214B86",
    "KICR630120NX3",
    "XAMA620210DQ5",
    "IAÑL750210963",
    "FUNK671228PH6",
    "WERX631016S30",
    "ÑAÑA800101AA1",
    "&AAA800101AA1",
    "NUPJ800101AB2",
    "AAAA040229AA1",
]
SPELLINGS = [
    ("eku9003173c9", "EKU9003173C9"),
    ("EKU 900317 3C9", "EKU9003173C9"),
    ("EKU-900317-3C9", "EKU9003173C9"),
    ("  EKU9003173C9\t", "EKU9003173C9"),
    ("oño120726rx3", "OÑO120726RX3"),
    ("On\u0303o120726rx3", "OÑO120726RX3"),
    ("EKU\u2013900317\u20113C9", "EKU9003173C9"),
    ("EKU\u00a0900317\u20093C9", "EKU9003173C9"),
    ("h&e 951128 469", "H&E951128469"),
    ("cacx-760510-1p8", "CACX7605101P8"),
    ("\u200bEKU9003173C9\ufeff", "EKU9003173C9"),
    ("\u202aEKU900317\u200e3C9\u202c", "EKU9003173C9"),
    ("EKU−900317－3C9", "EKU9003173C9"),
    ("ＥＫＵ９００３１７３Ｃ９", "EKU9003173C9"),
    ("Ｈ＆Ｅ　951128－469", "H&E951128469"),
    ("EKU\u00ad900317\u20603C9", "EKU9003173C9"),
    ("RFC: EKU9003173C9", "EKU9003173C9"),
    ("R.F.C. eku-900317-3c9.", "EKU9003173C9"),
    ("RFC CACX7605101P8", "CACX7605101P8"),
    ("RFC 900317 3C9", "RFC9003173C9"),
    ("RFCX760510 1P8", "RFCX7605101P8"),
    ("EKU9003173C9.", "EKU9003173C9"),
    ("EKU.900317.3C9", "EKU9003173C9"),
    ("EKU/900317/3C9", "EKU9003173C9"),
    ("EKU_900317·3C9", "EKU9003173C9"),
    ("(EKU9003173C9),", "EKU9003173C9"),
]
REFUSED = [
    ("", "length"),
    ("   ", "length"),
    ("EKU", "length"),
    ("EKU9003173C", "length"),
    ("CACX7605101P89", "length"),
    ("EKU900317", "length"),
    ("CACX760510", "length"),
    ("XAXX010101000", "generic"),
    ("XEXX010101000", "generic"),
    ("xaxx-010101-000", "generic"),
    ("EKUX003173C9", "format"),
    ("1KU9003173C9", "format"),
    ("EK19003173C9", "format"),
    ("EKUX9003173C", "format"),
    ("CAC7605101P8X", "format"),
    ("EKU9003173CB", "format"),
    ("EKU90031730Z", "format"),
    ("ÁKU9003173C9", "format"),
    ("EKÜ9003173C9", "format"),
    ("EKU٩٠٠٣١٧3C9", "format"),
    ("EKU9003173Ñ9", "format"),
    ("EKU9003173&9", "format"),
    ("EKU+900317+3C9", "length"),
    ("EKU9003173C\0", "format"),
    ("EKU9003173C9\n!", "format"),
    ("<script>alert", "format"),
    ("EKU9013173C9", "date"),
    ("EKU9000173C9", "date"),
    ("EKU9003003C9", "date"),
    ("EKU9003323C9", "date"),
    ("EKU9002303C9", "date"),
    ("EKU9004313C9", "date"),
    ("AAA010229AA1", "date"),
    ("AAA190229AA1", "date"),
    ("CACX7613101P8", "date"),
    ("CACX7605321P8", "date"),
]


@pytest.mark.parametrize("text", COMPANIES + REAL_BUT_ODD)
def test_twelve_characters_are_a_company(text: str) -> None:
    assert parse(text) == RFC(text)
    assert parse(text).persona is Persona.MORAL


@pytest.mark.parametrize("text", PEOPLE)
def test_thirteen_characters_are_a_person(text: str) -> None:
    assert parse(text) == RFC(text)
    assert parse(text).persona is Persona.FISICA


@pytest.mark.parametrize(("text", "value"), SPELLINGS)
def test_it_reads_what_people_write(text: str, value: str) -> None:
    assert str(parse(text)) == value


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_it_says_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(InvalidRFC) as refusal:
        parse(text)

    assert refusal.value.code == code
    assert persona_of(text) is None


@pytest.mark.parametrize("text", ["EKU9003173C9", "XIA190128J61", "CACX7605101P8", "WATM640917J45"])
def test_the_check_digit_agrees(text: str) -> None:
    assert parse(text).digit_agrees


@pytest.mark.parametrize("text", REAL_BUT_ODD)
def test_a_real_rfc_may_fail_its_check_digit(text: str) -> None:
    assert not parse(text).digit_agrees


@pytest.mark.parametrize("text", ["OÑO120726RX3", "H&E951128469", "L&O950913MSA", "IAÑL750210963"])
def test_the_check_digit_counts_the_odd_letters(text: str) -> None:
    assert parse(text).digit_agrees


@pytest.mark.parametrize(
    ("text", "persona", "digit", "says"),
    [
        ("eku-900317-3c9", "moral", True, "persona moral"),
        ("\u202aEKU9003173C9\u202c", "moral", True, "persona moral"),
        ("RTO840921RE4", "moral", False, "no es el usual"),
        ("CACX7605101P8", "fisica", True, "persona física"),
        ("XAXX010101000", None, None, "genérico"),
        ("EKU9013173C9", None, None, "no forman una fecha"),
        ("Hola", None, None, "12 caracteres"),
        ("EKU90031730Z", None, None, "no tiene la forma correcta"),
    ],
)
def test_one_question_tells_all_of_an_rfc(
    text: str, persona: str | None, digit: bool | None, says: str
) -> None:
    report = examine(text)

    assert (report.ok, report.persona, report.check_digit_ok) == (persona is not None, persona, digit)
    assert says in report.message
    assert report.message.endswith(".")


def test_whose_an_rfc_is_keeps_nothing_that_is_none() -> None:
    held = rfc._persona_of.cache_info().currsize

    assert persona_of("X" * 1_000_000) is None
    assert rfc._persona_of.cache_info().currsize == held

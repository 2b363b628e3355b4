"""Names as the SAT has them, proposed from names as people write them."""

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from companies.sat.rfc import Persona
from companies.sat.without_legal_form import examine, propose
from facturamos.text import clean, plain_letters
from tests.companies.sat import names_with_initials
from tests.companies.sat.forms_of_companies import AMBIGUOUS, FORMS, spellings
from tests.companies.sat.names_with_forms import BARE, PEOPLE, WITH_SUFFIX, WITHOUT_SUFFIX

MORE = names_with_initials.WITH_SUFFIX + names_with_initials.WITHOUT_SUFFIX


@pytest.mark.parametrize(("name", "proposal"), WITH_SUFFIX + WITHOUT_SUFFIX + MORE)
def test_it_leaves_the_regimen_societario_out(name: str, proposal: str) -> None:
    assert propose(name, Persona.MORAL) == proposal


@pytest.mark.parametrize(("name", "proposal"), PEOPLE)
def test_a_person_has_no_suffix_to_lose(name: str, proposal: str) -> None:
    assert propose(name, Persona.FISICA) == proposal


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_imss_is_left_out_however_it_is_written(form: str) -> None:
    """2 200 spellings and more, behind seven names."""
    wrong = {
        f"{name} {written}": proposal
        for name in BARE
        for written in spellings(form)
        if (proposal := propose(f"{name} {written}", Persona.MORAL)) != name
    }

    assert wrong == {}


@pytest.mark.parametrize("word", AMBIGUOUS)
def test_a_word_that_ends_ordinary_names_stays(word: str) -> None:
    for name in BARE:
        assert propose(f"{name} {word}") == f"{name} {word}"
        assert propose(f"{name} {word} SA DE CV") == f"{name} {word}"


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("X, S.A. de C.V.", "SA DE CV"),
        ("X S.A DE C.V SA DE CV", "SA DE CV"),
        ("X SADECV", "SA DE CV"),
        ("X Sociedad Anónima Bursátil de Capital Variable", "SAB DE CV"),
        ("X SC DE AP DE RL DE CV", "SC DE AP DE RL DE CV"),
        ("X SC PBS RL", "SCPBS DE RL"),
        ("X, S.O.F.O.M., E.N.R.", "SOFOM ENR"),
        ("X SA EN LIQUIDACIÓN", "SA EN LIQUIDACION"),
        ("X SA EN PROCESO DE LIQUIDACIÓN JUDICIAL", "SA EN LIQUIDACION"),
        ("X SA EN DISOLUCIÓN Y LIQUIDACIÓN", "SA EN DISOLUCION Y LIQUIDACION"),
        ("X COOPERATIVA DE RL", "COOP DE RL"),
        ("CONSTRUCTORA J.M. S.A.", "SA"),
        ("X SA INSTITUCIÓN DE BANCA MÚLTIPLE", "SA INSTITUCION DE BANCA MULTIPLE"),
        (
            "X, S.A. DE C.V., SOFOM, E.N.R., GRUPO FINANCIERO LA ÑAPA",
            "SA DE CV SOFOM ENR GRUPO FINANCIERO",
        ),
        (
            "X, S.A. DE C.V., CASA DE BOLSA, X GRUPO FINANCIERO",
            "SA DE CV CASA DE BOLSA GRUPO FINANCIERO",
        ),
        (
            "X, S.A., INSTITUCIÓN DE SEGUROS, G.F. X",
            "SA INSTITUCION DE SEGUROS GRUPO FINANCIERO",
        ),
        ("X, S.A.B. DE C.V., FILIAL, GRUPO FINANCIERO X", "SAB DE CV FILIAL GRUPO FINANCIERO"),
        ("X SA GRUPO FINANCIERO X EN LIQUIDACIÓN", "SA GRUPO FINANCIERO EN LIQUIDACION"),
        ("X S/A DE C/V, SIC", "SA DE CV SIC"),
        ("GRUPO SC SA DE CV", "SA DE CV"),
        ("X", ""),
        ("SA DE CV", ""),
    ],
)
def test_it_says_which_form_was_found(name: str, form: str) -> None:
    assert examine(name, "PNA190312AB1").form == form


def test_whether_something_changes_is_said() -> None:
    assert examine("X SA DE CV").changed
    assert examine("Peña").changed
    assert not examine("PEÑA").changed


def test_a_persons_rfc_keeps_the_name_whole() -> None:
    found = examine("José Núñez SC", "NUPJ800101AB2")

    assert (found.proposal, found.form) == ("JOSÉ NÚÑEZ SC", "")


SHORT_FORMS = ["S.A.", "SA", "S.C.", "SC", "A.C.", "AC", "SAPI", "S.A.P.I.", "SRL", "S.P.R.", "I.A.P.", "SNC"]
INITIALS = st.lists(st.sampled_from("BCDFGHJKLMNÑPQRTVWXYZÁÉ"), min_size=1, max_size=4)


@settings(deadline=None)
@given(INITIALS, st.sampled_from(["", " "]), st.sampled_from(SHORT_FORMS))
def test_dotted_initials_before_a_short_form_stay(letters: list[str], blank: str, form: str) -> None:
    name = "CONSTRUCTORA " + blank.join(f"{letter}." for letter in letters)

    assert propose(f"{name} {form}", Persona.MORAL) == name


def test_an_accented_initial_is_no_letter_of_a_form() -> None:
    assert propose("CONSTRUCTORA Á.C. S.A.", Persona.MORAL) == "CONSTRUCTORA Á.C."


PIECES = ["PEÑA", "&", "S.A.", "SA", "DE", "CV", "C.V.", ",", ".", "S", "RL", "AC", "EN", "C", "SOFOM", "ñ"]
PIECES += [
    "-",
    "(",
    ")",
    "SC",
    "SOCIEDAD",
    "ANÓNIMA",
    "MI",
    "AP",
    "GRUPO",
    "FINANCIERO",
    "Y",
    "EN LIQUIDACIÓN",
    *("J.", "J.M.", "U.", "COOP", "POR", "A", "EN PROCESO DE LIQUIDACIÓN", "Y LIQUIDACIÓN", "JUDICIAL"),
    *("/", "·", "_", '"', "EL", "LA", "SAPI", "G.F.", "CASA DE BOLSA", "Ｓ", "\x07", "\u200b"),
]
NAMES = st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join)
NO_NAMES = {"A", "E", "EL", "LA", "O", "U", "Y", "S", "DE", "SA", "AC", "SC", "RL", "CV", "SAPI"}
# No letter of them alone, and no two, are a form or end one.
WORDS = st.lists(st.text("BDFGHJKMQUWXZÑÁÉÍÓÚÜ&", min_size=3, max_size=9), min_size=1, max_size=5)


@settings(deadline=None)
@given(NAMES)
def test_proposing_twice_is_proposing_once(name: str) -> None:
    once = propose(name, Persona.MORAL)

    assert propose(once, Persona.MORAL) == once


@settings(deadline=None)
@given(NAMES)
def test_letters_are_never_changed(name: str) -> None:
    assert propose(name, Persona.FISICA).startswith(propose(name, Persona.MORAL))


@settings(deadline=None)
@given(NAMES)
def test_what_is_left_is_a_name(name: str) -> None:
    found = examine(name, "PNA190312AB1")

    if found.form:
        *_, last = found.proposal.split()
        assert last not in {"DE", "DEL", "EN", "POR", "&", "-", ",", "(", "."}
        assert any(map(str.isalnum, found.proposal))
        assert not set(found.proposal.split()) <= NO_NAMES


@settings(deadline=None)
@given(NAMES)
def test_no_control_character_comes_back(name: str) -> None:
    for persona in Persona:
        assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in propose(name, persona))


@pytest.mark.parametrize(
    "written", ["", "EL ", "LAS ", "Y ", "A ", "EL DE LA ", "AC ", "S.A. ", "LA SOCIEDAD "]
)
@pytest.mark.parametrize("form", FORMS)
def test_a_name_of_articles_and_forms_alone_stays(written: str, form: str) -> None:
    """Without the form nothing would be left that the SAT has on record."""
    assert propose(f"{written}{form}", Persona.MORAL) == f"{written}{form}"


@settings(deadline=None)
@given(NAMES)
def test_a_person_never_loses_anything(name: str) -> None:
    whole = propose(name, Persona.FISICA)

    assert "".join(whole.split()) == "".join(visible(clean(clean(plain_letters(name)).upper())).split())


def visible(text: str) -> str:
    """The text without control characters but those that part words."""
    return "".join(char for char in text if char.isspace() or unicodedata.category(char) not in {"Cc", "Cs"})


@settings(deadline=None)
@given(WORDS)
def test_a_name_without_a_form_stays(words: list[str]) -> None:
    name = " ".join(words)

    assert propose(name, Persona.MORAL) == unicodedata.normalize("NFC", name)


@settings(deadline=None)
@given(WORDS, st.sampled_from(FORMS), st.data())
def test_a_name_with_a_form_becomes_the_name(words: list[str], form: str, data: st.DataObject) -> None:
    name = unicodedata.normalize("NFC", " ".join(words))
    written = data.draw(st.sampled_from(list(spellings(form))))

    # «&» hangs: what stands behind it belongs to it.
    assert propose(f"{name} {written}", Persona.MORAL) == name or name.endswith("&")


def test_a_long_name_takes_no_time() -> None:
    propose("X SA DE CV")  # the first call makes the patterns
    started = time.process_time()

    for name in ("S A " * 75, "SC DE " * 50, "S DE RL DE " * 27 + "X", "GRUPO FINANCIERO " * 17, "(" * 300):
        propose(name, Persona.MORAL)

    assert time.process_time() - started < 0.5


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("FERRETERÍA S.R. S. DE R.L.", "FERRETERÍA S.R."),
        ("FERRETERÍA S.R. S.R.L. DE C.V.", "FERRETERÍA S.R."),
        ("DISEÑO R.L. S. DE R.L. DE C.V.", "DISEÑO R.L."),
        ("GRUPO S.P. S. DE R.L.", "GRUPO S.P."),
        # A form of its own, said twice.
        ("MUEBLES S.C. S. DE R.L.", "MUEBLES"),
        ("VINOS DE R.L. S. DE R.L.", "VINOS"),
    ],
)
def test_initials_that_spell_half_a_form_stay(name: str, bare: str) -> None:
    assert propose(name, Persona.MORAL) == bare


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("NUÑEZ. S.A. DE C.V.", "NUÑEZ"),
        ("CÍA. MEXICANA. S.A.", "CÍA. MEXICANA"),
        ("NÚÑEZ HNOS. S.A. DE C.V.", "NÚÑEZ HNOS."),
        ("PÉREZ Y CÍA. S.A.", "PÉREZ Y CÍA."),
    ],
)
def test_a_dot_that_ends_a_whole_word_goes_with_the_form(name: str, bare: str) -> None:
    assert propose(name, Persona.MORAL) == bare


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("ACME S.A. DE C.V.®", "ACME"),
        ("ACME SA DE CV ™", "ACME"),
        ("ACME™ S.A. DE C.V.", "ACME™"),
    ],
)
def test_the_sign_of_a_trade_mark_keeps_no_form(name: str, bare: str) -> None:
    assert propose(name, Persona.MORAL) == bare

"""What a distributor's columns are called, once said, is proposed the next time: shown, and to be changed."""

from django.test import Client

from tests.onboarding.backoffice.account_import.sheets import as_csv, line, text, url
from tests.onboarding.backoffice.account_import.test_questions import answered, names, received

OWN = ("Razón del cliente", "RFC", "Trato", "Buzón", "Zona")


def own(number: int, *headings: str) -> bytes:
    """A list whose headings are this distributor's own, with a title above."""
    return b"CLIENTES\n" + as_csv([*line(number)[:4], "norte"], headings=headings or OWN)


MAPPED = {"column0": "name", "column2": "full_name", "column3": "email", "unused": "on"}


def test_columns_of_its_own_are_proposed_the_next_time_and_shown(desk: Client) -> None:
    answered(desk, received(desk, own(1)), **MAPPED)
    second = received(desk, own(2))
    assert (second.stage, second.good) == ("preview", 1)
    told = "Como usted dijo antes: «Razón del cliente» es «Nombre», «Trato» es «Nombre completo del contacto»"
    assert told in text(desk, second)
    page = desk.get(url(second, "lectura")).content.decode()
    assert page.count("Como usted dijo antes.") == 4


def test_a_sheet_that_was_cancelled_is_remembered_too(desk: Client) -> None:
    job = received(desk, own(1))
    answered(desk, job, **MAPPED)
    desk.post(url(job, "cancelar"))
    assert received(desk, own(2)).stage == "preview"


def test_what_was_said_can_be_changed_and_the_newer_word_counts(desk: Client) -> None:
    answered(desk, received(desk, own(1)), **MAPPED)
    second = received(desk, own(2))
    answered(desk, second, column0="full_name", column2="name")
    assert names(second) == [line(2)[2]]
    assert names(received(desk, own(3))) == [line(3)[2]]


def test_sheets_of_two_kinds_take_turns(desk: Client) -> None:
    other = ("Firma", "RFC", "Persona", "Buzón", "Zona")
    answered(desk, received(desk, own(1)), **MAPPED)
    job = received(desk, own(2, *other))
    assert "Como usted dijo antes." in text(desk, job)
    answered(desk, job, column0="name", column2="full_name", unused="on")
    assert [received(desk, own(3)).stage, received(desk, own(4, *other)).stage] == ["preview", "preview"]


def test_reading_other_letters_forgets_no_column(desk: Client) -> None:
    answered(desk, received(desk, own(1)), **MAPPED)
    second = received(desk, as_csv([*line(2)[:4], "x"], headings=OWN, encoding="mac_roman"))
    answered(desk, second, letters="cp1252")
    assert received(desk, own(3)).stage == "preview"


def test_two_columns_of_one_name_are_asked_again(desk: Client) -> None:
    twice = ("Nombre", "RFC", "Dato", "Dato")
    data = as_csv(line(1)[:4], headings=twice), as_csv(line(2)[:4], headings=twice)
    answered(desk, received(desk, data[0]), column2="full_name", column3="email")
    assert received(desk, data[1]).stage == "asking"

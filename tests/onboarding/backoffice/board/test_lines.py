"""A company's line on the board: how to reach it."""

import pytest

from companies.models import Company, User
from facturamos.admin.beside_rows import BesideRow
from onboarding.backoffice.board import companies
from onboarding.backoffice.board.lines import BoardLine, lines


def line_of(issuer: User) -> BoardLine:
    assert issuer.company is not None
    [line] = lines(companies.rows([issuer.company.pk]), {issuer.company.pk: BesideRow([], [])}, {})
    return line


@pytest.mark.parametrize(
    ("company", "user", "call", "whatsapp"),
    [
        ("55 1234 5678 ext. 12", "", "tel:+525512345678", "https://wa.me/525512345678"),
        ("", "477 123 4567", "tel:+524771234567", "https://wa.me/524771234567"),
        ("+1 (212) 555-0100", "", "tel:+12125550100", "https://wa.me/12125550100"),
        ("no tiene", "", "", ""),
        ("", "", "", ""),
    ],
)
def test_a_telephone_dials_it(issuer: User, company: str, user: str, call: str, whatsapp: str) -> None:
    Company.objects.update(phone=company)
    User.objects.filter(pk=issuer.pk).update(phone=user)
    line = line_of(issuer)
    assert (line.call, line.whatsapp) == (call, whatsapp)
    assert line.row.phone == company or user


def test_it_says_how_far_and_how_long(issuer: User) -> None:
    line = line_of(issuer)
    assert (line.step, line.idle) == ("1 de 12", "Hoy")

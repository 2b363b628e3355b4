"""The way back in for whom nobody else can let in: asks, tells the person, stands in the log of security."""

import logging

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from companies.accounts import second_factor
from companies.models import SecondFactor, User
from mailing.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked_out(owner: User) -> User:
    """An owner that has lost the telephone."""
    factor = second_factor.make(owner)
    factor.confirmed_at = timezone.now()
    factor.save(update_fields=["confirmed_at"])
    return owner


@pytest.mark.usefixtures("locked_out")
@pytest.mark.parametrize("answer", ["", "no", "s"])
def test_it_asks_first(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    asked: list[str] = []

    def typed(question: str) -> str:
        asked.append(question)
        return answer

    monkeypatch.setattr("builtins.input", typed)
    with pytest.raises(CommandError, match="No se cambió nada"):
        call_command("reset_second_factor", "dueña")
    assert "se le avisará por correo (owner@example.com)" in asked[0]
    assert SecondFactor.objects.exists()


@pytest.mark.parametrize("how", ["asked", "by a script"])
def test_the_person_is_told_and_it_is_on_record(
    locked_out: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    monkeypatch.setattr("builtins.input", lambda question: " Sí ")
    sure = ["--sin-preguntar"] if how == "by a script" else []
    with caplog.at_level(logging.INFO, "facturamos.security"):
        call_command("reset_second_factor", "DUEÑA", *sure)
    assert not SecondFactor.objects.exists()
    assert list(Message.objects.values_list("kind", "to")) == [(second_factor.RESET, "owner@example.com")]
    said = [(record.getMessage(), vars(record)["about"]) for record in caplog.records]
    assert ("second-factor.reset-by-command", locked_out.code) in said


def test_what_is_not_there_is_told(support: User) -> None:
    with pytest.raises(CommandError, match="No hay ningún usuario «nadie»"):
        call_command("reset_second_factor", "nadie")
    with pytest.raises(CommandError, match="«soporte» no tiene un segundo factor activo"):
        call_command("reset_second_factor", "soporte")

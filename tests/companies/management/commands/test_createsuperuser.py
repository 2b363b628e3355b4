"""The owner's first account: asked for in Spanish, and with a way back from the first day."""

from collections.abc import Callable, Iterator

import pytest
from django.core.management import CommandError, call_command

from companies.accounts import password_reset
from companies.management.commands import createsuperuser
from companies.models import ResetRequest, User
from mailing.models import Message

pytestmark = pytest.mark.django_db
Answers = Callable[..., None]
GOOD = "Molcajete-Azul-27"


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """What somebody types, and how the password is typed."""

    def type_in(*typed: str, passwords: tuple[str, ...] = (GOOD, GOOD)) -> None:
        lines: Iterator[str] = iter(typed)
        secrets: Iterator[str] = iter(passwords)
        monkeypatch.setattr("builtins.input", lambda question: next(lines))
        monkeypatch.setattr(createsuperuser, "getpass", lambda question: next(secrets))

    return type_in


def test_a_forgotten_password_is_asked_for_at_once(answers: Answers) -> None:
    answers("dueña", "ana@example.com")
    call_command("createsuperuser")
    owner = User.objects.get()
    assert (owner.role, owner.is_superuser, owner.confirmed_email) == ("owner", True, "ana@example.com")
    assert owner.check_password(GOOD)

    password_reset.request_reset("ana@example.com", "192.0.2.1")
    asked = ResetRequest.objects.claim(ResetRequest.objects.get().pk)
    assert asked is not None
    password_reset.answer_reset(asked)

    assert Message.objects.get(kind=password_reset.PASSWORD_RESET).to == "ana@example.com"


def test_what_will_not_do_is_asked_for_again_in_spanish(
    answers: Answers, support: User, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(
        "",
        support.username,
        "con espacios",
        "dueña",
        "ana",
        "ana@example.com",
        passwords=(
            *("corta", "corta"),
            *(GOOD, "Otra-Cosa-Azul-27"),
            *(GOOD, GOOD),
        ),
    )
    call_command("createsuperuser")
    out, err = capsys.readouterr()
    assert err.splitlines() == [
        "Falta «Usuario».",
        "Ese nombre de usuario ya está ocupado. Elija otro.",
        "El usuario lleva letras, números y . @ + - _, sin espacios.",
        "Revise «Correo electrónico». La dirección de correo no está bien escrita; "
        "se parece a ana@empresa.mx.",
        "La contraseña es muy corta. Escriba al menos 10 caracteres.",
        "Las dos contraseñas no son iguales. Escríbalas otra vez.",
    ]
    assert "Se creó el propietario «dueña»." in out
    assert "Cree un segundo propietario para otra persona" in out


def test_a_script_gives_it_all(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", GOOD)
    call_command("createsuperuser", "--noinput", "--username=uno", "--email=uno@example.com")
    monkeypatch.delenv("DJANGO_SUPERUSER_PASSWORD")
    capsys.readouterr()
    call_command("createsuperuser", "--noinput", "--username=dos", "--email=dos@example.com")
    first, second = User.objects.order_by("pk")
    assert first.check_password(GOOD)
    assert not second.has_usable_password()
    assert "segundo propietario" not in capsys.readouterr().out


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="Falta «Correo electrónico»"):
        call_command("createsuperuser", "--noinput", "--username=uno")

    def no_terminal(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", no_terminal)
    with pytest.raises(CommandError, match="No hay terminal"):
        call_command("createsuperuser")
    assert not User.objects.exists()

"""The recipe «a mail» of docs/recipes.md, tried out: four places, and the rest follows."""

from pathlib import Path

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.template import Engine

from companies import emails
from companies.models import User
from mailing import outbox
from mailing.models import Message
from tests.mailing.conftest import run
from tests.recipes import blocks, places

KIND = "companies.welcome"
PLACES = 4


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Places 1 and 2, the function and the template; returns place 3, the call."""
    function, call = blocks("A mail", "python")
    (template,) = blocks("A mail", "django")
    monkeypatch.setattr(outbox, "_kinds", dict(outbox._kinds))
    exec(function, {**vars(emails)})  # noqa: S102  (as it stands in the recipe)
    app, _, name = KIND.partition(".")
    folder = tmp_path / app / "emails"
    folder.mkdir(parents=True)
    (folder / f"{name}.html").write_text(template)
    engine = Engine.get_default()
    monkeypatch.setattr(engine, "dirs", [tmp_path, *engine.dirs])
    return call


@pytest.fixture
def posted(written: str, issuer: User) -> Message:
    """A message that the recipe's call wrote."""
    exec(written, {"outbox": outbox, "user": issuer})  # noqa: S102
    return Message.objects.get(kind=KIND)


# Place 4: what the mail says. The rest of this file is what no recipe asks for.


@pytest.mark.django_db
def test_it_leaves_with_all_its_parts(posted: Message, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(full_name="Íñigo & Hijos")

    run(posted)

    (letter,) = mail.outbox
    assert isinstance(letter, EmailMultiAlternatives)
    html = str(letter.alternatives[0][0])
    assert letter.subject == "Buen día de parte de Facturamos.com.mx"
    assert "Buen día, Íñigo & Hijos:" in str(letter.body)
    assert "Buen día, Íñigo &amp; Hijos:" in html
    assert "/configuracion/" in str(letter.body)
    assert "Configurar mi facturación</a>" in html
    assert "<title>Buen día de parte de Facturamos.com.mx</title>" in html


# ---


def test_the_recipe_names_four_places() -> None:
    assert 0 < len(places("A mail")) <= PLACES


@pytest.mark.django_db
def test_admin_knows_it_by_its_name(posted: Message) -> None:
    assert (KIND, "Bienvenida") in outbox.labels()
    assert outbox.is_known(posted.kind)
    assert outbox.post_again(posted).pk != posted.pk


@pytest.mark.django_db
def test_its_cause_may_be_over(posted: Message) -> None:
    User.objects.filter(pk=posted.about).update(is_active=False)

    run(posted)

    assert mail.outbox == []
    assert posted.outcome == "No se envió: la cuenta ya no existe o está inactiva."

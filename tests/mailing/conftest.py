"""A kind of mail for the tests, and the ways to run a message's job."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from facturamos import vault
from facturamos.jobs import models, tasks
from facturamos.vault import Secret
from mailing import outbox
from mailing.models import Message
from tests.mailing.faulty_servers import Authority


def run(job: models.Job) -> None:
    """Does a job as a worker would, whatever its pause."""
    type(job).objects.filter(pk=job.pk).update(run_after=job.created_at)
    tasks.run(job._meta.label_lower, str(job.pk))
    job.refresh_from_db()


class Note:
    """What the tests' mail says, and who was told that it left."""

    def __init__(self) -> None:
        self.build: Callable[[Message], outbox.Mail] = self.welcome
        self.sent: list[Message] = []

    def welcome(self, message: Message) -> outbox.Mail:
        """A mail with a secret, made once, as the credentials' mail does it."""
        if message.secret is None:
            vault.put(message, "secret", Secret("Temporal-1"))
            message.save(update_fields=["secret"])
        secret = vault.take(message, "secret")
        assert secret is not None
        return outbox.Mail("Bienvenida", f"Su clave: {secret.text()}", "<p>Su clave</p>")


@pytest.fixture
def note(monkeypatch: pytest.MonkeyPatch) -> Note:
    """Registers the kind «tests.note», given up after an hour."""
    note = Note()
    monkeypatch.setattr(outbox, "_kinds", {})
    registered = outbox.mail(
        "tests.note", label="Nota de prueba", sent=note.sent.append, give_up_after=timedelta(hours=1)
    )
    registered(lambda message: note.build(message))
    return note


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A certificate authority."""
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def trust(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' authority is the one that this machine trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))

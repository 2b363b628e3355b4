"""`manage.py rotate_keys`: everything is encrypted anew with the newest key, while the site works."""

from datetime import timedelta
from io import StringIO
from threading import Event, Thread

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from facturamos import vault
from facturamos.vault import encrypted_columns
from mailing.models import Message

NEW = "n2:YW5vdGhlciBrZXkgZm9yIHRlc3RzIG9mIGEgcmluZyE="


def make_messages(count: int) -> list[Message]:
    messages = [
        Message(kind="test.kind", to="ana@example.com", about="1", give_up_at=timezone.now() + timedelta(1))
        for _ in range(count)
    ]
    for message in messages:
        vault.put(message, "secret", f"canario {message.pk}".encode())
    return Message.objects.bulk_create(messages)


def rotate(**options: object) -> str:
    said = StringIO()
    call_command("rotate_keys", stdout=said, **options)
    return said.getvalue()


def opened(message: Message) -> str:
    secret = vault.take(message, "secret")
    assert secret is not None
    return secret.text()


def test_it_finds_the_secrets_of_every_app() -> None:
    found = {f"{model._meta.label}.{name}" for model, name in encrypted_columns()}

    assert found >= {"mailing.Mailbox.password", "mailing.Message.secret"}


@pytest.mark.django_db
def test_it_encrypts_anew_with_the_newest_key_and_says_how_many(settings: Settings) -> None:
    make_messages(7)
    Message.objects.create(kind="test.kind", to="ana@example.com", about="1", give_up_at=timezone.now())
    settings.FACTURAMOS_KEYS = [NEW, *settings.FACTURAMOS_KEYS]

    said = rotate(lote=3)

    assert "mailing.Message.secret: 7 cifrados de nuevo, 0 no abren" in said
    encrypted = [message.secret for message in Message.objects.exclude(secret=None)]
    assert {each.key_id for each in encrypted if each} == {"n2"}


@pytest.mark.django_db
def test_afterwards_the_older_key_may_leave_the_ring(settings: Settings) -> None:
    make_messages(3)
    settings.FACTURAMOS_KEYS = [NEW, *settings.FACTURAMOS_KEYS]
    rotate()
    settings.FACTURAMOS_KEYS = [NEW]

    contents = {opened(message) for message in Message.objects.all()}

    assert contents == {f"canario {message.pk}" for message in Message.objects.all()}


@pytest.mark.django_db
def test_a_second_run_has_nothing_to_do(settings: Settings) -> None:
    make_messages(3)
    settings.FACTURAMOS_KEYS = [NEW, *settings.FACTURAMOS_KEYS]
    rotate()
    before = {message.pk: message.secret for message in Message.objects.all()}

    said = rotate()

    assert "Llave «n2»: 0 cifrados de nuevo en total" in said
    assert {message.pk: message.secret for message in Message.objects.all()} == before


@pytest.mark.django_db
def test_a_value_that_does_not_open_stays_and_is_reported(settings: Settings) -> None:
    good, moved = make_messages(2)
    Message.objects.filter(pk=moved.pk).update(secret=good.secret)
    settings.FACTURAMOS_KEYS = [NEW, *settings.FACTURAMOS_KEYS]

    with pytest.raises(CommandError, match="1 valores no abren"):
        rotate()

    good.refresh_from_db()
    moved.refresh_from_db()
    assert good.secret is not None
    assert moved.secret is not None
    assert (good.secret.key_id, moved.secret.key_id) == ("n2", "t1")


@pytest.mark.django_db(transaction=True)
def test_every_read_during_the_rotation_opens(settings: Settings) -> None:
    pks = [message.pk for message in make_messages(1000)]
    settings.FACTURAMOS_KEYS = [NEW, *settings.FACTURAMOS_KEYS]
    done = Event()
    opened_while: list[bool] = []

    def read() -> None:
        while not done.is_set():
            found = Message.objects.filter(pk__in=pks[::50])
            opened_while.extend(opened(message) == f"canario {message.pk}" for message in found)
        connection.close()

    reader = Thread(target=read)
    reader.start()
    rotate(lote=50)
    done.set()
    reader.join()

    assert opened_while
    assert all(opened_while)

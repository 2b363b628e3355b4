"""What a link says, and where it is kept: nowhere."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pghistory.models import Context

from facturamos.hidden_links import LinksHidden
from mailing.models import Message
from onboarding.delegation import links, services
from tests.companies.accounts.mail import deliver, last_mail
from tests.onboarding.answers import ANSWERS
from tests.onboarding.delegation.conftest import Ask


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """All that the site's own handlers write, from every logger and of every level."""
    handlers = [each for each in logging.getLogger().handlers if each.filters]
    ours = [each for each in handlers if any(isinstance(it, LinksHidden) for it in each.filters)]
    assert ours
    stream, levels = io.StringIO(), {}
    for name in ("", "django", "django.request", "django.server", "django.security.csrf"):
        levels[name] = logging.getLogger(name).level
        logging.getLogger(name).setLevel(logging.DEBUG)
    streams = [each.setStream(stream) for each in ours if isinstance(each, logging.StreamHandler)]
    yield stream
    for each, before in zip(ours, streams, strict=True):
        assert isinstance(each, logging.StreamHandler)
        each.setStream(before)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def test_a_link_is_in_no_log_no_session_and_no_history(
    ask: Ask, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = ask("datos-fiscales")
    deliver(Message.objects.get(kind=services.ASKED))
    address = ana.link()
    token = address.split("/")[-2]
    assert token in str(last_mail().body)

    ana.client.get(address)
    ana.client.post(address)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/encargo/abrir/", {"enlace": token}, headers={"referer": address}).status_code == 403
    ana.accept()
    ana.submit("datos-fiscales", ANSWERS["datos-fiscales"]())
    logging.getLogger("django.server").info('"%s" %s %s', f"GET {address} HTTP/1.1", 200, 12)
    _fail(monkeypatch)
    broken = Client(raise_request_exception=False)
    assert broken.get(address).status_code == 500
    assert broken.post("/encargo/abrir/", {"enlace": token}).status_code == 500

    signature = token.rpartition(".")[2]
    assert "/encargo/enlace/…/" in log.getvalue()
    kept = [each.get_decoded() for each in Session.objects.all()]
    for where in (log.getvalue(), str(kept), str(list(Context.objects.values_list("metadata", flat=True)))):
        assert where
        assert signature not in where


def _fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(services, "find", fail)


def test_a_link_says_which_request_and_which_mail(ask: Ask) -> None:
    delegation = ask("sellos").delegation

    token = links.token(delegation)

    assert links.read(token) == links.Link(delegation.pk, 1)
    assert links.read(token[:-1]) is None
    assert links.read(token.replace("-1.", "-2.")) is None
    assert links.read("x" * 5000) is None

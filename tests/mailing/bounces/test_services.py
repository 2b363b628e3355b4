"""What comes of a mail that was sent back: its message says so, once, and nobody else's does."""

from datetime import timedelta

import pytest
from django.utils import timezone

from companies.models import User
from facturamos.jobs.models import Job
from mailing.bounces import services
from mailing.bounces.return_address import envelope_sender, token
from mailing.bounces.services import Verdict
from mailing.models import Message, RelayState
from tests.mailing.bounces import samples
from tests.mailing.bounces.conftest import sent_to
from tests.mailing.bounces.samples import IN_WORDS, standard, words
from tests.mailing.bounces.samples_standard import STANDARD, fields

pytestmark = pytest.mark.django_db


def returned(message: Message) -> bytes:
    return standard(envelope_sender(message.pk), fields=fields())


@pytest.mark.parametrize(("server", "said", "bounce", "told"), STANDARD, ids=[row[0] for row in STANDARD])
def test_a_report_by_the_standard_is_read(
    sent: Message, server: str, said: str, bounce: str, told: str
) -> None:
    answer = services.take(standard(envelope_sender(sent.pk), fields=said))

    sent.refresh_from_db()
    assert answer == (Verdict.OURS, True)
    assert (sent.bounce, told in sent.outcome) == (bounce, True), sent.outcome
    assert sent.bounced_at is not None


@pytest.mark.parametrize(("server", "text", "bounce", "told"), IN_WORDS, ids=[row[0] for row in IN_WORDS])
def test_a_report_in_words_is_read(sent: Message, server: str, text: str, bounce: str, told: str) -> None:
    answer = services.take(words(envelope_sender(sent.pk), text))

    sent.refresh_from_db()
    assert answer == (Verdict.OURS, True)
    assert (sent.bounce, told in sent.outcome) == (bounce, True), sent.outcome


def test_the_history_repeats_nothing_of_what_came_back(sent: Message) -> None:
    services.take(returned(sent))

    sent.refresh_from_db()
    assert [entry["outcome"] for entry in sent.tries] == ["Rebotó: la dirección no existe (550 5.1.1)."]


@pytest.mark.parametrize("what", samples.others("x"))
def test_what_is_no_report_changes_nothing(sent: Message, what: str) -> None:
    assert services.take(samples.others(envelope_sender(sent.pk))[what]) == (Verdict.NOT_OURS, False)

    sent.refresh_from_db()
    assert (sent.bounce, sent.tries) == ("", [])


@pytest.mark.parametrize("what", samples.harmless("x"))
def test_a_mail_that_is_late_or_has_arrived_did_not_bounce(sent: Message, what: str) -> None:
    assert services.take(samples.harmless(envelope_sender(sent.pk))[what]) == (Verdict.OURS, False)

    sent.refresh_from_db()
    assert sent.bounce == ""


def test_a_forged_token_changes_nothing(sent: Message) -> None:
    good = token(sent.pk)
    for forged in ("a" * 42, good[:30] + good[30:][::-1], good[1:] + good[0]):
        mail = standard(f"rebotes+{forged}@facturamos.example", fields=fields())
        assert services.take(mail) == (Verdict.NOT_OURS, False)
    no_token = standard("rebotes@facturamos.example", fields=fields())
    assert services.take(no_token) == (Verdict.NOT_OURS, False)

    sent.refresh_from_db()
    assert sent.bounce == ""


def test_a_replayed_report_changes_nothing(sent: Message, issuer: User) -> None:
    services.take(standard(envelope_sender(sent.pk), fields=fields("5.2.2", "smtp; 552 5.2.2 full")))
    again = sent_to(issuer)

    assert services.take(returned(sent)) == (Verdict.OURS, False)

    sent.refresh_from_db()
    again.refresh_from_db()
    assert (sent.bounce, len(sent.tries)) == ("bounced", 1)
    assert again.bounce == ""


def test_a_token_is_good_for_two_weeks(sent: Message) -> None:
    Message.objects.update(mailed_at=timezone.now() - services.COMES_BACK_WITHIN - timedelta(hours=1))

    assert services.take(returned(sent)) == (Verdict.OURS, False)


def test_a_report_about_a_mail_that_never_left_changes_nothing(sent: Message) -> None:
    Message.objects.update(mailed_at=None)

    assert services.take(returned(sent)) == (Verdict.OURS, False)


def test_a_report_that_is_faster_than_our_own_note_is_read_later(sent: Message) -> None:
    Message.objects.update(mailed_at=None, state=Job.State.RUNNING)

    assert services.take(returned(sent)) == (Verdict.TOO_EARLY, False)


def test_of_several_recipients_ours_counts(sent: Message) -> None:
    other = fields("5.2.2", "smtp; 552 5.2.2 full", final="rfc822; luis@panaderia.mx", original="")
    services.take(standard(envelope_sender(sent.pk), fields=f"{other}\n\n{fields()}"))

    sent.refresh_from_db()
    assert sent.bounce == "no_address"


def test_what_is_refused_of_ours_is_told_to_the_operator(
    sent: Message, caplog: pytest.LogCaptureFixture
) -> None:
    listed = fields("5.7.1", "smtp; 554 5.7.1 blocked using zen.spamhaus.org")
    services.take(standard(envelope_sender(sent.pk), fields=listed))

    state = RelayState.objects.present()
    assert state.paused_since is None
    assert state.fault == "rebote: nuestra reputación (554 5.7.1)"
    assert "a mail came back" in caplog.text

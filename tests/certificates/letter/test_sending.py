"""A signed letter on its way: told once, and what became of it is found out or told as doubtful."""

import socket
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from certificates.letter.pacs import soap
from certificates.letter.services import LetterSigner
from certificates.models import LetterSubmission
from certificates.testing import Pair
from companies.models import Company, ManifestLetter
from facturamos.devserver import pacs
from facturamos.devserver.pacs import HOSTILE, Mode, PacServer
from facturamos.devserver.tls import LocalAuthority
from facturamos.jobs import tasks
from facturamos.jobs.models import Job
from mailing.models import Message
from tests.certificates.letter.conftest import sign

State, Outcome = ManifestLetter.State, LetterSubmission.Outcome


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a PAC that is silent."""
    monkeypatch.setattr(soap, "SECONDS_OF_PAGE", 1.0)
    monkeypatch.setattr(soap, "SECONDS_OF_WORKER", 0.7)


def letter() -> ManifestLetter:
    return ManifestLetter.objects.get()


def submission() -> LetterSubmission:
    return LetterSubmission.objects.get()


def work(times: int = 1) -> LetterSubmission:
    """What a worker does when the job's time has come, so many times."""
    for _ in range(times):
        LetterSubmission.objects.filter(state=Job.State.QUEUED).update(run_after=timezone.now())
        tasks.run("certificates.lettersubmission", str(submission().pk))
    return submission()


def told(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


def test_finkok_gives_it_back_and_so_it_is_confirmed(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    assert sign(company, signer, fiel).state is State.SIGNED

    done = work()

    assert (done.state, done.outcome) == (Job.State.DONE, Outcome.VERIFIED)
    assert letter().state is State.VERIFIED
    assert finkok.asked == ["get_contracts_snid", "sign_contract", "get_documents"]
    assert finkok.books.taken == ["PNA190312AB1"]
    assert told("companies.letter_verified") == 1


def test_timbox_confirms_it_at_once(
    timbox: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)

    assert work().outcome == Outcome.VERIFIED
    assert letter().state is State.VERIFIED
    (cadena,) = timbox.books.taken
    assert cadena.startswith("||PANADERÍA LA ÑAPA|PNA190312AB1|30001000000500")
    assert cadena.endswith("|PPR010101AA1|00000||")


def test_a_letter_that_is_not_there_yet_is_sent_and_asked_for_again(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    finkok.modes["get_documents"] = lambda answer, text: answer.page(
        "<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'><success>false</success></Envelope>"
    )

    waiting = work(3)

    assert (waiting.state, waiting.outcome, letter().state) == (Job.State.QUEUED, "", State.SENT)
    assert not letter().is_doubtful
    del finkok.modes["get_documents"]
    assert work().outcome == Outcome.VERIFIED
    assert finkok.asked.count("sign_contract") == 1


def refusing(adapter: str, code: str) -> Mode:
    def refuse(answer: pacs.PacAnswer, text: str) -> None:
        inner = f"<code>{code}</code><success>false</success><message>{code}</message>"
        answer.page(f"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>{inner}</Envelope>")

    return refuse


def test_a_refusal_is_told_in_our_words_with_what_to_do(
    timbox: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    timbox.modes["firmar_manifiesto_sello"] = refusing("timbox", "MAN015")

    refused = work()

    assert (refused.outcome, refused.code) == (Outcome.REJECTED, "MAN015")
    said = letter()
    assert (said.state, said.rejection) == (State.REJECTED, "El certificado es un CSD y no una e.firma.")
    assert said.next_action == "Firme otra vez con su e.firma (FIEL)."
    assert told("companies.letter_rejected") == 1


def test_after_a_refusal_it_is_signed_again(
    timbox: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    timbox.modes["firmar_manifiesto_sello"] = refusing("timbox", "MAN011")
    work()
    timbox.modes.clear()
    first = letter().signature

    sign(company, signer, fiel)

    assert (letter().state, letter().rejection) == (State.SIGNED, "")
    again = LetterSubmission.objects.exclude(signature=first).get()
    tasks.run("certificates.lettersubmission", str(again.pk))
    assert letter().state is State.VERIFIED


def test_what_a_pac_says_of_an_earlier_signature_changes_nothing(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair, settings: Any
) -> None:
    sign(company, signer, fiel)
    first = submission()
    settings.LETTER_VERSION = "2"
    sign(company, signer, fiel)

    tasks.run("certificates.lettersubmission", str(first.pk))

    first.refresh_from_db()
    assert (first.outcome, letter().state) == (Outcome.OUTDATED, State.SIGNED)
    assert "sign_contract" not in finkok.asked


@pytest.mark.parametrize("mode", HOSTILE, ids=lambda mode: mode.__name__)
def test_whatever_finkok_answers_it_is_sent_once_and_confirmed_at_last(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair, mode: Mode
) -> None:
    sign(company, signer, fiel)
    finkok.modes = {"sign_contract": mode, "get_documents": mode}

    waiting = work(2)

    assert (waiting.outcome, letter().state in (State.SIGNED, State.SENT)) == ("", True)
    finkok.modes = {}
    assert work().outcome == Outcome.VERIFIED
    assert (letter().state, finkok.books.taken) == (State.VERIFIED, ["PNA190312AB1"])


@pytest.mark.parametrize("mode", HOSTILE, ids=lambda mode: mode.__name__)
def test_whatever_timbox_answers_it_is_sent_once_and_told_as_doubtful(
    timbox: PacServer, company: Company, signer: LetterSigner, fiel: Pair, mode: Mode
) -> None:
    sign(company, signer, fiel)
    timbox.modes = {"firmar_manifiesto_sello": mode}

    done = work(3)

    assert (done.outcome, done.state) == (Outcome.DOUBTFUL, Job.State.DONE)
    assert (letter().state, letter().is_doubtful) == (State.SENT, True)
    assert len(timbox.books.taken) == 1


def test_the_same_answer_twice_counts_once(
    timbox: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    timbox.modes = {"firmar_manifiesto_sello": pacs.twice}

    assert work().outcome == Outcome.VERIFIED
    assert told("companies.letter_verified") == 1


@pytest.mark.parametrize("adapter", ["finkok", "timbox"])
def test_a_pac_that_is_not_there_is_told_nothing_and_tried_again(
    request: pytest.FixtureRequest,
    company: Company,
    signer: LetterSigner,
    fiel: Pair,
    settings: Any,
    adapter: str,
) -> None:
    server: PacServer = request.getfixturevalue(adapter)
    sign(company, signer, fiel)
    there = settings.PAC_STAND_IN
    with closing(socket.socket()) as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.PAC_STAND_IN = f"127.0.0.1:{nobody.getsockname()[1]}"

        waiting = work(3)

    assert (waiting.outcome, waiting.sending_since, letter().state) == ("", None, State.SIGNED)
    settings.PAC_STAND_IN = there
    assert work().outcome == Outcome.VERIFIED
    assert len(server.books.taken) == 1


@pytest.mark.parametrize("adapter", ["finkok", "timbox"])
def test_who_cannot_prove_to_be_the_pac_is_told_nothing(
    request: pytest.FixtureRequest,
    company: Company,
    signer: LetterSigner,
    fiel: Pair,
    settings: Any,
    adapter: str,
) -> None:
    server: PacServer = request.getfixturevalue(adapter)
    sign(company, signer, fiel)
    with pacs.running(LocalAuthority().server(pacs.HOST)) as impostor:
        settings.PAC_STAND_IN = f"127.0.0.1:{impostor.server_port}"

        waiting = work()

        assert (impostor.asked, waiting.code, waiting.sending_since) == ([], "untrusted", None)
    assert (letter().state, server.books.taken) == (State.SIGNED, [])


def test_a_worker_that_was_killed_while_sending_does_not_send_it_again(
    timbox: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    LetterSubmission.objects.update(sending_since=timezone.now())

    assert work().outcome == Outcome.DOUBTFUL
    assert timbox.books.taken == []


def test_finkok_is_asked_first_and_told_again_only_where_it_has_nothing(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    LetterSubmission.objects.update(sending_since=timezone.now())

    assert (work().outcome, finkok.asked[1:]) == ("", ["get_documents"])
    assert work().outcome == Outcome.VERIFIED
    assert len(finkok.books.taken) == 1


def test_three_deaths_over_it_make_it_doubtful(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    for _ in range(3):
        job = LetterSubmission.objects.claim(submission().pk)
        assert job is not None
        job.crash("el proceso se detuvo")
        LetterSubmission.objects.update(run_after=timezone.now())

    assert (submission().outcome, submission().state) == (Outcome.DOUBTFUL, Job.State.DEAD)
    assert letter().is_doubtful


def test_after_three_days_of_silence_a_person_must_ask(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    finkok.modes = {"sign_contract": pacs.fault, "get_documents": pacs.fault}
    assert work(2).outcome == ""

    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1)):
        assert work().outcome == Outcome.DOUBTFUL


def test_support_may_have_confirmed_it_before_the_pac_refuses(
    timbox: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    ManifestLetter.objects.update(verified_at=timezone.now())
    timbox.modes["firmar_manifiesto_sello"] = refusing("timbox", "MAN011")

    assert work().outcome == Outcome.REJECTED
    assert letter().state is State.VERIFIED


@pytest.mark.parametrize("mode", HOSTILE, ids=lambda mode: mode.__name__)
def test_a_person_who_waits_for_the_text_is_told_soon(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair, mode: Mode
) -> None:
    finkok.modes["get_contracts_snid"] = mode

    began = timezone.now()
    with pytest.raises(Exception, match="pac_silent"):
        sign(company, signer, fiel)

    assert timezone.now() - began < timedelta(seconds=3)

"""What became of a letter is not taken from an answer that does not say it, nor told of another company."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from certificates.findings import letter_findings
from certificates.letter.services import LetterSigner
from certificates.models import LetterSignature, LetterSubmission
from certificates.testing import CA, Pair
from companies import letters
from companies.models import Company, FormerLetter
from facturamos.devserver import pacs
from facturamos.devserver.pacs import Mode, PacServer
from facturamos.jobs import tasks
from facturamos.status.report import Level
from tests.certificates.conftest import rsa_key
from tests.certificates.letter.conftest import evidence, sign
from tests.certificates.letter.test_sending import (
    Outcome,
    State,
    _impatient,
    letter,
    refusing,
    work,
)

__all__ = ["_impatient"]


def saying(words: str) -> Mode:
    def say(answer: pacs.PacAnswer, text: str) -> None:
        inner = f"<success>false</success><error>{words}</error>"
        answer.page(f"<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>{inner}</Envelope>")

    return say


def test_a_pac_that_is_out_of_order_does_not_say_that_it_has_nothing(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    finkok.modes = {"sign_contract": pacs.hung_up, "get_documents": saying("Error interno")}

    assert work(3).outcome == ""
    finkok.modes = {}
    assert work().outcome == Outcome.VERIFIED
    assert finkok.books.taken == ["PNA190312AB1"]


def test_the_pac_is_asked_about_the_rfc_that_signed_and_only_while_it_is_the_companys(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    finkok.modes = {"sign_contract": pacs.hung_up}
    work()
    finkok.modes = {}
    Company.objects.update(rfc="CCA980429MD4")

    assert (work(2).outcome, finkok.asked.count("get_documents")) == ("", 0)
    Company.objects.update(rfc="PNA190312AB1")
    assert work().outcome == Outcome.VERIFIED
    assert finkok.books.taken == ["PNA190312AB1"]


def test_the_letter_of_a_company_that_is_deleted_is_not_sent(
    finkok: PacServer, company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    sign(company, signer, fiel)
    Company.objects.update(deleted_at=timezone.now())

    assert (work().outcome, "sign_contract" in finkok.asked) == ("", False)
    with time_machine.travel(timezone.now() + timedelta(days=16)):
        assert work().outcome == Outcome.OUTDATED
    assert "sign_contract" not in finkok.asked


def test_another_rfc_asks_for_another_letter_and_keeps_the_evidence(
    company: Company, signer: LetterSigner, fiel: Pair, ca: CA
) -> None:
    sign(company, signer, fiel)
    letters.note_verified(evidence().pk)
    company.rfc = "CCA980429MD4"
    company.save()
    assert not letter().is_current

    sign(company, signer, ca.issue(rfc=company.rfc, name="OTRA", kind="FIEL", key=rsa_key(1)))

    assert (letter().state, letter().rfc) == (State.SIGNED, "CCA980429MD4")
    kept = FormerLetter.objects.get()
    assert (kept.rfc, kept.verified_at is not None) == ("PNA190312AB1", True)
    assert LetterSignature.objects.count() == 2


@pytest.mark.parametrize("code", ["MAN001", "MAN012"])
def test_support_is_told_of_what_only_support_can_do(
    timbox: PacServer, company: Company, signer: LetterSigner, fiel: Pair, code: str
) -> None:
    sign(company, signer, fiel)
    timbox.modes["firmar_manifiesto_sello"] = refusing("timbox", code)
    work()
    assert "Asistencia" in letter().next_action
    assert [finding.number for finding in letter_findings()] == [0, 1]

    timbox.modes["firmar_manifiesto_sello"] = pacs.hung_up
    sign(company, signer, fiel)
    again = LetterSubmission.objects.exclude(outcome=Outcome.REJECTED).get()
    tasks.run("certificates.lettersubmission", str(again.pk))
    assert [(finding.number, finding.level) for finding in letter_findings()] == [
        (1, Level.WARNING),
        (0, Level.GOOD),
    ]

"""Preparing and verifying, where no page is needed to see it."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from certificates.letter import services
from certificates.letter.services import LetterSigner
from certificates.letter.signing_refusals import SENTENCES, STATUS, SigningRefused
from certificates.models import LetterDraft, LetterSignature
from certificates.testing import Pair
from companies.models import Company, ManifestLetter
from tests.certificates.letter.conftest import sign, signatures_of


def test_somebody_without_an_account_may_sign(company: Company, fiel: Pair) -> None:
    helper = LetterSigner(None, "192.0.2.9", "", words="Ana Ruiz (contadora)", holder="helper:7")

    sign(company, helper, fiel)

    kept = LetterSignature.objects.get()
    assert (kept.user, kept.sent_by) == (None, "Ana Ruiz (contadora)")


def test_one_without_an_account_does_not_use_what_another_was_given(company: Company, fiel: Pair) -> None:
    one, other = (LetterSigner(None, "192.0.2.9", "", holder=f"helper:{number}") for number in (1, 2))
    draft = services.prepare(company, one, fiel.certificate, timezone.now())

    with pytest.raises(SigningRefused, match="unknown"):
        services.sign(company, other, str(draft.pk), [b""], timezone.now())


def test_the_evidence_never_changes(company: Company, signer: LetterSigner, fiel: Pair) -> None:
    sign(company, signer, fiel)

    with pytest.raises(Exception, match="Cannot update or delete"):
        LetterSignature.objects.update(rfc="XAXX010101000")


def test_nor_is_it_deleted(company: Company, signer: LetterSigner, fiel: Pair) -> None:
    sign(company, signer, fiel)

    with pytest.raises(Exception, match="Cannot update or delete"):
        LetterSignature.objects.all().delete()


def test_what_nobody_can_use_is_forgotten_after_a_day(
    company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    old = services.prepare(company, signer, fiel.certificate, timezone.now() - timedelta(days=1, minutes=1))
    fresh = services.prepare(company, signer, fiel.certificate, timezone.now())

    assert services.forget_drafts(timezone.now()) == 1
    assert list(LetterDraft.objects.values_list("pk", flat=True)) == [fresh.pk] != [old.pk]


def test_every_refusal_has_its_sentence() -> None:
    assert set(STATUS) <= set(SENTENCES)
    assert all(SigningRefused(code).message.endswith(".") for code in SENTENCES)


def at_once(times: int, what: Callable[[], object]) -> list[object]:
    """What so many who do it at the same moment get."""
    gate, results = Barrier(times), []

    def run() -> None:
        gate.wait()
        try:
            results.append(what())
        except SigningRefused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.django_db(transaction=True)
def test_of_those_who_send_it_at_once_one_signs(company: Company, signer: LetterSigner, fiel: Pair) -> None:
    draft = services.prepare(company, signer, fiel.certificate, timezone.now())
    made = signatures_of(draft, fiel)
    results = at_once(6, lambda: services.sign(company, signer, str(draft.pk), made, timezone.now()))

    assert results.count("used") == 5
    assert (LetterSignature.objects.count(), ManifestLetter.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_an_hour_are_twenty_however_fast_they_come(
    company: Company, signer: LetterSigner, fiel: Pair
) -> None:
    for _ in range(18):
        services.prepare(company, signer, fiel.certificate, timezone.now())

    results = at_once(6, lambda: services.prepare(company, signer, fiel.certificate, timezone.now()))

    assert results.count("too_many") == 4

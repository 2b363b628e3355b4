"""Steps 2 and 3."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from companies.forms import ManifestLetterForm, PrivacyNoticeForm
from companies.models import ManifestLetter, PrivacyNotice, User

PDF = b"%PDF-1.7\nacuse"


@pytest.fixture
def letter(issuer: User) -> ManifestLetter:
    return ManifestLetter(company=issuer.company)


def upload(content: bytes = PDF) -> dict[str, SimpleUploadedFile]:
    return {"acknowledgement": SimpleUploadedFile("../Acuse Ñ.pdf", content, "text/html")}


def stored_name(letter: ManifestLetter) -> str:
    return str(ManifestLetter.objects.get(pk=letter.pk).acknowledgement.name)


def content(letter: ManifestLetter) -> bytes:
    with default_storage.open(stored_name(letter)) as stored:
        return bytes(stored.read())


def save(form: ManifestLetterForm) -> ManifestLetter:
    assert form.is_valid(), form.errors
    return form.save()


# --- the notice


def test_the_notice_has_to_be_accepted() -> None:
    assert [field.label for field in PrivacyNoticeForm()] == ["Acepto el aviso de privacidad"]
    assert "lea el aviso y marque «Acepto el aviso de privacidad»" in str(PrivacyNoticeForm({}).errors)
    assert PrivacyNoticeForm({"accept": "on"}).is_valid()


def test_accepting_what_was_accepted_is_no_change() -> None:
    assert PrivacyNoticeForm({"accept": "on"}).has_changed()
    assert not PrivacyNoticeForm({"accept": "on"}, accepted=True).has_changed()


def test_saving_the_notice_keeps_the_evidence(issuer: User) -> None:
    assert issuer.company is not None
    notice = PrivacyNotice.objects.create(version="1", text="Aviso")
    form = PrivacyNoticeForm({"accept": "on"})
    assert form.is_valid()

    kept = form.save(notice=notice, company=issuer.company, user=issuer, address="192.0.2.1", browser="x")

    assert kept.sha256 == notice.sha256


# --- the letter


def test_nothing_filled_in_writes_nothing(letter: ManifestLetter) -> None:
    save(ManifestLetterForm({}, instance=letter))

    assert letter.pk is None


def test_the_date_alone_declares_it_signed(letter: ManifestLetter) -> None:
    saved = save(ManifestLetterForm({"signed_on": "2026-01-15"}, instance=letter))

    assert saved.state == ManifestLetter.State.SIGNED


@pytest.mark.parametrize(
    ("signed_on", "sentence"),
    [
        ("2026-11-03", "todavía no llega"),
        ("0202-01-15", "Revise el año"),
        ("15 de", "Escriba día, mes y año"),
    ],
)
def test_impossible_dates_are_refused(letter: ManifestLetter, signed_on: str, sentence: str) -> None:
    # Already the 3rd in London, still the 2nd in Mexico City.
    with time_machine.travel(datetime(2026, 11, 3, 3, tzinfo=UTC), tick=False):
        form = ManifestLetterForm({"signed_on": signed_on}, instance=letter)

        assert sentence in str(form.errors["signed_on"])
        assert ManifestLetterForm({"signed_on": "2026-11-02"}, instance=letter).is_valid()


def test_the_acknowledgement_is_kept_under_a_random_name(letter: ManifestLetter) -> None:
    saved = save(ManifestLetterForm({"signed_on": "2026-01-15"}, upload(), instance=letter))

    assert re.fullmatch(r"cartas/[0-9a-f]{32}\.pdf", stored_name(saved))
    assert content(saved) == PDF
    assert len(saved.acknowledgement_sha256) == 64


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "El archivo está vacío."),
        (b"<html>", "Este archivo no es un PDF."),
        (b"%PDF-" + bytes(5 * 1024 * 1024), "pesa más de 5 MB"),
    ],
)
def test_other_files_are_refused(letter: ManifestLetter, content: bytes, sentence: str) -> None:
    form = ManifestLetterForm({"signed_on": "2026-01-15"}, upload(content), instance=letter)

    assert sentence in str(form.errors["acknowledgement"])


def test_an_acknowledgement_needs_its_date(letter: ManifestLetter) -> None:
    form = ManifestLetterForm({}, upload(), instance=letter)

    assert "Escriba la fecha en que firmó la carta" in str(form.errors["signed_on"])


def test_the_same_file_again_writes_nothing(
    letter: ManifestLetter, django_assert_num_queries: Callable[..., Any]
) -> None:
    saved = save(ManifestLetterForm({"signed_on": "2026-01-15"}, upload(), instance=letter))
    name = saved.acknowledgement.name
    again = ManifestLetterForm({"signed_on": "2026-01-15"}, upload(), instance=saved)

    with django_assert_num_queries(0):
        assert not again.has_changed()
        save(again)

    saved.refresh_from_db()
    assert saved.acknowledgement.name == name


def test_another_file_replaces_the_first(
    letter: ManifestLetter, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    saved = save(ManifestLetterForm({"signed_on": "2026-01-15"}, upload(), instance=letter))
    first = stored_name(saved)

    with django_capture_on_commit_callbacks(execute=True):
        save(ManifestLetterForm({"signed_on": "2026-01-15"}, upload(PDF + b"2"), instance=saved))

    saved.refresh_from_db()
    assert content(saved) == PDF + b"2"
    assert not default_storage.exists(first)


def test_saving_without_a_file_keeps_the_one_there_is(letter: ManifestLetter) -> None:
    saved = save(ManifestLetterForm({"signed_on": "2026-01-15"}, upload(), instance=letter))

    save(ManifestLetterForm({"signed_on": "2026-01-16"}, instance=saved))

    saved.refresh_from_db()
    assert content(saved) == PDF


def test_a_verified_letter_stays_as_it_is(letter: ManifestLetter) -> None:
    letter.signed_on = timezone.localdate() - timedelta(days=9)
    letter.verified_at = timezone.now()
    letter.save()
    form = ManifestLetterForm({"signed_on": ""}, upload(), instance=letter)

    save(form)

    letter.refresh_from_db()
    assert letter.signed_on is not None
    assert not letter.acknowledgement
    assert not form.has_changed()


def test_after_a_refusal_the_same_day_declares_it_anew(letter: ManifestLetter) -> None:
    today = timezone.localdate()
    letter.signed_on, letter.rejected_at, letter.rejection = today, timezone.now(), "No."
    letter.save()
    form = ManifestLetterForm({"signed_on": today.isoformat()}, instance=letter)
    assert ManifestLetterForm(instance=letter)["signed_on"].value() is None

    save(form)

    assert ManifestLetter.objects.get().state == ManifestLetter.State.SIGNED


def test_to_go_on_leaves_a_refusal_as_it_is(letter: ManifestLetter) -> None:
    letter.signed_on, letter.rejected_at = timezone.localdate(), timezone.now()
    letter.save()

    save(ManifestLetterForm({"signed_on": ""}, instance=letter))

    stored = ManifestLetter.objects.get()
    assert (stored.state, stored.signed_on) == (ManifestLetter.State.REJECTED, timezone.localdate())

"""Notices, their acceptances and the letter in admin."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from companies.models import Company, ManifestLetter, NoticeAcceptance, PrivacyNotice, User
from tests.admin_page import filled

SignIn = Callable[[User], Client]
NOTICES = "/admin/companies/privacynotice/"
LETTERS = "/admin/companies/manifestletter/"


def company_of(issuer: User) -> Company:
    return Company.objects.get(users=issuer)


@pytest.fixture
def draft(db: None) -> PrivacyNotice:
    return PrivacyNotice.objects.create(version="1.0", text="Aviso de privacidad.")


@pytest.fixture
def letter(issuer: User) -> ManifestLetter:
    return ManifestLetter.objects.create(
        company=company_of(issuer),
        signed_on=timezone.localdate(),
        acknowledgement=ContentFile(b"%PDF-1.7 <script>", "acuse.pdf"),
    )


def test_all_staff_are_warned_while_no_notice_is_published(
    sign_in: SignIn, support: User, distributor: User, draft: PrivacyNotice
) -> None:
    warning = "No hay ningún aviso de privacidad publicado"
    for user in (support, distributor):
        assert warning in sign_in(user).get("/admin/").content.decode()
    draft.publish()
    assert warning not in sign_in(support).get("/admin/").content.decode()


def test_support_publishes_a_draft_after_being_asked(
    sign_in: SignIn, support: User, draft: PrivacyNotice
) -> None:
    client = sign_in(support)
    assert "no se puede cambiar ni borrar" in client.get(f"{NOTICES}{draft.pk}/publicar/").content.decode()
    assert PrivacyNotice.objects.in_force() is None
    client.post(f"{NOTICES}{draft.pk}/publicar/")
    assert PrivacyNotice.objects.in_force() == draft


def test_the_digest_follows_a_drafts_text(sign_in: SignIn, support: User, draft: PrivacyNotice) -> None:
    before = draft.sha256
    client, url = sign_in(support), f"{NOTICES}{draft.pk}/change/"
    client.post(url, filled(client, url, text="Otro texto."))
    draft.refresh_from_db()
    assert draft.text == "Otro texto."
    assert draft.sha256 != before


def test_a_published_notice_is_a_record(sign_in: SignIn, support: User, draft: PrivacyNotice) -> None:
    draft.publish()
    client = sign_in(support)
    assert "Aviso de privacidad." in client.get(f"{NOTICES}{draft.pk}/change/").content.decode()
    assert client.post(f"{NOTICES}{draft.pk}/change/", {"version": "1.0", "text": "x"}).status_code == 403
    assert client.post(f"{NOTICES}{draft.pk}/delete/", {"post": "yes"}).status_code == 403
    assert PrivacyNotice.objects.get(version="1.0").text == "Aviso de privacidad."


def test_acceptances_are_read_only(
    sign_in: SignIn, support: User, issuer: User, draft: PrivacyNotice
) -> None:
    draft.publish()
    row = NoticeAcceptance.objects.create(
        notice=draft, company=company_of(issuer), user=issuer, sha256=draft.sha256, address="192.0.2.1"
    )
    client = sign_in(support)
    url = f"/admin/companies/noticeacceptance/{row.pk}"
    assert "192.0.2.1" in client.get(f"{url}/change/").content.decode()
    assert client.post(f"{url}/change/", {"address": "192.0.2.2"}).status_code == 403
    assert client.post(f"{url}/delete/", {"post": "yes"}).status_code == 403
    assert client.get("/admin/companies/noticeacceptance/add/").status_code == 403


def test_support_verifies_a_signed_letter(sign_in: SignIn, support: User, letter: ManifestLetter) -> None:
    sign_in(support).post(f"{LETTERS}{letter.pk}/comprobar/")
    letter.refresh_from_db()
    assert letter.state is ManifestLetter.State.VERIFIED


def test_what_was_confirmed_by_mistake_is_taken_back(
    sign_in: SignIn, support: User, letter: ManifestLetter
) -> None:
    client = sign_in(support)
    client.post(f"{LETTERS}{letter.pk}/comprobar/")
    assert "Quitar la comprobación" in client.get(f"{LETTERS}{letter.pk}/change/").content.decode()
    assert client.post(f"{LETTERS}{letter.pk}/quitar-comprobacion/").status_code == 200  # without a reason
    client.post(f"{LETTERS}{letter.pk}/quitar-comprobacion/", {"reason": "Era la otra empresa."})

    letter.refresh_from_db()
    assert (letter.verified_at, letter.state) == (None, ManifestLetter.State.SIGNED)
    assert "Era la otra empresa." in client.get(f"{LETTERS}{letter.pk}/history/").content.decode()


@pytest.mark.parametrize("terms", ["", "de otro PAC"])
def test_a_confirmed_letter_keeps_its_day(
    sign_in: SignIn, support: User, letter: ManifestLetter, terms: str
) -> None:
    ManifestLetter.objects.update(terms=terms or letter.terms)
    client, url = sign_in(support), f"{LETTERS}{letter.pk}/change/"
    before = filled(client, url, signed_on="")
    ManifestLetter.objects.update(verified_at=timezone.now())

    client.post(url, before)
    client.post(url, filled(client, url, signed_on=""))

    letter.refresh_from_db()
    assert letter.signed_on == timezone.localdate()


def test_an_unsigned_letter_is_not_verified(sign_in: SignIn, support: User, letter: ManifestLetter) -> None:
    letter.signed_on = None
    letter.save()
    sign_in(support).post(f"{LETTERS}{letter.pk}/comprobar/")
    letter.refresh_from_db()
    assert letter.verified_at is None


def test_the_acknowledgement_leaves_as_an_attachment(
    sign_in: SignIn, support: User, letter: ManifestLetter
) -> None:
    response = sign_in(support).get(f"{LETTERS}{letter.pk}/acuse/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7 <script>"  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"


def test_its_stored_name_is_shown_to_nobody(sign_in: SignIn, support: User, letter: ManifestLetter) -> None:
    page = sign_in(support).get(f"{LETTERS}{letter.pk}/change/").content.decode()
    assert str(letter.acknowledgement.name) not in page


def test_a_distributor_does_not_open_it(sign_in: SignIn, distributor: User, letter: ManifestLetter) -> None:
    assert sign_in(distributor).get(f"{LETTERS}{letter.pk}/acuse/").status_code == 403


def test_support_corrects_the_day_and_keeps_the_file(
    sign_in: SignIn, support: User, letter: ManifestLetter
) -> None:
    name = letter.acknowledgement.name
    client, url = sign_in(support), f"{LETTERS}{letter.pk}/change/"
    client.post(url, filled(client, url, signed_on="2026-01-15"))
    letter.refresh_from_db()
    assert str(letter.signed_on) == "2026-01-15"
    assert letter.acknowledgement.name == name

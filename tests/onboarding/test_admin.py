"""Support leaves a note at a step, and keeps the files to download."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from companies.models import User
from onboarding.models import Download, Onboarding, StepState
from tests.admin_page import filled

SignIn = Callable[[User], Client]


@pytest.fixture
def onboarding(issuer: User) -> Onboarding:
    return Onboarding.objects.get(company=issuer.company)


def notes(*rows: dict[str, Any]) -> dict[str, Any]:
    """New rows of an Onboarding's page."""
    data = {"step_states-TOTAL_FORMS": str(len(rows)), "step_states-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        data |= {f"step_states-{number}-{name}": value for name, value in row.items()}
    return data


def url_of(onboarding: Onboarding) -> str:
    return f"/admin/onboarding/onboarding/{onboarding.pk}/change/"


def test_support_leaves_a_note_at_an_untouched_step(
    sign_in: SignIn, support: User, onboarding: Onboarding
) -> None:
    note = {"slug": "datos-fiscales", "note": "Revise el régimen."}
    sign_in(support).post(url_of(onboarding), notes(note))
    state = StepState.objects.get()
    assert (state.slug, state.note, state.saved_at) == ("datos-fiscales", "Revise el régimen.", None)


def test_support_changes_a_note_and_nothing_else(
    sign_in: SignIn, support: User, onboarding: Onboarding
) -> None:
    state = StepState.objects.create(onboarding=onboarding, slug="logotipo", omitted=True)
    client, url = sign_in(support), url_of(onboarding)
    sly = {"step_states-0-note": "Suba su logotipo.", "step_states-0-omitted": ""}
    client.post(url, filled(client, url, **sly))
    state.refresh_from_db()
    assert state.note == "Suba su logotipo."
    assert state.omitted


def test_a_note_of_several_lines_blocks_nothing(
    sign_in: SignIn, support: User, onboarding: Onboarding
) -> None:
    client, url = sign_in(support), url_of(onboarding)
    reopen = f"/admin/companies/company/{onboarding.company_id}/reabrir-paso/"
    client.post(reopen, {"step": "sellos", "note": "Falta la llave.\nY la contraseña."})

    assert client.post(url, filled(client, url)).status_code == 302
    more = {"step_states-0-note": "Falta\nla\nllave."}
    assert client.post(url, filled(client, url, **more)).status_code == 302

    assert StepState.objects.get().note.split() == ["Falta", "la", "llave."]


def test_a_distributor_reads_the_notes_of_its_own(
    sign_in: SignIn, distributor: User, onboarding: Onboarding
) -> None:
    StepState.objects.create(onboarding=onboarding, slug="sellos", note="Falta la llave.")
    client = sign_in(distributor)
    assert "Falta la llave." in client.get(url_of(onboarding)).content.decode()
    assert client.post(url_of(onboarding), notes()).status_code == 403


def test_a_companys_page_shows_its_steps(sign_in: SignIn, support: User, onboarding: Onboarding) -> None:
    StepState.objects.create(onboarding=onboarding, slug="sellos", note="Falta la llave.")
    page = sign_in(support).get(f"/admin/companies/company/{onboarding.company_id}/pasos/").content.decode()
    assert "Falta la llave." in page
    assert "Pendiente" in page
    assert "Datos fiscales" in page


def test_support_uploads_a_file_to_download(sign_in: SignIn, support: User) -> None:
    file = SimpleUploadedFile("guia.pdf", b"%PDF-1.7")
    data = {"title": "Guía impresa", "description": "", "file": file, "visible": "on"}
    sign_in(support).post("/admin/onboarding/download/add/", data)
    assert Download.objects.get().title == "Guía impresa"


def test_a_distributor_uploads_nothing(sign_in: SignIn, distributor: User) -> None:
    assert sign_in(distributor).get("/admin/onboarding/download/add/").status_code == 403

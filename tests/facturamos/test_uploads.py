"""How much may be uploaded where: little, in memory; of programs for everybody much more, by support."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings

from companies.models import User
from onboarding.models import Download

SignIn = Callable[[User], Client]
PAGE = "/admin/onboarding/download/add/"


def firmware(size: int) -> dict[str, object]:
    return {"title": "Firmware", "visible": "on", "file": SimpleUploadedFile("firmware.bin", b"\0" * size)}


@pytest.mark.django_db
def test_support_uploads_a_program_that_no_other_page_would_take(sign_in: SignIn, support: User) -> None:
    size = settings.UPLOAD_MAX_BYTES + 1

    sign_in(support).post(PAGE, firmware(size))

    assert Download.objects.get().file.size == size


@pytest.mark.django_db
@override_settings(STAFF_UPLOAD_MAX_BYTES=1000)
def test_it_has_a_limit_too(sign_in: SignIn, support: User) -> None:
    assert sign_in(support).post(PAGE, firmware(1001)).status_code == 413
    assert not Download.objects.exists()


@pytest.mark.django_db
def test_nobody_else_gets_more_room_there(sign_in: SignIn, distributor: User) -> None:
    response = sign_in(distributor).post(PAGE, firmware(settings.UPLOAD_MAX_BYTES + 1))

    assert response.status_code == 413

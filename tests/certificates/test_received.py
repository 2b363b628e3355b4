"""What stays of a page of step 9 that is refused: its certificate, and the name of its key."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from certificates import custody
from certificates.forms import CsdForm
from certificates.models import Csd
from companies.models import Company, User
from tests.certificates.conftest import NOW, Issue, files, work
from tests.certificates.test_forms import filled, upload, zip_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def frozen() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def carried(form: CsdForm) -> dict[str, str]:
    """What the page of a refused form sends along with the next one."""
    assert not form.is_valid()
    return {form.received_name: form.received}


@pytest.mark.parametrize("field", ["certificate", "key", "files_together"])
def test_a_certificate_alone_stays_until_its_key_comes(company: Company, issue: Issue, field: str) -> None:
    pair = issue()
    certificate, key = files(pair)["certificate"], files(pair)["key"]
    alone = CsdForm({}, MultiValueDict({field: [certificate]}), company=company)

    form = CsdForm({**carried(alone), "password": "12345678a"}, {"key": key}, company=company)

    assert form.is_valid(), form.errors
    csd = form.save(company.users.get())
    assert csd is not None
    work(csd)
    assert csd.state == Csd.State.ACTIVE


@pytest.mark.parametrize("field", ["certificate", "key", "files_together"])
def test_a_key_may_follow_in_any_of_the_fields(company: Company, issue: Issue, field: str) -> None:
    pair = issue()
    sent = carried(CsdForm({}, {"certificate": files(pair)["certificate"]}, company=company))

    form = CsdForm(sent, MultiValueDict({field: [files(pair)["key"]]}), company=company)

    assert form.is_valid(), form.errors
    assert form.upload.certificate == pair.certificate


def test_a_key_is_named_to_be_chosen_again_and_never_carried(company: Company, issue: Issue) -> None:
    pair = issue()
    wrong = SimpleUploadedFile("otro.cer", b"nada")
    form = CsdForm({"password": "x"}, {"certificate": wrong, "key": files(pair)["key"]}, company=company)

    assert carried(form) == {form.received_name: ""}
    assert form.key_lost == files(pair)["key"].name


def test_another_certificate_takes_the_place_of_the_carried_one(company: Company, issue: Issue) -> None:
    first, second = issue(), issue()
    sent = carried(CsdForm({}, {"certificate": files(first)["certificate"]}, company=company))

    for given in (files(second), {"files_together": zip_of(second)}):
        form = CsdForm(sent, given, company=company)
        assert form.is_valid(), form.errors
        assert form.upload.certificate == second.certificate


def test_a_refused_certificate_is_not_carried(company: Company, issue: Issue) -> None:
    foreign = issue(rfc="EKU9003173C9")

    form = filled(company, foreign)

    assert carried(form) == {form.received_name: ""}


def test_a_carried_certificate_is_the_companys_own_for_an_hour(
    company: Company, other_issuer: User, issue: Issue
) -> None:
    assert other_issuer.company is not None
    pair = issue()
    key = {"key": files(pair)["key"]}
    sent = carried(CsdForm({}, {"certificate": files(pair)["certificate"]}, company=company))

    for altered in (sent["received"][:-1] + "x", "", "nada"):
        assert set(CsdForm({"received": altered}, key, company=company).errors) == {"certificate"}
    assert "certificate" in CsdForm(sent, {"key": files(pair)["key"]}, company=other_issuer.company).errors
    with time_machine.travel(NOW + custody.DRAFT_LIFETIME + timedelta(seconds=1), tick=False):
        late = CsdForm(sent, {"key": files(pair)["key"]}, company=company)
        assert set(late.errors) == {"certificate"}


def test_a_waiting_pair_asks_for_its_password_alone_whatever_is_carried(
    company: Company, issue: Issue
) -> None:
    other = carried(CsdForm({}, {"certificate": files(issue())["certificate"]}, company=company))
    upload(company, issue(), "")

    assert CsdForm({**other, "password": "12345678a"}, {}, company=company).is_valid()

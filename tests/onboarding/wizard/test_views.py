"""What formtools' stock wizards do, and ours must not. Each test fails with the stock behaviour."""

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.forms import AddressForm
from companies.models import Address, Company, PrivacyNotice, User
from onboarding.models import Onboarding, RefusedSubmit, StepState
from tests.conftest import PASSWORD
from tests.onboarding import answers
from tests.onboarding.answers import ADDRESS, ANSWERS, NEW_PASSWORD
from tests.onboarding.browser import Tab


def session_texts() -> str:
    """Everything that the sessions hold, readable."""
    return "".join(str(session.get_decoded()) for session in Session.objects.all())


def test_the_session_holds_only_the_sign_in(tab: Tab) -> None:
    tab.submit("usuario", ANSWERS["usuario"]() | {"current_password": PASSWORD})
    tab.submit("correo", ANSWERS["correo"]())

    texts = session_texts()

    for typed in (NEW_PASSWORD, "clave-smtp-9", "Íñigo", "smtp.example.com"):
        assert typed not in texts


def test_a_get_writes_nothing(tab: Tab) -> None:
    for slug in ANSWERS:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            tab.open(slug)

        written = [query["sql"] for query in queries if not query["sql"].lstrip().startswith("SELECT")]
        assert written == []


def test_an_upload_keeps_no_name_of_the_customers_and_leaves_no_orphan(
    tab: Tab, issuer: User, django_capture_on_commit_callbacks: object
) -> None:
    folder = Path(settings.MEDIA_ROOT) / "logos"
    before = set(folder.glob("*"))

    for color in ("teal", "orange"):
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            logo = answers.logo("mi logo Ñ.jpg", answers.jpeg(color))
            response = tab.submit("logotipo", {"image": logo, "position": "left"})
        assert response.status_code == 302

    left = set(folder.glob("*")) - before
    assert len(left) == 1
    assert "logo" not in left.pop().name


def test_an_upload_is_kept_whole(tab: Tab, issuer: User) -> None:
    tab.submit("logotipo", ANSWERS["logotipo"]())

    company = Company.objects.get(users=issuer)
    with company.logo.image.open() as file:
        content = file.read()
    assert content.startswith(b"\xff\xd8")
    assert content.endswith(b"\xff\xd9")


def test_a_get_wipes_nothing(tab: Tab) -> None:
    tab.submit("direccion-fiscal", ADDRESS)

    tab.client.get("/configuracion/")
    tab.open("aviso-de-privacidad")

    assert "Avenida de los Ñandúes" in tab.client.get("/configuracion/direccion-fiscal/").content.decode()


@pytest.mark.parametrize("slug", [slug for slug in ANSWERS if slug != "aviso-de-privacidad"])
def test_no_step_opens_before_the_notice_is_accepted(
    issuer: User, client: Client, notice: PrivacyNotice, slug: str
) -> None:
    client.force_login(issuer, backend="companies.accounts.auth.Backend")

    for response in (
        client.get(f"/configuracion/{slug}/"),
        client.post(f"/configuracion/{slug}/", {"onboarding_wizard-current_step": slug}),
    ):
        assert response.status_code == 302
        assert response.headers["Location"] == "/configuracion/aviso-de-privacidad/"


def test_finishing_is_not_reached_by_skipping(tab: Tab, issuer: User) -> None:
    response = tab.submit("terminar", {})

    assert response.status_code == 200
    assert "Todavía falta" in response.content.decode()
    assert Onboarding.objects.get(company=issuer.company).finished_at is None


@pytest.mark.parametrize("address", ["listo", "done", "terminar"])
def test_a_get_never_finishes(tab: Tab, issuer: User, address: str) -> None:
    response = tab.client.get(f"/configuracion/{address}/")

    assert response.status_code in (200, 404)
    assert Onboarding.objects.get(company=issuer.company).finished_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_step_is_not_found(tab: Tab, method: str) -> None:
    response = getattr(tab.client, method)("/configuracion/paso-trece/")

    assert response.status_code == 404


def test_after_an_expired_session_a_step_is_still_itself(tab: Tab, issuer: User) -> None:
    page = tab.open("direccion-fiscal")
    Session.objects.all().delete()
    refused = tab.submit("direccion-fiscal", ADDRESS, page)
    assert refused.headers["Location"].startswith("/entrar/?next=/configuracion/direccion-fiscal/")
    tab.client.force_login(issuer, backend="companies.accounts.auth.Backend")

    response = tab.submit("direccion-fiscal", ADDRESS, page)

    assert response.headers["Location"] == "/configuracion/direccion-de-emision/"
    assert Address.objects.get(company=issuer.company).kind == Address.Kind.FISCAL


def test_a_step_posted_to_another_address_changes_nothing(tab: Tab, issuer: User) -> None:
    page = tab.open("direccion-fiscal")

    response = tab.submit("direccion-de-emision", ADDRESS, page)

    assert response.headers["Location"] == "/configuracion/direccion-de-emision/"
    assert not Address.objects.filter(company=issuer.company).exists()


@pytest.mark.parametrize("carried", [{}, {"onboarding_wizard-current_step": "nada"}])
def test_a_page_without_its_management_form_is_opened_again(tab: Tab, carried: dict[str, str]) -> None:
    response = tab.submit("direccion-fiscal", ADDRESS, carried)

    assert response.status_code == 302
    assert response.headers["Location"] == "/configuracion/direccion-fiscal/"


def test_two_tabs_on_two_steps_each_save_their_own(tab: Tab, issuer: User) -> None:
    fiscal, issuing = tab.open("direccion-fiscal"), tab.open("direccion-de-emision")

    tab.submit("direccion-de-emision", ADDRESS | {"street": "Calle Dos"}, issuing)
    tab.submit("direccion-fiscal", ADDRESS | {"street": "Calle Uno"}, fiscal)

    streets = dict(Address.objects.filter(company=issuer.company).values_list("kind", "street"))
    assert streets == {"fiscal": "Calle Uno", "issuing": "Calle Dos"}


def test_what_somebody_else_saved_first_is_told_and_nothing_is_written(
    tab: Tab, issuer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lock keeps other saves of the wizard out, not whatever else writes."""
    save = AddressForm.save

    def beaten(form: AddressForm, commit: bool = True) -> Address:
        Company.objects.filter(pk=form.instance.company_id).update(phone="4770000000")
        Address.objects.create(company=form.instance.company, kind=form.instance.kind, **ADDRESS)
        return save(form, commit)

    monkeypatch.setattr(AddressForm, "save", beaten)

    response = tab.submit("direccion-fiscal", ADDRESS)

    assert response.status_code == 200
    assert "Otra persona acaba de guardar el mismo dato." in response.content.decode()
    assert ADDRESS["street"] in response.content.decode()
    assert not Address.objects.filter(company=issuer.company).exists()
    assert Company.objects.get(users=issuer).phone != "4770000000"
    assert RefusedSubmit.objects.get(company=issuer.company).step == "direccion-fiscal"
    assert not StepState.objects.filter(slug="direccion-fiscal").exists()

"""What was typed wrong when an account was opened: corrected, resent, or taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone
from pghistory.core import event_models

from companies.accounts import credentials, held_email
from companies.models import Company, User
from mailing.models import Message
from mailing.outbox import Moot
from onboarding.account_opening import open_account
from onboarding.backoffice.company_deletion.services import DELETION
from onboarding.backoffice.personal_data.erasure import erase_due, erased_on
from onboarding.demo.people import PASSWORD_SHAPE
from onboarding.models import StepState
from tests.admin_page import filled
from tests.companies.accounts.mail import deliver, last_mail
from tests.conftest import make_issuer

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
WRONG = "lucia@panadria.mx"
RIGHT = {
    "name": "PANADERÍA LA ÑAPA",
    "rfc": "PNA190312AB1",
    "full_name": "Lucía Peña",
    "email": "lucia@panaderia.mx",
    "phone": "477 123 4567",
}


@pytest.fixture
def opened(distributor: User) -> User:
    """A fresh account with a slip of the finger in each of its fields, whose credentials have been mailed."""
    assert distributor.distributor is not None
    user = open_account(
        distributor=distributor.distributor,
        name="PANADRÍA LA ÑAPA",
        rfc="PNA190312AB2",
        full_name="Lusía Peña",
        email=WRONG,
        phone="477 123 4568",
    )
    deliver(Message.objects.get(kind=credentials.CREDENTIALS))
    user.refresh_from_db()
    return user


def url(user: User, page: str = "corregir-y-reenviar") -> str:
    return f"/admin/companies/company/{user.company_id}/{page}/"


def company_of(user: User) -> Company:
    return Company.objects.get(users=user)


def mailed_password() -> str:
    """What the last mail with credentials says."""
    (password,) = PASSWORD_SHAPE.findall(str(last_mail().body))
    return str(password)


def saved(user: User, slug: str) -> None:
    StepState.objects.create(onboarding=company_of(user).onboarding, slug=slug, saved_at=timezone.now())


@pytest.mark.parametrize("who", ["distributor", "clerk", "support", "owner"])
def test_all_is_corrected_and_resent_in_one(
    sign_in: SignIn, opened: User, who: str, request: pytest.FixtureRequest
) -> None:
    former = mailed_password()
    assert opened.check_password(former)

    page = sign_in(request.getfixturevalue(who)).post(url(opened), RIGHT, follow=True).content.decode()

    assert f"Las credenciales de {opened.username} se enviarán a lucia@panaderia.mx." in page
    opened.refresh_from_db()
    company = company_of(opened)
    assert {name: getattr(company, name) for name in ("name", "rfc", "phone")}.items() <= RIGHT.items()
    assert {name: getattr(opened, name) for name in ("full_name", "email", "phone")}.items() <= RIGHT.items()
    assert held_email.held_until(opened) is None
    assert not opened.has_usable_password()
    deliver(Message.objects.latest("created_at"))
    assert last_mail().to == [RIGHT["email"]]
    assert User.objects.get(pk=opened.pk).check_password(mailed_password())
    assert LogEntry.objects.get().change_message == "Corregir y reenviar."


def test_the_reader_and_another_distributor_do_not(
    sign_in: SignIn, opened: User, reader: User, other_distributor: User
) -> None:
    for user, status in ((reader, 403), (other_distributor, 404)):
        client = sign_in(user)
        for page in ("corregir-y-reenviar", "cancelar-cuenta"):
            assert client.get(url(opened, page)).status_code == status
            assert client.post(url(opened, page), RIGHT | {"reason": "x"}).status_code == status
    assert User.objects.get(pk=opened.pk).email == WRONG


def test_what_was_on_its_way_to_the_wrong_address_says_nothing(
    sign_in: SignIn, opened: User, distributor: User
) -> None:
    credentials.reissue_credentials(opened)
    waiting = Message.objects.latest("created_at")
    before = last_mail()
    sign_in(distributor).post(url(opened), RIGHT)
    deliver(waiting)
    assert last_mail() is before


def test_a_mail_that_is_being_written_meanwhile_carries_no_password(opened: User) -> None:
    credentials.reissue_credentials(opened)
    underway = Message.objects.latest("created_at")
    User.objects.filter(pk=opened.pk).update(email=RIGHT["email"])
    with pytest.raises(Moot):
        credentials.temporary_password(underway)


@pytest.mark.parametrize(
    ("slug", "theirs", "why"),
    [
        ("datos-fiscales", {"name", "rfc", "phone"}, "en su paso «Datos fiscales»: ahora es suyo."),
        ("usuario", {"full_name"}, "en su paso «Usuario»: ahora es suyo."),
    ],
)
def test_what_the_issuer_has_saved_is_shown_and_stays(
    sign_in: SignIn, opened: User, distributor: User, slug: str, theirs: set[str], why: str
) -> None:
    saved(opened, slug)
    before = {**vars(company_of(opened)), "full_name": opened.full_name}
    client = sign_in(distributor)

    page = client.get(url(opened)).content.decode()
    client.post(url(opened), RIGHT)

    assert page.count(why) == page.count(" disabled") == len(theirs)
    opened.refresh_from_db()
    now = {**vars(company_of(opened)), "full_name": opened.full_name}
    fields = ("name", "rfc", "phone", "full_name")
    assert {name for name in fields if now[name] == before[name]} == theirs
    assert opened.email == RIGHT["email"]


def test_who_has_come_in_keeps_the_address_and_the_password(
    sign_in: SignIn, opened: User, distributor: User
) -> None:
    password = mailed_password()
    Client().post("/entrar/", {"username": opened.username, "password": password})
    client = sign_in(distributor)
    assert "El emisor ya entró con este correo" in client.get(url(opened)).content.decode()

    page = client.post(url(opened), RIGHT, follow=True).content.decode()

    assert "Se corrigió: Nombre, RFC, Nombre completo del contacto, Teléfono. El emisor ya entró" in page
    opened.refresh_from_db()
    assert (opened.email, opened.full_name) == (WRONG, "Lucía Peña")
    assert opened.check_password(password)
    assert Message.objects.filter(kind=credentials.CREDENTIALS).count() == 1


def test_nothing_is_left_to_correct_once_all_is_the_issuers(
    sign_in: SignIn, opened: User, distributor: User
) -> None:
    for slug in ("datos-fiscales", "usuario"):
        saved(opened, slug)
    User.objects.filter(pk=opened.pk).update(last_login=timezone.now())
    client = sign_in(distributor)
    assert "Corregir y reenviar" not in client.get(url(opened, "change")).content.decode()
    page = client.post(url(opened), RIGHT, follow=True).content.decode()
    assert "el emisor ya entró y guardó sus datos" in page


def test_an_rfc_that_the_distributor_has_already_is_named(
    sign_in: SignIn, opened: User, distributor: User
) -> None:
    other = make_issuer(distributor, name="LA OTRA", rfc="PNA190312AB1", username="otra")
    page = sign_in(distributor).post(url(opened), RIGHT).content.decode()
    assert (
        f"Este RFC ya es de otra empresa del mismo distribuidor: {company_of(other).code}, LA OTRA." in page
    )
    assert User.objects.get(pk=opened.pk).email == WRONG


# --- taken back


def test_an_account_that_nobody_entered_is_taken_back(sign_in: SignIn, opened: User, clerk: User) -> None:
    client = sign_in(clerk)
    assert "Falta «Motivo»" in client.post(url(opened, "cancelar-cuenta")).content.decode()

    answer = client.post(url(opened, "cancelar-cuenta"), {"reason": "Se duplicó."}, follow=True)

    company = company_of(opened)
    assert answer.status_code == 200
    assert f"La cuenta {company.code} quedó cancelada." in answer.content.decode()
    assert (company.deleted_at is not None, company.deletion_reason) == (True, "Se duplicó.")
    assert LogEntry.objects.get().change_message == "Cancelar cuenta. Se duplicó."
    assert WRONG not in Message.objects.filter(kind=DELETION).values_list("to", flat=True)
    entry = Client().post("/entrar/", {"username": opened.username, "password": mailed_password()})
    assert entry.status_code == 200


@pytest.mark.parametrize("owned", ["entered", "confirmed"])
def test_an_account_with_an_owner_is_not(
    sign_in: SignIn, opened: User, distributor: User, owned: str
) -> None:
    rows = User.objects.filter(pk=opened.pk)
    if owned == "entered":
        rows.update(last_login=timezone.now())
    else:
        rows.update(confirmed_email=WRONG)
    client = sign_in(distributor)
    assert "Cancelar cuenta" not in client.get(url(opened, "change")).content.decode()
    client.post(url(opened, "cancelar-cuenta"), {"reason": "x"})
    assert company_of(opened).deleted_at is None


def test_what_was_taken_back_is_erased_on_a_date_as_any_company_is(
    sign_in: SignIn, opened: User, clerk: User
) -> None:
    sign_in(clerk).post(url(opened, "cancelar-cuenta"), {"reason": "Se duplicó."})
    company = company_of(opened)
    on = erased_on(company)
    assert on is not None
    assert company.deletion_final_at is not None

    # As if that day had come.
    final_at = company.deletion_final_at - (on - timezone.now())
    Company.objects.filter(pk=company.pk).update(deletion_final_at=final_at + timedelta(hours=1))
    assert erase_due() == 0
    Company.objects.filter(pk=company.pk).update(deletion_final_at=final_at - timedelta(hours=1))
    assert erase_due() == 1

    (history,) = event_models(tracks_model=Company)
    assert not history._base_manager.filter(pgh_obj=company.pk).exists()
    assert not User.objects.filter(pk=opened.pk).exists()


# --- support's own pages


def data_of(company: Company, **changes: str) -> dict[str, str]:
    """The company's page as the browser would send it, without its inlines' rows."""
    forms = {
        f"{prefix}-{name}": "0"
        for prefix in ("users", "addresses", "document_types")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    names = ("name", "rfc", "phone", "expedition_place", "tax_regime")
    return {name: getattr(company, name) for name in names} | forms | changes


def test_support_saves_a_fresh_company_without_inventing_anything(
    sign_in: SignIn, support: User, opened: User
) -> None:
    client, page = sign_in(support), url(opened, "change")
    client.post(page, filled(client, page, name="PANADERÍA LA ÑAPA", phone=""))
    company = company_of(opened)
    assert (company.name, company.phone, company.tax_regime) == ("PANADERÍA LA ÑAPA", "", "")


def test_once_the_issuer_has_saved_them_they_stay(sign_in: SignIn, support: User, opened: User) -> None:
    saved(opened, "datos-fiscales")
    data = data_of(company_of(opened), name="X")
    assert "Falta «Régimen fiscal»" in sign_in(support).post(url(opened, "change"), data).content.decode()


def test_support_is_told_which_company_has_the_rfc(
    sign_in: SignIn, support: User, distributor: User, opened: User
) -> None:
    other = make_issuer(distributor, name="LA OTRA", rfc="PNA190312AB1", username="otra")
    data = data_of(company_of(opened), rfc="PNA190312AB1")
    page = sign_in(support).post(url(opened, "change"), data).content.decode()
    assert f"{company_of(other).code}, LA OTRA." in page


def test_an_address_that_support_gives_to_an_owner_still_waits(
    sign_in: SignIn, support: User, opened: User
) -> None:
    Client().post("/entrar/", {"username": opened.username, "password": mailed_password()})
    page = f"/admin/companies/user/{opened.pk}/change/"
    client = sign_in(support)
    client.post(page, filled(client, page, email="x@example.com"))
    opened.refresh_from_db()
    assert opened.email == "x@example.com"
    assert held_email.held_until(opened) is not None

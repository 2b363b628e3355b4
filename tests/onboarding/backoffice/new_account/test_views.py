"""«Nueva cuenta»: one short form opens an account."""

from collections.abc import Callable

import pytest
from django.test import Client

from companies.models import Company, User
from mailing.models import Message
from onboarding.models import Onboarding

SignIn = Callable[[User], Client]
NEW = "/admin/companies/company/add/"
ACCOUNT = {
    "name": "FERRETERÍA EL ÑANDÚ",
    "rfc": "fna190312ab3",
    "full_name": "Begoña Ibáñez",
    "email": "begona@example.com",
    "phone": "55 1234 5678",
    "username": "",
}


def test_a_distributor_opens_an_account_end_to_end(sign_in: SignIn, distributor: User) -> None:
    client = sign_in(distributor)
    response = client.post(NEW, ACCOUNT)
    company = Company.objects.get(rfc="FNA190312AB3")
    user = company.users.get()
    assert response["Location"] == f"/admin/companies/company/{company.pk}/cuenta/"
    assert company.distributor == distributor.distributor
    assert not user.has_usable_password()
    assert user.password_is_temporary
    assert Onboarding.objects.filter(company=company).exists()
    message = Message.objects.get(kind="companies.credentials")
    assert (message.to, message.about) == ("begona@example.com", str(user.pk))
    page = client.get(response["Location"]).content.decode()
    assert company.code in page
    assert user.username in page


def test_a_slip_in_the_mail_address_is_asked_about_where_it_is_still_in_mind(
    sign_in: SignIn, distributor: User
) -> None:
    client = sign_in(distributor)

    response = client.post(NEW, {**ACCOUNT, "email": "begona@hotmial.com"})

    assert "¿El correo es begona@hotmail.com?" in client.get(response["Location"]).content.decode()


def test_support_chooses_the_distributor(
    sign_in: SignIn, support: User, distributor: User, other_distributor: User
) -> None:
    client = sign_in(support)
    missing = client.post(NEW, ACCOUNT).content.decode()
    assert "Falta «Distribuidor»" in missing
    client.post(NEW, {**ACCOUNT, "distributor": other_distributor.distributor_id})
    assert Company.objects.get().distributor == other_distributor.distributor


def test_a_distributor_cannot_open_accounts_for_another(
    sign_in: SignIn, distributor: User, other_distributor: User
) -> None:
    sign_in(distributor).post(NEW, {**ACCOUNT, "distributor": other_distributor.distributor_id})
    assert Company.objects.get().distributor == distributor.distributor


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Falta «Nombre»"),
        ("rfc", "XAXX010101000", "RFC genérico"),
        ("rfc", "FNA991312AB3", "no forman una fecha"),
        ("email", "begona@", "La dirección de correo"),
        ("phone", "123", "10 dígitos"),
        ("username", "dos palabras", "sin espacios"),
    ],
)
def test_it_tells_each_error_at_its_field(
    sign_in: SignIn, distributor: User, field: str, value: str, sentence: str
) -> None:
    response = sign_in(distributor).post(NEW, {**ACCOUNT, field: value})
    assert list(response.context["form"].errors) == [field]
    page = response.content.decode()
    assert sentence in page
    assert "Begoña Ibáñez" in page
    assert not Company.objects.exists()
    assert not Message.objects.exists()


def test_it_refuses_an_rfc_of_the_same_distributor(sign_in: SignIn, distributor: User, issuer: User) -> None:
    response = sign_in(distributor).post(NEW, {**ACCOUNT, "rfc": "PNA190312AB1"})
    assert "Ya hay una empresa con este RFC" in response.content.decode()


def test_it_tells_nothing_of_another_distributors_rfc(
    sign_in: SignIn, distributor: User, other_issuer: User
) -> None:
    sign_in(distributor).post(NEW, {**ACCOUNT, "rfc": "NUPJ800101AB2"})
    assert Company.objects.filter(rfc="NUPJ800101AB2").count() == 2


def test_it_refuses_a_user_name_that_is_taken(sign_in: SignIn, distributor: User, issuer: User) -> None:
    response = sign_in(distributor).post(NEW, {**ACCOUNT, "username": issuer.username.upper()})
    assert "ya está ocupado" in response.content.decode()


def test_a_mail_that_cannot_be_queued_opens_nothing(
    sign_in: SignIn, distributor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailing.outbox._kinds", {})
    with pytest.raises(KeyError):
        sign_in(distributor).post(NEW, ACCOUNT)
    assert not Company.objects.exists()


def test_a_distributor_sends_credentials_again(sign_in: SignIn, distributor: User, issuer: User) -> None:
    assert issuer.company is not None
    client = sign_in(distributor)
    url = f"/admin/companies/company/{issuer.company.pk}/reenviar-credenciales/"
    assert "contraseña temporal nueva" in client.get(url).content.decode()
    assert not Message.objects.exists()
    assert client.post(url)["Location"] == f"/admin/companies/company/{issuer.company.pk}/resumen/"
    assert Message.objects.get().to == issuer.email
    issuer.refresh_from_db()
    assert issuer.password_is_temporary

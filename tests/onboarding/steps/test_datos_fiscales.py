"""What is wrong is said at its field, what was right stays."""

from datetime import timedelta

import pytest
from django.utils import timezone

from certificates.models import Csd
from companies.models import Company, User
from tests.onboarding.answers import ADDRESS, ANSWERS
from tests.onboarding.browser import Tab

SLUG = "datos-fiscales"


def test_the_code_is_shown_and_never_edited(tab: Tab, issuer: User) -> None:
    assert issuer.company is not None
    response = tab.submit(SLUG, ANSWERS[SLUG]() | {"code": "F999999"})

    assert response.status_code == 302
    text = tab.client.get("/configuracion/datos-fiscales/").content.decode()
    assert issuer.company.code in text
    assert "F999999" not in text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("rfc", "XAXX010101000", "RFC genérico"),
        ("rfc", "PNA190312", "12 caracteres"),
        ("rfc", "PNA191332AB1", "no forman una fecha"),
        ("expedition_place", "3700", "cinco dígitos"),
        ("phone", "123", "10 dígitos"),
        ("tax_regime", "612", "no corresponde a una persona moral"),
        ("tax_regime", "616", "no se puede facturar"),
        ("tax_regime", "", "Elíjalo de la lista"),
        ("name", "", "Falta «Nombre»"),
    ],
)
def test_bad_input_is_named_and_nothing_else_is_lost(
    tab: Tab, issuer: User, field: str, value: str, sentence: str
) -> None:
    response = tab.submit(SLUG, ANSWERS[SLUG]() | {"phone": "4779999999"} | {field: value})

    text = response.content.decode()
    assert response.status_code == 200
    assert sentence in text
    assert "Falta corregir 1 dato" in text
    if field != "phone":
        assert "4779999999" in text
    assert Company.objects.get(users=issuer).phone == ""


def test_a_name_as_people_write_it_is_never_altered_silently(tab: Tab, issuer: User) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]() | {"name": "Panadería la Ñapa SA de CV"})

    assert Company.objects.get(users=issuer).name == "Panadería la Ñapa SA de CV"
    assert "PANADERÍA LA ÑAPA" in tab.client.get("/configuracion/datos-fiscales/").content.decode()


def test_one_press_takes_the_name_as_the_sat_asks_for_it(tab: Tab, issuer: User) -> None:
    answers = ANSWERS[SLUG]() | {"name": "Panadería la Ñapa S.A. de C.V."}

    response = tab.submit(SLUG, answers, accion="nombre")

    assert response.status_code == 302
    assert Company.objects.get(users=issuer).name == "PANADERÍA LA ÑAPA"


def test_an_rfc_of_another_of_the_distributors_companies_is_refused(tab: Tab, issuer: User) -> None:
    assert issuer.company is not None
    Company.objects.create(distributor=issuer.company.distributor, name="SECRETA DEL SUR", rfc="SES190312AB1")

    text = tab.submit(SLUG, ANSWERS[SLUG]() | {"rfc": "SES190312AB1"}).content.decode()

    assert "no se puede usar en esta cuenta" in text
    assert "SECRETA" not in text


def test_the_same_rfc_with_another_distributor_is_free(tab: Tab, issuer: User, other_issuer: User) -> None:
    assert other_issuer.company is not None
    Company.objects.filter(users=other_issuer).update(rfc="SES190312AB1")

    assert tab.submit(SLUG, ANSWERS[SLUG]() | {"rfc": "SES190312AB1"}).status_code == 302


def test_an_unusual_check_digit_is_confirmed_once(tab: Tab, issuer: User) -> None:
    answers = ANSWERS[SLUG]() | {"rfc": "RTO840921RE4"}
    tab.submit(SLUG, answers)
    assert "no es el usual" in text_of(tab)

    tab.submit(SLUG, answers, accion="confirmar")

    assert Company.objects.get(users=issuer).confirmed_rfc == "RTO840921RE4"
    assert "no es el usual" not in text_of(tab)


def test_another_rfc_has_its_regime_checked_again(tab: Tab, issuer: User) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())

    text = tab.submit(SLUG, ANSWERS[SLUG]() | {"rfc": "NUPJ800101AB2"}).content.decode()

    assert "no corresponde a una persona física" in text
    assert Company.objects.get(users=issuer).rfc == "PNA190312AB1"


def test_the_name_is_compared_with_the_csd(tab: Tab, issuer: User) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    assert issuer.company is not None
    csd = Csd.objects.create(
        company=issuer.company,
        state=Csd.State.ACTIVE,
        number="30001000000500003416",
        rfc=issuer.company.rfc,
        name="PANADERÍA LA ÑAPA SA DE CV",
        valid_from=timezone.now(),
        valid_to=timezone.now() + timedelta(days=365),
        certificate=b"DER",
        certificate_sha256="0" * 64,
        key_sha256="1" * 64,
        uploaded_by=issuer,
    )
    assert "No se llama igual" not in text_of(tab)

    # Certificates leave accents out; that is no other name.
    Csd.objects.filter(pk=csd.pk).update(name="PANADERIA LA ÑAPA SA DE CV")
    assert "No se llama igual" not in text_of(tab)

    Csd.objects.filter(pk=csd.pk).update(name="PANADERÍA LA NAPA SA DE CV")

    text = text_of(tab)
    assert "No se llama igual en todas partes" in text
    assert "<dt>Sus sellos digitales</dt><dd>PANADERÍA LA NAPA</dd>" in text


def test_a_place_of_issue_elsewhere_is_a_question(tab: Tab) -> None:
    tab.submit(SLUG, ANSWERS[SLUG]())
    tab.submit("direccion-fiscal", ADDRESS)
    assert "¿Expide sus facturas" not in text_of(tab)

    assert tab.submit(SLUG, ANSWERS[SLUG]() | {"expedition_place": "06000"}).status_code == 302

    text = text_of(tab)
    assert "¿Expide sus facturas desde el código postal 06000?" in text
    assert "El de su dirección fiscal es 37000." in text


def text_of(tab: Tab) -> str:
    return tab.client.get(f"/configuracion/{SLUG}/").content.decode()

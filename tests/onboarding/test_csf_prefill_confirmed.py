"""One page, one click: what a constancia says of steps 4 and 5 is confirmed, and both are done."""

from io import BytesIO

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from companies.csf.prefill import ADDRESS, FISCAL
from companies.models import Company, User
from tests.companies.csf.canvas import qr_picture
from tests.companies.csf.constancias import FISICA, MORAL, QR
from tests.companies.csf.pdfs import pdf_of
from tests.onboarding.browser import Tab, hidden
from tests.onboarding.test_csf_prefill import PAGE, company_of, confirm, recent, send, text_of

ALL = (*FISCAL, *ADDRESS)


def states(tab: Tab) -> dict[str, str]:
    return {entry.slug: entry.status for entry in tab.client.get("/configuracion/").context["stepper"]}


def test_a_whole_constancia_and_a_telephone_complete_both_steps(tab: Tab, issuer: User) -> None:
    shown = send(tab, pdf_of(recent()))
    assert shown.context["asks_phone"]

    response = confirm(tab, shown, *ALL, **{"dato-phone": "+52 1 477 123 4567"})

    assert response["Location"] == "/configuracion/direccion-de-emision/"
    assert company_of(issuer).phone == "477 123 4567"
    assert (states(tab)["datos-fiscales"], states(tab)["direccion-fiscal"]) == ("done", "done")
    assert company_of(issuer).addresses.count() == 1


def test_a_telephone_that_is_known_is_not_asked_for(tab: Tab, issuer: User) -> None:
    Company.objects.filter(users=issuer).update(phone="477 123 4567")
    shown = send(tab, pdf_of(recent()))
    assert not shown.context["asks_phone"]

    assert confirm(tab, shown, *ALL)["Location"] == "/configuracion/direccion-de-emision/"


def test_the_persons_telephone_is_proposed(tab: Tab, issuer: User) -> None:
    User.objects.filter(pk=issuer.pk).update(phone="477 765 4321")

    assert 'name="dato-phone" value="477 765 4321"' in send(tab, pdf_of(recent())).content.decode()


def test_a_wrong_telephone_saves_nothing_and_stays(tab: Tab, issuer: User) -> None:
    refused = confirm(tab, send(tab, pdf_of(recent())), *ALL, **{"dato-phone": "477 123"})

    assert "Faltan dígitos" in text_of(refused)
    assert 'value="477 123"' in refused.content.decode()
    assert company_of(issuer).tax_regime == ""


@pytest.mark.parametrize("left_out", ["tax_regime", "expedition_place", "name"])
def test_what_is_left_out_or_doubtful_is_for_its_step(tab: Tab, left_out: str) -> None:
    taken = [name for name in ALL if name != left_out]

    response = confirm(tab, send(tab, pdf_of(recent())), *taken, **{"dato-phone": "477 123 4567"})

    assert response["Location"] == "/configuracion/datos-fiscales/"
    assert states(tab)["datos-fiscales"] == "todo"


def test_without_its_address_step_5_is_left(tab: Tab) -> None:
    response = confirm(tab, send(tab, pdf_of(recent())), *FISCAL, **{"dato-phone": "477 123 4567"})

    assert response["Location"] == "/configuracion/datos-fiscales/"
    assert states(tab)["direccion-fiscal"] == "todo"


def test_what_the_distributor_filled_in_is_confirmed_with_one_click(tab: Tab, issuer: User) -> None:
    """Nothing differs: the table says so, and its button confirms."""
    data = pdf_of(recent())
    confirm(tab, send(tab, data), *ALL, **{"dato-phone": "477 123 4567"})
    apps.get_model("onboarding", "StepState").objects.exclude(slug="aviso-de-privacidad").delete()

    shown = send(tab, data)
    response = confirm(tab, shown)

    assert "Confirmar estos datos" in text_of(shown)
    assert response["Location"] == "/configuracion/direccion-de-emision/"
    assert states(tab)["direccion-fiscal"] == "done"


def test_the_hub_leads_with_it_while_its_steps_are_missing(tab: Tab) -> None:
    link, going_on = "Llenar con mi Constancia de Situación Fiscal (PDF)", "Seguir con"
    before = tab.client.get("/configuracion/").content.decode()
    confirm(tab, send(tab, pdf_of(recent())), *ALL, **{"dato-phone": "477 123 4567"})
    afterwards = tab.client.get("/configuracion/").content.decode()

    assert before.index(link) < before.index(going_on)
    assert afterwards.index(link) > afterwards.index(going_on)


def test_a_photograph_of_its_qr_code_says_whose_it_is(tab: Tab) -> None:
    own, others = (text_of(send(tab, photograph(QR.format(rfc)))) for rfc in (MORAL, FISICA))

    assert f"es del RFC {MORAL} (idCIF 15010000001)" in own
    assert "Esta constancia es de otro RFC" in others


def photograph(content: str) -> bytes:
    """A telephone's picture of a sheet with a QR code."""
    sheet = Image.new("L", (1275, 1650), "white")
    sheet.paste(qr_picture(content), (120, 260))
    taken = BytesIO()
    sheet.rotate(1.5, fillcolor="white").save(taken, "JPEG", quality=80)
    return taken.getvalue()


def test_where_the_page_was_opened_from_is_known_after_a_mistake_too(tab: Tab, issuer: User) -> None:
    opened = f"{PAGE}?de=terminar"
    step = tab.client.get("/configuracion/datos-fiscales/?de=terminar").content.decode()
    assert f'href="{opened}"' in step
    assert f'action="{opened}"' in tab.client.post(opened, {"accion": "leer"}).content.decode()
    shown = tab.client.post(
        opened, {"accion": "leer", "file": SimpleUploadedFile("CSF.pdf", pdf_of(recent()))}
    )
    assert f'action="{opened}"' in shown.content.decode()

    sent = {"accion": "tomar", "constancia": hidden(shown)["constancia"], "tomar": list(ALL)}
    refused = tab.client.post(opened, {**sent, "dato-phone": "477 123"})
    assert f'action="{opened}"' in refused.content.decode()
    done = tab.client.post(opened, {**sent, "dato-phone": "477 123 4567"})

    assert done["Location"] == "/configuracion/terminar/"
    forged = tab.client.post(f"{PAGE}?de=//malo.example", {"accion": "tomar"})
    assert forged["Location"] == PAGE

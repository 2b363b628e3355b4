"""What is doubtful is asked about once, on its page, before going on."""

from typing import Any

import pytest

from companies.models import Address, Company, User
from onboarding.models import Onboarding
from onboarding.steps import STEPS
from onboarding.wizard.doubts import ASKED, KEPT, MOST_KEPT, Doubt, after_saving, unanswered
from onboarding.wizard.progress import Progress
from tests.conftest import PASSWORD
from tests.onboarding.answers import ADDRESS, ANSWERS
from tests.onboarding.browser import Tab, hidden
from tests.query_budgets import GET, POST, statements_at_most

FISCAL = "datos-fiscales"
NAME = {"name": "Panadería Prueba 12, S.A. de C.V.", "rfc": "EKU9003173C9"}
ELSEWHERE = ADDRESS | {"state": "Jalisco", "country": "Estados Unidos"}
# Each kind of doubt: the page, what is typed, and what is there before.
PERSON = ANSWERS["usuario"]() | {"password": "", "password_confirmation": "", "current_password": PASSWORD}
MAILBOX = ANSWERS["correo"]()
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "nombre": (FISCAL, {**ANSWERS[FISCAL](), **NAME}),
    "rfc": (FISCAL, {**ANSWERS[FISCAL](), "rfc": "RTO840921RE4"}),
    "lugar-de-expedicion": (
        FISCAL,
        {**ANSWERS[FISCAL](), "rfc": "EKU9003173C9", "expedition_place": "06000"},
    ),
    "codigo-postal-fiscal": ("direccion-fiscal", ELSEWHERE),
    "codigo-postal-issuing": ("direccion-de-emision", ELSEWHERE),
    "codigo-postal-desconocido-fiscal": ("direccion-fiscal", ADDRESS | {"postal_code": "99998"}),
    "codigo-postal-desconocido-issuing": ("direccion-de-emision", ADDRESS | {"postal_code": "99998"}),
    "correo-email": ("usuario", PERSON | {"email": "ana@gmail.con"}),
    "correo-alternate_email": ("usuario", PERSON | {"alternate_email": "ana@hotmial.com"}),
    "correo-from_email": ("correo", MAILBOX | {"from_email": "ana@gmial.com", "username": "ana@gmial.com"}),
    "correo-username": ("correo", MAILBOX | {"username": "ana@hotmail.con"}),
}
NO_PROPOSAL = ("rfc", "codigo-postal-desconocido-fiscal", "codigo-postal-desconocido-issuing")


def page_of(slug: str) -> str:
    return f"/configuracion/{slug}/"


def questions(tab: Tab, slug: str) -> list[str]:
    return [doubt.code for doubt in tab.client.get(page_of(slug)).context["questions"]]


def doubts_of(issuer: User, slug: str) -> list[str]:
    (step,) = [step for step in STEPS if step.slug == slug]
    return [doubt.sentence for doubt in step.questions(Progress.of(User.objects.get(pk=issuer.pk)))]


@pytest.fixture
def with_an_address(tab: Tab) -> Tab:
    """Before the place of issue can be another's, there is an address."""
    tab.submit("direccion-fiscal", ADDRESS)
    return tab


@pytest.mark.parametrize("kind", KINDS)
def test_a_save_stays_once_and_the_main_button_goes_on(with_an_address: Tab, issuer: User, kind: str) -> None:
    tab, (slug, typed) = with_an_address, KINDS[kind]

    first = tab.submit(slug, typed)
    asked = questions(tab, slug)
    second = tab.submit(slug, typed, accion="guardar")

    assert first["Location"] == page_of(slug)
    assert kind in asked
    assert second["Location"] != page_of(slug)
    assert questions(tab, slug) == []
    assert len(doubts_of(issuer, slug)) == len(asked)
    assert tab.submit(slug, typed)["Location"] == second["Location"]


@pytest.mark.parametrize("kind", KINDS)
def test_keeping_is_one_press_too(with_an_address: Tab, kind: str) -> None:
    tab, (slug, typed) = with_an_address, KINDS[kind]
    tab.submit(slug, typed)
    shown = tab.client.get(page_of(slug))
    (doubt,) = [doubt for doubt in shown.context["questions"] if doubt.code == kind]
    assert doubt.keeping.label in shown.content.decode()

    tab.submit(slug, typed, accion=doubt.keeping.action)

    assert kind not in questions(tab, slug)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in NO_PROPOSAL])
def test_one_press_takes_the_proposal(with_an_address: Tab, issuer: User, kind: str) -> None:
    tab, (slug, typed) = with_an_address, KINDS[kind]
    tab.submit(slug, typed)
    (doubt,) = [doubt for doubt in tab.client.get(page_of(slug)).context["questions"] if doubt.code == kind]

    response = tab.submit(slug, typed, accion=doubt.proposals[0].action)

    assert response["Location"] != page_of(slug)
    assert doubts_of(issuer, slug) == []


@pytest.mark.parametrize("kind", KINDS)
def test_who_saves_and_leaves_is_asked_once_and_leaves(with_an_address: Tab, kind: str) -> None:
    tab, (slug, typed) = with_an_address, KINDS[kind]

    first = tab.submit(slug, typed, accion="salir")
    second = tab.submit(slug, typed, accion="salir")

    assert first["Location"].startswith(page_of(slug))
    assert second["Location"] == "/configuracion/"
    assert questions(tab, slug) == []


@pytest.mark.parametrize(
    ("kind", "kept"),
    [(kind, kept) for kept in (True, False) for kind in KINDS if kept or kind not in NO_PROPOSAL],
)
def test_whoever_was_leaving_leaves_with_the_answer(with_an_address: Tab, kind: str, kept: bool) -> None:
    tab, (slug, typed) = with_an_address, KINDS[kind]
    address = tab.submit(slug, typed, accion="salir")["Location"]

    while "de=" in address:
        shown = tab.client.get(address)
        doubt = shown.context["questions"][0]
        answer = doubt.keeping if kept or not doubt.proposals else doubt.proposals[0]
        data = {f"{slug}-{name}": value for name, value in typed.items()}
        address = tab.client.post(address, {**hidden(shown), **data, "accion": answer.action})["Location"]

    assert address == "/configuracion/"


def test_the_proposals_are_what_is_stored(with_an_address: Tab, issuer: User) -> None:
    tab = with_an_address
    tab.submit(FISCAL, KINDS["nombre"][1], accion="nombre")
    assert Company.objects.get(users=issuer).name == "PANADERÍA PRUEBA 12"

    tab.submit(FISCAL, KINDS["lugar-de-expedicion"][1])
    tab.submit(FISCAL, KINDS["lugar-de-expedicion"][1], accion="lugar")
    assert Company.objects.get(users=issuer).expedition_place == "37000"

    tab.submit("direccion-fiscal", ELSEWHERE, accion="codigo-postal")
    assert Address.objects.get().content == ADDRESS


def test_step_6_takes_its_postal_code_for_the_place_of_issue(with_an_address: Tab, issuer: User) -> None:
    tab = with_an_address
    tab.submit(FISCAL, KINDS["lugar-de-expedicion"][1])
    tab.submit(FISCAL, KINDS["lugar-de-expedicion"][1], accion="guardar")

    stays = tab.submit("direccion-de-emision", ADDRESS)
    goes = tab.submit("direccion-de-emision", ADDRESS, accion="lugar")

    assert stays["Location"] == page_of("direccion-de-emision")
    assert goes["Location"] == page_of("usuario")
    assert Company.objects.get(users=issuer).expedition_place == "37000"


def test_invoices_of_a_branch_are_no_doubt(with_an_address: Tab) -> None:
    branch = {"postal_code": "06000", "state": "Ciudad de México", "municipality": "Cuauhtémoc"}
    branch["neighborhood"] = "Centro (Área 1)"
    with_an_address.submit("direccion-de-emision", ADDRESS | branch)

    typed = KINDS["lugar-de-expedicion"][1]

    assert with_an_address.submit(FISCAL, typed)["Location"] == page_of("direccion-fiscal")


def test_the_step_is_not_done_before_it_is_answered(tab: Tab) -> None:
    typed = KINDS["rfc"][1]
    tab.submit(FISCAL, typed)
    assert tab.client.get("/configuracion/").content.decode().count("Completo") == 2

    tab.submit(FISCAL, typed)

    assert tab.client.get("/configuracion/").content.decode().count("Completo") == 3


def test_a_step_that_keeps_what_the_sat_refuses_is_answered_and_not_done(tab: Tab) -> None:
    for _ in range(2):
        tab.submit(FISCAL, KINDS["nombre"][1])

    hub = tab.client.get("/configuracion/").content.decode()

    assert hub.count("Completo") == 2
    assert "Con un problema" in hub.split("Datos fiscales")[1][:400]
    assert "Corregir el nombre" in hub


def test_a_double_click_does_not_answer(tab: Tab) -> None:
    typed, page = KINDS["nombre"][1], tab.open(FISCAL)
    tab.submit(FISCAL, typed, page)

    again = tab.submit(FISCAL, typed, page)

    assert again["Location"] == page_of(FISCAL)
    assert questions(tab, FISCAL) == ["nombre"]


def test_another_value_asks_again_and_the_same_never(tab: Tab, issuer: User) -> None:
    typed = KINDS["nombre"][1]
    for _ in range(2):
        tab.submit(FISCAL, typed)

    other = tab.submit(FISCAL, typed | {"name": "La Otra, S.A. de C.V."})
    back = tab.submit(FISCAL, typed)

    assert other["Location"] == page_of(FISCAL)
    assert back["Location"] == page_of("direccion-fiscal")


def test_two_doubts_are_answered_one_by_one_or_together(tab: Tab) -> None:
    typed = KINDS["nombre"][1] | {"rfc": "RTO840921RE4"}
    tab.submit(FISCAL, typed)
    assert questions(tab, FISCAL) == ["nombre", "rfc"]

    stays = tab.submit(FISCAL, typed, accion="dejar-nombre")
    assert questions(tab, FISCAL) == ["rfc"]
    goes = tab.submit(FISCAL, typed, accion="confirmar")

    assert (stays["Location"], goes["Location"]) == (page_of(FISCAL), page_of("direccion-fiscal"))


def test_the_name_of_the_constancia_is_taken_with_one_press(tab: Tab, issuer: User) -> None:
    Company.objects.filter(users=issuer).update(csf_name="PANADERÍA LA NUEVA", rfc="EKU9003173C9")
    typed = ANSWERS[FISCAL]() | {"rfc": "EKU9003173C9"}
    assert questions(tab, FISCAL) == ["otro-nombre"]
    assert tab.submit(FISCAL, typed)["Location"] == page_of(FISCAL)

    tab.submit(FISCAL, typed, accion="nombre-0")

    assert Company.objects.get(users=issuer).name == "PANADERÍA LA NUEVA"


def test_a_made_up_button_takes_no_name(tab: Tab, issuer: User) -> None:
    tab.submit(FISCAL, ANSWERS[FISCAL](), accion="nombre-7")

    assert Company.objects.get(users=issuer).name == "PANADERÍA LA ÑAPA"


def test_what_the_distributor_typed_is_asked_about_before_anything_is_sent(tab: Tab, issuer: User) -> None:
    Company.objects.filter(users=issuer).update(name="Panadería SA de CV", rfc="EKU9003173C9")

    assert questions(tab, FISCAL) == ["nombre"]
    same = ANSWERS[FISCAL]() | {"name": "Panadería SA de CV", "rfc": "EKU9003173C9"}
    assert tab.submit(FISCAL, same)["Location"] == page_of(FISCAL)


def test_the_way_back_to_where_it_was_changed_is_kept(tab: Tab) -> None:
    data = {f"{FISCAL}-{name}": value for name, value in KINDS["nombre"][1].items()}
    address = f"{page_of(FISCAL)}?de=terminar"

    first = tab.client.post(address, {**tab.open(FISCAL), **data})
    second = tab.client.post(address, {**tab.open(FISCAL), **data})

    assert (first["Location"], second["Location"]) == (address, page_of("terminar"))


def test_the_question_is_first_and_has_the_focus(tab: Tab) -> None:
    tab.submit(FISCAL, KINDS["nombre"][1])

    text = tab.client.get(page_of(FISCAL)).content.decode()

    assert 'id="dudas" aria-labelledby="dudas-titulo" tabindex="-1" autofocus' in " ".join(text.split())
    assert text.index("Usar este nombre") < text.index('name="datos-fiscales-name"')
    assert "Dejarlo como lo escribí" in text


def test_an_answer_of_no_doubt_is_nothing_special(tab: Tab) -> None:
    assert tab.submit(FISCAL, ANSWERS[FISCAL](), accion="dejar-otra-cosa").status_code == 302


def test_a_page_with_questions_stays_within_the_budgets(with_an_address: Tab) -> None:
    tab = with_an_address
    for slug, typed in KINDS.values():
        page = tab.open(slug)
        with statements_at_most(POST, f"POST {slug}"):
            tab.submit(slug, typed, page)
        with statements_at_most(GET, f"GET {slug}"):
            tab.open(slug)


# --- what is kept of them


def doubt(*about: str) -> Doubt:
    return Doubt("nombre", about, "¿?", "¿?")


def test_asked_first_then_kept() -> None:
    one = doubt("A")
    asked = after_saving({}, [one], pressed="guardar", shown=[one.key])
    kept = after_saving(asked, [one], pressed="guardar", shown=[])

    assert (asked, kept) == ({one.key: ASKED}, {one.key: KEPT})
    assert (unanswered(asked, [one]), unanswered(kept, [one])) == ([one], [])
    assert after_saving(asked, [one], pressed="probar", shown=[]) == asked
    assert after_saving(asked, [one], pressed=None, shown=[one.key]) == asked


def test_who_tries_without_end_fills_nothing() -> None:
    states: dict[str, str] = {}
    for number in range(3 * MOST_KEPT):
        states = after_saving(states, [doubt(str(number))], pressed="guardar", shown=[])
        assert len(states) <= MOST_KEPT


def test_what_is_asked_belongs_to_the_company(tab: Tab, issuer: User, other_issuer: User) -> None:
    assert other_issuer.company is not None
    Onboarding.objects.get_or_create(company=other_issuer.company)
    tab.submit(FISCAL, KINDS["nombre"][1])

    assert Onboarding.objects.get(company=other_issuer.company).doubts == {}
    assert len(Onboarding.objects.get(company=issuer.company).doubts) == 1
    assert hidden(tab.client.get(page_of(FISCAL)))["dudas"]

"""What keeps a page from being saved: a refusal, the session over, another tab, a doubt, a note."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from playwright.sync_api import FilePayload, Locator, Page, expect

from onboarding.models import StepState
from onboarding.steps import STEPS
from tests.browser.inspection import DESK, MAIN, PHONE, Inspector, page_of
from tests.browser.outcomes import STEP_PAGES, VALIDATOR, Visitor
from tests.companies.csf.constancias import Csf
from tests.companies.csf.pdfs import pdf_of
from tests.conftest import PASSWORD
from tests.onboarding.answers import ANSWERS
from tests.onboarding.steps.test_logotipo_doubts import small
from tests.onboarding.wizard.test_doubts import KINDS

CSF_PAGE = "/configuracion/constancia/"
# What is refused besides empty fields, where those are allowed: by page.
WRONG: dict[str, dict[str, str | FilePayload]] = {
    "carta-manifiesto": {"signed_on": "2999-01-01"},
    "logotipo": {"image": FilePayload(name="logo.png", mimeType="image/png", buffer=b"no es imagen")},
    "documentos": {"invoice_first_folio": "uno"},
    "constancia": {"file": FilePayload(name="a.pdf", mimeType="application/pdf", buffer=b"no es PDF")},
    "tabla": {"dato-phone": "12"},
}
# What must be chosen for a form to be refused at all: by page.
CHOSEN = {"correo": "Usar mi correo"}
# The field that two tabs change, with what each of them makes of it.
CHANGED = {
    "carta-manifiesto": ("signed_on", "2026-01-05", "2026-01-06"),
    "datos-fiscales": ("phone", "477 111 1111", "477 222 2222"),
    "direccion-fiscal": ("street", "Á" * 150, "Ñ" * 150),
    "direccion-de-emision": ("street", "Á" * 150, "Ñ" * 150),
    "usuario": ("full_name", "X" * 100, "Y" * 100),
    "correo": ("from_name", "X" * 100, "Y" * 100),
    "documentos": ("invoice_series", "X" * 25, "Y" * 25),
}
# A doubtful answer of each step that asks.
DOUBTFUL: dict[str, Callable[[], dict[str, Any]]] = {
    "datos-fiscales": lambda: ANSWERS["datos-fiscales"]() | {"name": "Panadería Prueba 12, S.A. de C.V."},
    "direccion-fiscal": lambda: KINDS["codigo-postal-fiscal"][1],
    "direccion-de-emision": lambda: KINDS["codigo-postal-issuing"][1],
    "usuario": lambda: KINDS["correo-email"][1],
    "logotipo": small,
    "correo": lambda: KINDS["correo-from_email"][1],
}


@dataclass(frozen=True)
class Editor:
    """Something that is filled in: how it is called here, where it stands, its form and its button."""

    name: str
    address: str
    form: str = "#paso"
    button: str = "#paso .actions > button"
    # What stands there only once a file was sent.
    file: FilePayload | None = None

    def open(self, inspector: Inspector, fragment: str = "") -> None:
        """The page, with its fields as they are at first."""
        inspector.open(f"{self.address}{fragment}")
        if self.file:
            inspector.page.locator("main input[type=file]").first.set_input_files(self.file)
            inspector.send()


def step(slug: str) -> Editor:
    """A step of the wizard."""
    return Editor(slug, STEP_PAGES[slug])


def around_the_csf() -> list[Editor]:
    """The page that takes a constancia, the table of what it says, and the question to the SAT."""
    printed = pdf_of(Csf(issued=timezone.localdate()))
    csf = FilePayload(name="csf.pdf", mimeType="application/pdf", buffer=printed)
    return [
        Editor("constancia", CSF_PAGE, "main form", MAIN),
        Editor("tabla", CSF_PAGE, "main form", MAIN, csf),
        Editor("validador_sat", VALIDATOR, "main form", MAIN),
    ]


# --- refused


def make_wrong(inspector: Inspector, editor: Editor) -> None:
    """What the page's form would refuse: all of it empty, or worse."""
    if editor.name in CHOSEN:
        inspector.page.get_by_label(CHOSEN[editor.name], exact=True).check()
    inspector.empty_fields()
    for name, value in WRONG.get(editor.name, {}).items():
        field = inspector.page.locator(f'main [name$="{name}"]').first
        field.fill(value) if isinstance(value, str) else field.set_input_files(value)


def refuse(inspector: Inspector, editor: Editor) -> None:
    """Sends a page wrong again and again, with a fragment in the address, on a telephone and on a desk."""
    page = inspector.page
    resize(page, PHONE)
    editor.open(inspector, "#contenido")
    for attempt, size in (("refused", PHONE), ("refused again", PHONE), ("refused again", DESK)):
        resize(page, size)
        make_wrong(inspector, editor)
        inspector.send()
        inspector.fails(attempt)
        for link in page.locator("[data-errors] a[href^='#']").all()[-1:]:
            link.click()  # now the address has the fragment of a field
    inspector.look("refused", page=editor.name)


def resize(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})


# --- the session over, a page of before the last sign-in


def typed(inspector: Inspector, editor: Editor) -> dict[str, str]:
    """Fills in all that may come back, and says what."""
    values = {"date": "2026-01-02", "email": "a@example.com", "tel": "477 123 4567"}
    filled = {}
    for each in inspector.fields(editor.form):
        kind, name = each.get_attribute("type") or "text", each.get_attribute("name")
        if kind != "password" and name:
            filled[name] = values.get(kind, "37000")
            each.fill(filled[name])
            inspector.with_text.add(editor.name)
    return filled


def check_given_back(inspector: Inspector, editor: Editor, state: str, filled: dict[str, str]) -> None:
    """What was typed stands on the page again, and it says why."""
    page = inspector.page
    assert page.url.split("#")[0] == f"{inspector.url}{editor.address}", (editor.name, state, page.url)
    for name, value in filled.items():
        found = page.locator(f'[name="{name}"]').input_value()
        if found != value:
            inspector.faults.append(f"{editor.name}, {state}: {name} came back as «{found}»")
    if filled or editor.file:
        expect(page.get_by_text("Recuperamos lo que había escrito")).to_be_visible()


def lose_the_session(visitor: Visitor, editor: Editor) -> None:
    """Typed, signed out elsewhere, saved: after signing in it is there again."""
    inspector, page = visitor.inspector, visitor.inspector.page
    editor.open(inspector)
    filled = typed(inspector, editor)
    visitor.context.clear_cookies(name="sesion")
    inspector.send(editor.button)
    expect(page.get_by_text("Su sesión terminó")).to_be_visible()
    inspector.look("over")
    page.reload()
    page.get_by_label("Usuario", exact=True).fill(visitor.user.username)
    page.get_by_label("Contraseña", exact=True).fill(PASSWORD)
    inspector.send()
    check_given_back(inspector, editor, "over", filled)
    inspector.look("over", page=editor.name, brief=editor.name not in ("datos-fiscales", "tabla"))


def lose_the_token(visitor: Visitor, editor: Editor) -> None:
    """Typed, signed in anew elsewhere, saved: it is one click away."""
    inspector, page = visitor.inspector, visitor.inspector.page
    editor.open(inspector)
    filled = typed(inspector, editor)
    visitor.context.clear_cookies(name="csrf")
    inspector.send(editor.button)
    expect(page.get_by_role("heading", name="La página estuvo abierta demasiado tiempo")).to_be_visible()
    inspector.look("fresh", page="error csrf")
    page.get_by_role("link", name="Volver e intentar otra vez", exact=True).click()
    page.wait_for_load_state()
    check_given_back(inspector, editor, "csrf", filled)
    inspector.seen.add((editor.name, "csrf"))


# --- another tab


def change_in_two_tabs(visitor: Visitor, slug: str) -> None:
    """Both tabs open a page, both change the same field, and save."""
    inspector, (name, mine, theirs) = visitor.inspector, CHANGED[slug]
    inspector.open(STEP_PAGES[slug])
    other = visitor.context.new_page()
    other.goto(f"{inspector.url}{STEP_PAGES[slug]}")
    field_of(other, slug, name).fill(theirs)
    # Closed while it is still on its way, Chromium might never say that it is.
    with other.expect_navigation():
        other.locator(step(slug).button).first.click()
    other.close()
    field_of(inspector.page, slug, name).fill(mine)
    inspector.send(step(slug).button)
    expect(inspector.page.get_by_text("Estos datos cambiaron mientras usted escribía")).to_be_visible()
    inspector.fails("conflict")
    inspector.look("conflict", brief=slug != "direccion-fiscal")


def field_of(page: Page, slug: str, name: str) -> Locator:
    return page.locator(f'[name="{slug}-{name}"]')


# --- doubts and notes


def doubt(visitor: Visitor) -> None:
    """Each step that asks, with its question open."""
    inspector = visitor.inspector
    for slug, answers in DOUBTFUL.items():
        visitor.tab.submit(slug, answers() | {"password": "", "password_confirmation": ""})
        visitor.sign_in()  # another address begins another session
        inspector.open(STEP_PAGES[slug])
        expect(inspector.page.locator("#dudas")).to_be_visible()
        # What went wrong stands before what is doubtful.
        expect(inspector.page.locator("[data-errors]").first).to_be_focused()
        inspector.look("doubts", brief=slug != "datos-fiscales")


def note(visitor: Visitor) -> None:
    """Support asks to look at every step again."""
    company = visitor.user.company
    assert company is not None
    said = "Revise la colonia: " + "Ñ" * 200
    for each in STEPS:
        StepState.objects.update_or_create(
            onboarding=company.onboarding, slug=each.slug, defaults={"note": said}
        )
    for address in STEP_PAGES.values():
        visitor.inspector.open(address)
        expect(visitor.inspector.page.get_by_text("Nota de Asistencia").first).to_be_visible()
        visitor.inspector.look("noted", brief=page_of(address) != "datos-fiscales")
    visitor.inspector.show("/configuracion/", "noted")
    StepState.objects.update(note="")

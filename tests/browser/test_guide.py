"""`make guide`: walks the twelve steps and takes the guide's pictures of the pages, filled in.

Runs only when asked to (GUIDE=1): it writes into static/img/guia.
"""

import os
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext

from onboarding.documents import guide
from tests.browser.test_journey import make_account, make_uploads, walk_all
from tests.browser.walk import Walk
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not os.environ.get("GUIDE"), reason="writes pictures; run `make guide`"),
]

WIDTH, COLOURS = 640, 24


# The customer's browser speaks Spanish; this one may have no Spanish words (Debian keeps them in a package of
# their own). What it draws itself is replaced by a likeness with the words that they will see.
SAY = """() => document.querySelectorAll("input[type=file], input[type=date]").forEach((input) => {
  const like = (shown, style, names) => names.forEach((name) => { shown.style[name] = style[name]; });
  const box = document.createElement("div"), button = document.createElement("span");
  like(box, getComputedStyle(input),
    ["border", "borderRadius", "padding", "background", "width", "height", "font", "boxSizing", "color"]);
  if (input.type === "file") {
    like(button, getComputedStyle(input, "::file-selector-button"),
      ["background", "border", "borderRadius", "padding", "marginRight", "font", "color"]);
    button.style.display = "inline-block";
    button.textContent = "Elegir archivo";
    box.append(button, input.files.length ? input.files[0].name : "Ningún archivo seleccionado");
  } else {
    box.append(input.value ? input.value.split("-").reverse().join("/") : "dd/mm/aaaa");
  }
  box.dataset.likeness = "";
  input.hidden = true;
  input.after(box);
})"""
UNSAY = """() => document.querySelectorAll("[data-likeness]").forEach((box) => {
  box.previousElementSibling.hidden = false;
  box.remove();
})"""


class GuideWalk(Walk):
    """Takes a picture of each page as it is left, or of one that is only looked at."""

    def look(self, what: str) -> None:
        # Of step 9, what one is asked for.
        slug = "sellos" if what == "sellos-vacio" else what
        if what != "sellos" and slug in ("entrar", "carta-manifiesto", "sellos", "correo", "terminar"):
            self.take(slug)

    def try_it_empty(self, what: str) -> None:
        """A guide shows no errors."""

    def save(self, then: str) -> None:
        slug = urlsplit(self.page.url).path.strip("/").rpartition("/")[2]
        self.take(slug)
        super().save(then)

    def take(self, slug: str) -> None:
        """One picture: small, few colours, without metadata."""
        self.page.evaluate(SAY)
        shot = self.page.locator("main").screenshot(animations="disabled")
        self.page.evaluate(UNSAY)
        image = Image.open(BytesIO(shot)).convert("RGB")
        # Whole: what is below the fold is what people look for.
        image.thumbnail((WIDTH, image.height), Image.Resampling.LANCZOS)
        image.quantize(COLOURS).save(guide.PICTURES / f"{slug}.png", optimize=True)


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """Dates as a browser in Mexico shows them."""
    return {"locale": "es-MX"}


def test_the_guides_pictures(stack: Stack, context: BrowserContext, tmp_path: Path) -> None:
    guide.PICTURES.mkdir(parents=True, exist_ok=True)
    email = "guia@example.com"
    company = make_account("PANADERÍA LA ÑAPA", "PNA190312AB1", email)
    page = context.new_page()
    page.set_viewport_size({"width": 1000, "height": 1000})

    walk_all(GuideWalk(page, stack.url), make_uploads(tmp_path, company.rfc, company.name), stack, email)

    assert {path.stem for path in guide.PICTURES.glob("*.png")} == {step.slug for step in guide.steps()}
    guide.note_what_it_is_made_of()

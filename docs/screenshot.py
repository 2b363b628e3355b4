"""Takes the README's picture from the running product: `make run`, then `python docs/screenshot.py`."""

import json
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

BASE_DIR = Path(__file__).resolve().parent.parent
SITE = "http://localhost:8000"
PAGE = "/configuracion/datos-fiscales/"
PICTURE = BASE_DIR / "docs" / "img" / "datos-fiscales.png"


def sign_in(page: Page) -> None:
    """As the half-way issuer, whose pages have something to show."""
    accounts = json.loads((BASE_DIR / "var" / "demo" / "cuentas.json").read_text())
    account = next(account for account in accounts if account["rol"] == "emisor_a_medias")
    page.goto(f"{SITE}/entrar/")
    page.get_by_label("Usuario").fill(account["usuario"])
    page.get_by_label("Contraseña", exact=True).fill(account["contrasena"])
    page.get_by_role("button", name="Entrar").click()


def main() -> None:
    """One picture, as wide as a laptop's window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        sign_in(page)
        page.goto(SITE + PAGE)
        PICTURE.parent.mkdir(exist_ok=True)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()

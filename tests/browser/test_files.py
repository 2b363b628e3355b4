"""Files as people bring them: a telephone's photograph as logo, both halves of a CSD dropped at once."""

import base64
import os
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, expect

from certificates.gathering import NamedFile
from certificates.models import Csd
from companies.models import Logo, User
from tests.authority import known_ca
from tests.browser.test_mailbox import open_step
from tests.certificates.test_gathering import packed
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

# Drops files on the zone as a file manager does.
DROP = """(zone, files) => {
    const dataTransfer = new DataTransfer();
    const bytes = (content) => Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
    for (const [name, content] of files) dataTransfer.items.add(new File([bytes(content)], name));
    zone.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer }));
}"""


def photograph() -> bytes:
    """What a telephone of 12 megapixels writes: 4032 × 3024, above 2 MB, lying on its side."""
    small = Image.frombytes("RGB", (504, 378), os.urandom(504 * 378 * 3))
    exif = Image.Exif()
    exif[0x0112] = 6
    out = BytesIO()
    small.resize((4032, 3024), Image.Resampling.BICUBIC).save(out, "JPEG", quality=95, exif=exif)
    assert len(out.getvalue()) > 2 * 1024 * 1024
    return out.getvalue()


def see_through() -> bytes:
    """A PNG with a dark sign on nothing."""
    picture = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    picture.paste((20, 20, 120, 255), (200, 50, 400, 150))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def test_what_telephones_and_designers_send_becomes_a_logo(
    site: Stack, context: BrowserContext, issuer: User, console: list[str]
) -> None:
    page = open_step(context, site, issuer)
    for name, kind, content, (width, height) in (
        ("IMG_0001.jpg", "image/jpeg", photograph(), (600, 800)),
        ("logo.png", "image/png", see_through(), (600, 200)),
    ):
        page.goto(f"{site.url}/configuracion/logotipo/?de=terminar")
        field = page.get_by_label("Imagen (JPG)", exact=True)
        assert field.get_attribute("accept") == "image/*"
        field.set_input_files(FilePayload(name=name, mimeType=kind, buffer=content))
        # At once: who is quicker than the canvas waits for it.
        page.get_by_role("button", name="Guardar y continuar", exact=True).click()
        page.wait_for_url("**/configuracion/terminar/")

        logo = Logo.objects.get()
        assert (logo.width, logo.height) == (width, height), name
    with logo.image.open() as file, Image.open(file) as picture:
        assert picture.convert("RGB").getpixel((5, 5)) == (255, 255, 255)


def test_both_files_are_dropped_at_once_or_chosen_together(
    stack: Stack, context: BrowserContext, issuer: User, console: list[str]
) -> None:
    assert issuer.company is not None
    pair = known_ca().issue(rfc=issuer.company.rfc, name=issuer.company.name)
    page = open_step(context, stack, issuer)
    page.goto(f"{stack.url}/configuracion/sellos/")
    files = [NamedFile(pair.key_name, pair.key), NamedFile("00001000000512345678.cer", pair.certificate)]

    encoded = [[file.name, base64.b64encode(file.data).decode()] for file in files]
    page.locator("[data-drop]").evaluate(DROP, encoded)

    expect(page.locator("[data-chosen] li")).to_have_text([file.name for file in files])
    picker = page.get_by_label("Los dos archivos juntos, o el .zip", exact=True)
    expect(picker).to_be_focused()
    # Without a password it waits for that; what the page says then has a drop zone of its own.
    page.get_by_role("button", name="Cargar sellos", exact=True).click()
    expect(page.get_by_role("heading", name="Escriba la contraseña", exact=True)).to_be_visible()
    archive = packed(*files)
    page.get_by_text("Cambiar los archivos", exact=True).click()
    picker.set_input_files(FilePayload(name="sellos.zip", mimeType="application/zip", buffer=archive.data))
    page.get_by_label("Contraseña de la llave", exact=True).fill(pair.password.decode())
    page.get_by_role("button", name="Cargar sellos", exact=True).click()
    expect(page.get_by_role("link", name="Continuar", exact=True)).to_be_visible()
    assert Csd.objects.get(state="active").key_name == pair.key_name

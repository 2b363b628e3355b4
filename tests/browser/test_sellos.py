"""Step 9 as an issuer who brings everything but the right files, and at last those too."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, FilePayload, expect

from certificates.models import Csd
from certificates.testing import CA, Pair
from companies.models import PrivacyNotice
from tests.authority import known_ca
from tests.browser.walk import Walk
from tests.certificates.odd_files import pfx
from tests.conftest import PASSWORD, make_distributor, make_issuer
from tests.stack import Stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

WIDTHS = {"ancho": (1280, 900), "angosto": (390, 844)}
TAXPAYER: dict[str, Any] = {"rfc": "PNA190312AB1", "name": "PANADERÍA LA ÑAPA", "branch": "Sucursal Peñón"}


@dataclass(frozen=True)
class Refusal:
    """What is brought, and the heading that says what is wrong with it."""

    name: str
    pair: Pair
    said: str


def refusals(ca: CA) -> list[Refusal]:
    """Each refusal once; none leaves a pair that waits."""
    right, other = ca.issue(**TAXPAYER), ca.issue(**TAXPAYER)
    foreign = ca.issue(rfc="NUPJ800101AB2", name="JOSÉ NÚÑEZ PEÑA")
    expired = ca.issue(valid_from=datetime.now(UTC) - timedelta(days=2000), **TAXPAYER)
    text = b"-----BEGIN CERTIFICATE-----\nno es uno\n-----END CERTIFICATE-----\n"
    return [
        Refusal("fiel", ca.issue(kind="FIEL", **TAXPAYER), "Son de la FIEL (e.firma), no del CSD"),
        Refusal("ajeno", foreign, "El certificado es de NUPJ800101AB2"),
        Refusal("pem", replace(right, certificate=text), "En «Archivo certificado» subió un texto"),
        Refusal("rar", replace(right, certificate=b"Rar!\x1a resto"), "un archivo comprimido (.rar)"),
        Refusal("pfx", replace(right, key=pfx()), "En «Archivo llave» subió un archivo .pfx o .p12"),
        Refusal("otra-llave", replace(right, key=other.key), "La llave no es de este certificado"),
        Refusal("vencido", expired, "El certificado ya venció"),
    ]


class Issuer(Walk):
    """Stands before step 9."""

    def upload(self, pair: Pair, password: str) -> None:
        """Chooses both files, types the password and presses the button."""
        for label, name, content in (
            ("Archivo certificado (.cer)", "Mi Ñapa.cer", pair.certificate),
            ("Archivo llave (.key)", pair.key_name, pair.key),
        ):
            file = FilePayload(name=name, mimeType="application/octet-stream", buffer=content)
            self.page.get_by_label(label, exact=True).set_input_files(file)
        self.fill(**{"Contraseña de la llave": password})
        self.press("Cargar sellos")

    def reads(self, sentence: str) -> None:
        """The page says so, within the time that a worker needs."""
        expect(self.page.get_by_text(sentence).first).to_be_visible()
        expect(self.page.get_by_text("Estamos revisando sus sellos")).to_have_count(0)

    def look_on_both(self, what: str) -> None:
        """On a desk and on a telephone."""
        for name, (width, height) in WIDTHS.items():
            self.page.set_viewport_size({"width": width, "height": height})
            self.look(f"{what}-{name}")


@pytest.fixture
def walk(stack: Stack, context: BrowserContext, shots: Path | None) -> Issuer:
    """An issuer at step 9, who has accepted the notice."""
    PrivacyNotice(version="1", text="Cuidamos sus datos.").publish()
    make_issuer(
        make_distributor("Distribuidora del Bajío"),
        name=TAXPAYER["name"],
        rfc=TAXPAYER["rfc"],
        username="panaderia",
    )
    walk = Issuer(context.new_page(), stack.url, shots, "sellos")
    walk.page.goto(f"{stack.url}/entrar/")
    walk.fill(Usuario="panaderia", Contraseña=PASSWORD)
    walk.press("Entrar")
    walk.page.goto(f"{stack.url}/configuracion/aviso-de-privacidad/")
    walk.page.get_by_label("Acepto el aviso de privacidad").check()
    walk.save("carta-manifiesto")
    walk.page.goto(f"{stack.url}/configuracion/sellos/")
    return walk


def test_each_refusal_has_its_page_and_the_right_pair_is_taken(walk: Issuer, console: list[str]) -> None:
    ca = known_ca()
    expect(walk.page.get_by_text("FIEL o e.firma: no la suba")).to_be_visible()
    walk.look_on_both("vacio")

    for refusal in refusals(ca):
        walk.upload(refusal.pair, refusal.pair.password.decode())
        walk.reads(refusal.said)
        assert walk.page.get_by_text("CSD-", exact=False).count(), refusal.name
        walk.look_on_both(refusal.name)
    assert not Csd.objects.exclude(key=None, password=None).exists()

    # A pair so new that the SAT may not have it yet.
    right = ca.issue(valid_from=datetime.now(UTC) - timedelta(hours=2), **TAXPAYER)
    walk.upload(right, "no-es-esta")
    walk.reads("La contraseña no corresponde a esta llave")
    walk.look_on_both("contrasena")
    walk.fill(**{"Contraseña de la llave": right.password.decode()})
    walk.press("Cargar sellos")
    expect(walk.page.get_by_role("link", name="Continuar", exact=True)).to_be_visible()
    walk.reads("de 24 a 72 horas")
    walk.look_on_both("nuevo")

    Csd.objects.active().update(usable_since=datetime.now(UTC), sat_status="A")
    walk.page.reload()
    walk.reads("Activo en el SAT, comprobado el")
    walk.look_on_both("activo-en-el-sat")
    Csd.objects.active().update(sat_status="R")
    walk.page.reload()
    walk.reads("El SAT revocó sus sellos")
    walk.look_on_both("revocado")

"""A distributor imports fifty accounts of which three are bad, then these three corrected."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, FilePayload, expect

from companies.models import Company
from onboarding.backoffice.models import AccountImport
from tests.browser.test_admin import Wide
from tests.conftest import PASSWORD, make_distributor
from tests.onboarding.backoffice.account_import.sheets import as_csv, as_xlsx, line
from tests.stack import Stack, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


def sheet(data: bytes, name: str = "clientes de enero.csv") -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": data}


def test_a_distributor_imports_fifty_accounts(
    stack: Stack, context: BrowserContext, console: list[str], shots: Path | None, tmp_path: Path
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    page = context.new_page()
    walk = Wide(page, stack.url, shots, "importar")
    page.goto(f"{stack.url}/admin/companies/company/tablero/")
    walk.fill(Usuario=distributor.username, Contraseña=PASSWORD)
    walk.press("Entrar")
    page.get_by_role("main").get_by_role("link", name="Importar", exact=True).click()
    page.get_by_text("Qué lleva cada columna").click()
    walk.look("subir")
    with page.expect_download() as download:
        page.get_by_role("link", name="Plantilla CSV").click()
    assert Path(download.value.path()).read_bytes().startswith(b"\xef\xbb\xbfNombre,RFC")
    walk.press("Revisar el archivo")
    expect(page.get_by_text("Falta «Archivo»")).to_be_visible()
    page.get_by_label("Archivo").set_input_files(sheet(b"%PDF-1.7 nada"))
    walk.press("Revisar el archivo")
    expect(page.get_by_text("Es un PDF")).to_be_visible()
    walk.look("subir-error")

    bad = {7: {"rfc": "PAN19"}, 21: {"email": "begoña", "phone": "12"}, 40: {"name": ""}}
    rows = [line(number, **bad.get(number, {})) for number in range(50)]
    page.get_by_label("Archivo").set_input_files(sheet(as_csv(*rows)))
    walk.press("Revisar el archivo")
    expect(page.get_by_text("47 filas están bien y 3 no.")).to_be_visible()
    expect(page.get_by_role("heading", name="Fila 9 · PANADERÍA ÑANDÚ 7")).to_be_visible()
    expect(page.get_by_text("El RFC tiene 12 caracteres")).to_be_visible()
    walk.look("revisar")
    assert Company.objects.count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    wrong = list(csv.reader(StringIO(Path(download.value.path()).read_text("utf-8-sig"))))

    walk.press("Crear solo las 47 correctas")
    expect(page.get_by_text("Se crearon 47 cuentas")).to_be_visible()
    walk.look("creadas")
    page.go_back()
    page.reload()
    expect(page.get_by_text("Se crearon 47 cuentas")).to_be_visible()
    assert Company.objects.count() == 47

    # The three come back corrected, with our advice still in them.
    wrong[1][1], wrong[2][3:5], wrong[3][0] = "PAÑ190312007", ["b@example.com", "5512345678"], "LA ÑAPA"
    corrected = as_csv(*wrong[1:], headings=wrong[0])
    page.get_by_role("link", name="Importar otro archivo").click()
    page.get_by_label("Archivo").set_input_files(sheet(corrected, "corregidas.csv"))
    walk.press("Revisar el archivo")
    expect(page.get_by_text("Todas las filas están bien.")).to_be_visible()
    walk.look("revisar-sin-errores")
    page.get_by_role("button", name="Crear las 3 cuentas").dblclick()
    expect(page.get_by_text("Se crearon 3 cuentas")).to_be_visible()
    assert Company.objects.count() == 50
    page.get_by_role("link", name="LA ÑAPA").click()
    expect(page.get_by_role("link", name="Reenviar credenciales")).to_be_visible()

    def subjects() -> list[str]:
        # Besides, one tells the distributor that somebody came in from a new place.
        found = [str(mail["Subject"]) for mail in stack.mails()]
        return [subject for subject in found if "equipo nuevo" not in subject]

    # In lots of 25; what a server does not take at once is sent again half a minute later.
    wait_for(lambda: len(subjects()) >= 50, seconds=150)
    assert subjects() == ["Sus datos para entrar a Facturamos.com.mx"] * 50


def test_a_list_of_the_distributor_s_own_is_understood_after_one_page(
    stack: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    page = context.new_page()
    walk = Wide(page, stack.url, shots, "importar-lista")
    page.goto(f"{stack.url}/admin/backoffice/accountimport/add/")
    walk.fill(Usuario=distributor.username, Contraseña=PASSWORD)
    walk.press("Entrar")
    headings = ["No.", "Razón Social", "RFC", "Contacto", "E-mail", "Tel.", "C.P.", "Saldo"]
    rows = [[str(number), *line(number, phone="4.77E+09")[:5], "6000", "$1"] for number in range(2)]
    rows += [
        [str(number), *line(number, email="ana@hotmail.con")[:5], "6000", "$9"] for number in range(2, 6)
    ]
    data = b"Clientes de enero\n" + as_csv(*rows, headings=headings).replace(
        "Ibáñez 3".encode(), "Ibáñez 3".encode("cp1252")
    )
    page.get_by_label("Archivo").set_input_files(sheet(data))
    walk.press("Revisar el archivo")
    expect(page.get_by_role("heading", name="Revise cómo se leyó su archivo")).to_be_visible()
    expect(page.get_by_role("group", name="¿Se leen bien los nombres?")).to_be_visible()
    walk.look("preguntas")
    walk.press("Seguir")
    expect(page.get_by_text("Confirme que esas columnas se quedan fuera")).to_be_visible()
    walk.look("preguntas-error")
    page.get_by_label("Las columnas con «No se usa» se quedan fuera").check()
    walk.press("Seguir")
    expect(page.get_by_text("4 filas están bien y 2 no.")).to_be_visible()
    expect(page.get_by_text("Excel acortó el teléfono").first).to_be_visible()
    expect(page.get_by_text("¿No será «hotmail.com»?").first).to_be_visible()
    walk.look("revisar")
    page.get_by_role("link", name="Leerlo de otro modo: acentos, hoja o columnas").click()
    page.get_by_text("Qué es cada columna").click()
    page.get_by_label("Columna «Tel.»").select_option("No se usa")
    walk.look("otro-modo")
    walk.press("Seguir")
    expect(page.get_by_text("Todas las filas están bien.")).to_be_visible()
    walk.press("Crear las 6 cuentas")
    expect(page.get_by_text("Se crearon 6 cuentas")).to_be_visible()


def test_a_long_import_shows_its_progress(
    stack: Stack, context: BrowserContext, console: list[str], shots: Path | None
) -> None:
    distributor = make_distributor("Distribuidora del Bajío")
    page = context.new_page()
    walk = Wide(page, stack.url, shots, "importar-largo")
    page.goto(f"{stack.url}/admin/backoffice/accountimport/add/")
    walk.fill(Usuario=distributor.username, Contraseña=PASSWORD)
    walk.press("Entrar")
    page.get_by_label("Archivo").set_input_files(
        sheet(as_xlsx(*(line(number) for number in range(3000))), "clientes.xlsx")
    )
    walk.press("Revisar el archivo")
    expect(page.get_by_role("progressbar")).to_be_visible()
    walk.look("revisando")
    expect(page.get_by_role("button", name="Crear las 3000 cuentas")).to_be_visible(timeout=30_000)
    walk.press("Crear las 3000 cuentas")
    expect(page.get_by_text("Se crearon 3000 cuentas")).to_be_visible(timeout=60_000)
    walk.look("creadas")
    assert Company.objects.count() == 3000
    page.goto(f"{stack.url}/admin/backoffice/accountimport/")
    expect(page.get_by_role("link", name=re.compile("clientes.xlsx"))).to_be_visible()
    walk.look("lista")
    assert AccountImport.objects.get().accounts == 3000

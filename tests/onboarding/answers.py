"""Valid answers to every step: what the tests that walk all the steps submit."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from certificates.lookalike import Pair

NEW_PASSWORD = "Molcajete-Azul-27"

ADDRESS = {
    "street": "Avenida de los Ñandúes",
    "exterior_number": "12-B",
    "interior_number": "",
    "neighborhood": "Centro",
    "postal_code": "37000",
    "reference": "",
    "locality": "León de los Aldama",
    "municipality": "León",
    "state": "Guanajuato",
    "country": "México",
}


def jpeg(color: str = "teal", size: tuple[int, int] = (300, 120)) -> bytes:
    """A small logo."""
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, "JPEG")
    return buffer.getvalue()


def logo(name: str = "logo de mi Ñapa.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    """A logo as a browser sends it."""
    return SimpleUploadedFile(name, content or jpeg(), "image/jpeg")


def seals(pair: Pair) -> dict[str, Any]:
    """A CSD pair as a browser sends it."""
    return {
        "certificate": SimpleUploadedFile("CSD_PANADERÍA.cer", pair.certificate),
        "key": SimpleUploadedFile("CSD_PANADERÍA.key", pair.key),
        "password": pair.password.decode(),
    }


# By slug. The CSD is not here: a pair belongs to a company, see `seals`.
ANSWERS: dict[str, Callable[[], dict[str, Any]]] = {
    "aviso-de-privacidad": lambda: {"accept": "on"},
    "carta-manifiesto": dict,
    "datos-fiscales": lambda: {
        "name": "PANADERÍA LA ÑAPA",
        "rfc": "PNA190312AB1",
        "phone": "4771234567",
        "expedition_place": "37000",
        "tax_regime": "601",
    },
    "direccion-fiscal": lambda: dict(ADDRESS),
    "direccion-de-emision": lambda: dict(ADDRESS),
    "usuario": lambda: {
        "full_name": "Íñigo Peña Núñez",
        "email": "panaderia@example.com",
        "alternate_email": "",
        "phone": "4777654321",
        "initials": "ÍPN",
        "username": "panaderia",
        "password": NEW_PASSWORD,
        "password_confirmation": NEW_PASSWORD,
    },
    "logotipo": lambda: {"image": logo(), "position": "right"},
    "correo": lambda: {
        "from_email": "ventas@example.com",
        "from_name": "Panadería La Ñapa",
        "username": "ventas@example.com",
        "password": "clave-smtp-9",
        "host": "smtp.example.com",
        "port": "587",
        "use_ssl": "on",
    },
    "documentos": lambda: {
        "invoice": "on",
        "invoice_series": "A",
        "invoice_first_folio": "1",
        "payment": "on",
        "payment_series": "",
        "payment_first_folio": "100",
    },
    "terminar": dict,
}

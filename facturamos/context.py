"""What every page may say about the site."""

import re

from django.conf import settings
from django.http import HttpRequest

# What a Mexican number is dialled with from abroad, and so what WhatsApp wants before its ten digits.
MEXICO = "52"


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name and how to reach support, for the layout."""
    return {"site_name": settings.SITE_NAME, "support": support()}


def support() -> dict[str, str]:
    """How to reach support, with the addresses that dial and that open WhatsApp; empty what is not set."""
    said: dict[str, str] = settings.SUPPORT
    phone, whatsapp = (re.sub(r"\D", "", said[name]) for name in ("phone", "whatsapp"))
    international = MEXICO + whatsapp if len(whatsapp) == 10 else whatsapp
    return said | {
        "phone_url": f"tel:{phone}" if phone else "",
        "whatsapp_url": f"https://wa.me/{international}" if whatsapp else "",
    }

"""What the tests change, and nothing else."""

import os
import tempfile
from pathlib import Path

from facturamos.settings import *  # noqa: F403

SECRET_KEY = "tests"  # noqa: S105
FACTURAMOS_KEYS = ["t1:b25seSBmb3IgdGhlIHRlc3RzIG9mIHRoaXMgc2l0ZSE="]
# Each process has its own, in the folder that tests and benchmarks remove at their end; mypy, which only
# reads this, needs none.
if folder := os.environ.get("FACTURAMOS_TESTS"):
    MEDIA_ROOT = Path(tempfile.mkdtemp(prefix="facturamos-media-", dir=folder))
DATABASES["default"]["ENGINE"] = "tests.database"  # noqa: F405
# A static file is looked for when it is asked for: each test's client would list all of them.
WHITENOISE_AUTOREFRESH = True
MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
# Nobody listens there: what a domain says of its mail, a test tells by a server of its own.
DNS_SERVERS = [("127.0.0.1", 9)]
# Argon2id with the least that still is Argon2id: the tests hash thousands of times.
PASSWORD_HASHERS = ["tests.hashers.FastArgon2"]
SUPPORT = {
    "email": "ayuda@example.com",
    "phone": "55 0000 0000",
    "whatsapp": "",
    "hours": "lunes a viernes, 9 a 18 h",
}
# Which issues what the tests upload.
SAT_TEST_AUTHORITIES = [str(BASE_DIR / "tests" / "authority" / "ac_de_pruebas.cer")]  # noqa: F405
PAC = {
    "name": "PAC de Pruebas",
    "rfc": "PPR010101AA1",
    "authorization": "00000",
    "rule": "2.7.2.1",
    "url": "https://pac.example.com/manifiesto",
}

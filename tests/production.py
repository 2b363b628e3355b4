"""A whole environment of production that is good, for tests that spoil one variable of it."""

import os
from pathlib import Path

# Marks secrets: it must be in no output.
CANARY = "canario-7Qx"
RING = "t1:b25seSBmb3IgdGhlIHRlc3RzIG9mIHRoaXMgc2l0ZSE="


def good_environment(folder: Path) -> dict[str, str]:
    """What production asks for; the folder holds what must exist."""
    static, media = folder / "static", folder / "media"
    for each in (static, media):
        each.mkdir(exist_ok=True)
    (static / "staticfiles.json").write_text('{"paths": {}, "version": "1.1", "hash": ""}')
    return {
        "PATH": os.environ["PATH"],
        "FACTURAMOS_ENV": "production",
        "SECRET_KEY": f"{CANARY}-of-more-than-fifty-different-characters-0123456789",
        "FACTURAMOS_KEYS": RING,
        "ALLOWED_HOSTS": "facturamos.example",
        "SITE_URL": "https://facturamos.example",
        "DATABASE_URL": f"postgresql://nobody:{CANARY}@127.0.0.1:1/nothing",
        "REDIS_URL": f"redis://:{CANARY}@127.0.0.1:1/0",
        "MAIL_HOST": "mail.example",
        "STATIC_ROOT": str(static),
        "MEDIA_ROOT": str(media),
    }

"""Production's costs (Argon2id as it is, real sessions) on a throw-away database."""

from facturamos.settings_test import *  # noqa: F403
from facturamos.settings_test import BASE_DIR, TEMPLATES

PASSWORD_HASHERS = ["companies.accounts.hashing.Argon2idHasher"]
ROOT_URLCONF = "benchmarks.urls"
TEMPLATES[0]["DIRS"] = [BASE_DIR / "templates", BASE_DIR / "benchmarks" / "stock" / "templates"]

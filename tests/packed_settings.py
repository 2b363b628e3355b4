"""The development settings, with static files as production serves them: packed, and named after content."""

import os
from pathlib import Path

from facturamos.settings import *  # noqa: F403
from facturamos.settings import STORAGES

STATIC_ROOT = Path(os.environ["STATIC_ROOT"])
STORAGES["staticfiles"] = {"BACKEND": "facturamos.static_files.StaticFiles"}
WHITENOISE_USE_FINDERS = False

"""Which version of the site this is."""

import tomllib
from functools import cache
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@cache
def version() -> str:
    """As `pyproject.toml` has it, which stands in the image, too."""
    try:
        project = tomllib.loads(PYPROJECT.read_text())["project"]
    except (OSError, KeyError):
        return "desconocida"
    return str(project["version"])

"""The sections of docs/recipes.md, whose code the tests of the recipes run as it stands."""

import re
from pathlib import Path
from textwrap import dedent

RECIPES = Path(__file__).resolve().parent.parent / "docs" / "recipes.md"


def section(title: str) -> str:
    """All that stands under a heading («A mail»)."""
    (found,) = re.findall(
        rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", RECIPES.read_text(), re.MULTILINE | re.DOTALL
    )
    return str(found)


def places(title: str) -> list[str]:
    """What a recipe says is touched: its numbered items."""
    return re.findall(r"^\d\. \*\*(.+?)\*\*", section(title), re.MULTILINE)


def blocks(title: str, language: str) -> list[str]:
    """A recipe's pieces of code, in their order."""
    found = re.findall(rf" *```{language}\n(.*?)```", section(title), re.DOTALL)
    return [dedent(code) for code in found]

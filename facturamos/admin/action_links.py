"""A button that leads to the page of an action."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionLink:
    """A button to an action's page."""

    label: str
    url: str
    dangerous: bool = False

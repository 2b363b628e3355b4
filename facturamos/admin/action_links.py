"""Buttons that lead to the pages of actions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ActionLink:
    """A button to an action's page."""

    label: str
    url: str
    dangerous: bool = False


@dataclass(frozen=True)
class BesideRow:
    """The buttons beside one row of a list: those that it asks for, and all others in a menu, which say
    themselves when they cannot be done now.
    """

    first: list[ActionLink]
    others: list[ActionLink]

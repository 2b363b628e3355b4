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
    """The buttons beside one row of a list: those that it asks for, and others in a menu. Who was not asked
    beforehand whether it can be done says so itself.
    """

    first: list[ActionLink]
    others: list[ActionLink]

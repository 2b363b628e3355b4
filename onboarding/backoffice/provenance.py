"""Where each value of steps 4, 5 and 6 came from, and when: told by the latest event that changed it.

The audit keeps every change with its context: who made it, on which page, which fields were a
constancia's (`companies/csf/prefill.py`), which the catalogue's (`companies/forms/addresses.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.text import capfirst

from companies import tax_regimes
from companies.csf.prefill import ORIGIN
from companies.models import Address, Company, User
from onboarding.backoffice.timeline import source

# A company changes a few dozen times in its life.
LATEST = 500
FISCAL_DATA = ("name", "rfc", "phone", "expedition_place", "tax_regime")
# The task that opens accounts from a sheet (onboarding/backoffice/importing/).
IMPORT = "onboarding.accountimport"

CATALOGUE, IMPORTED = "Catálogo del SAT", "Importación"
FOLLOWS, COPIED = "Igual a la fiscal", "Copiado de la fiscal"
OF_ROLE = {
    User.Role.ISSUER: "Escrito por el emisor",
    User.Role.DISTRIBUTOR: "Distribuidor",
    User.Role.SUPPORT: "Soporte",
    User.Role.OWNER: "Soporte",
}
CSF_OF_ROLE = {
    User.Role.ISSUER: "Constancia",
    User.Role.DISTRIBUTOR: "Constancia (distribuidor)",
    User.Role.SUPPORT: "Constancia (soporte)",
    User.Role.OWNER: "Constancia (soporte)",
}

Event = dict[str, Any]


@dataclass(frozen=True)
class Value:
    """One value as it is now, and its latest change; `at` is None for a value that nobody ever gave."""

    label: str
    value: str
    origin: str = ""
    who: str = ""
    at: datetime | None = None
    # A postal code that the SAT's catalogue does not have.
    doubtful: bool = False


@dataclass(frozen=True)
class Group:
    """The values of one step."""

    title: str
    values: tuple[Value, ...]


def provenance(company: Company) -> list[Group]:
    """The values of the three steps, in four queries; an address that is not there has no group."""
    addresses = {address.kind: address for address in company.addresses.all()}
    of_company = _events("CompanyEvent", {"pgh_obj_id": company.pk}, FISCAL_DATA)
    of_addresses = _events(
        "AddressEvent", {"company_id": company.pk}, (*Address.CONTENT, "kind", "follows_fiscal")
    )
    authors = _authors([*of_company, *of_addresses])
    groups = [Group("Datos fiscales", tuple(_values(company, FISCAL_DATA, of_company, authors)))]
    for kind in Address.Kind:
        if address := addresses.get(kind):
            events = [event for event in of_addresses if event["pgh_obj_id"] == address.pk]
            values = tuple(_values(address, Address.CONTENT, events, authors))
            groups.append(Group(str(kind.label), values))
    return groups


def _events(model: str, of: Mapping[str, Any], columns: tuple[str, ...]) -> list[Event]:
    """The latest events of some rows, oldest first."""
    rows = apps.get_model("companies", model).objects.filter(**of).order_by("-pgh_id")
    told = ("pgh_obj_id", "pgh_label", "pgh_created_at", "pgh_context__metadata")
    return list(rows.values(*told, *columns)[:LATEST])[::-1]


def _authors(events: list[Event]) -> dict[Any, User]:
    keys = {_metadata(event).get("user") for event in events} - {None}
    return User.objects.only("username", "role").in_bulk(keys)


def _metadata(event: Event) -> dict[str, Any]:
    return event["pgh_context__metadata"] or {}


def _values(
    row: Any, names: tuple[str, ...], events: list[Event], authors: dict[Any, User]
) -> Iterator[Value]:
    changes, follows = _latest_changes(names, events), getattr(row, "follows_fiscal", False)
    for name in names:
        value, change = str(getattr(row, name)), changes.get(name)
        author = authors.get(_metadata(change).get("user")) if change else None
        yield Value(
            label=str(capfirst(row._meta.get_field(name).verbose_name)),
            value=tax_regimes.label(value) if name == "tax_regime" and value else value,
            origin=_origin(name, change, author, follows=follows) if change else "",
            who=author.username if author else "",
            at=change["pgh_created_at"] if change else None,
            doubtful=name == "postal_code" and not row.in_catalogue,
        )


def _latest_changes(names: tuple[str, ...], events: list[Event]) -> dict[str, Event]:
    """The event that gave each field the value it has."""
    changes: dict[str, Event] = {}
    before: Event = {}
    for event in events:
        # The oldest that was read tells of a change only where the row began with it.
        known = before or event["pgh_label"] == "insert"
        changes |= {name: event for name in names if known and event[name] != before.get(name, "")}
        before = event
    return changes


def _origin(name: str, event: Event, author: User | None, *, follows: bool) -> str:
    metadata = _metadata(event)
    if follows:
        return FOLLOWS
    if event.get("follows_fiscal"):
        return COPIED
    if metadata.get("source") == IMPORT:
        return IMPORTED
    if metadata.get("origin") == ORIGIN and name in metadata.get(ORIGIN, []):
        return CSF_OF_ROLE[User.Role(author.role)] if author else "Constancia"
    if name in metadata.get(f"catalogue_{event.get('kind')}", []):
        return CATALOGUE
    return OF_ROLE[User.Role(author.role)] if author else source(metadata)

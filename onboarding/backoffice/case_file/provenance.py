"""Where a change was made, and where each value of steps 4, 5 and 6 came from: by the latest event.

The audit keeps every change with its context: who made it, on which page, which fields were a
constancia's (`companies/csf/prefill.py`), which the catalogue's (`companies/forms/addresses.py`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.text import capfirst
from pghistory.models import Events

from companies.csf.prefill import ORIGIN
from companies.models import Address, Company, User
from companies.sat import tax_regimes
from companies.signed_in import DELEGATE

# A company changes a few dozen times in its life.
LATEST = 500
# Where a change came from, by the first part of the page's address.
PLACES = {
    "/admin": "Administración",
    "/configuracion": "Página del emisor",
    "/panel": "Página del emisor",
    "/encargo": "Página de quien ayuda",
    "/entrar": "Al entrar",
    "/recuperar": "Recuperación de la contraseña",
}
FISCAL_DATA = ("name", "rfc", "phone", "expedition_place", "tax_regime")
# The task that opens accounts from a sheet (onboarding/backoffice/account_import/).
IMPORT = "backoffice.accountimport"

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

# JSON: what a context says, what a row holds.
type Metadata = dict[str, Any]
type Authors = dict[Any, User]


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


def source(metadata: Mapping[str, object]) -> str:
    """Where a change came from, in words: a page, a task, or straight from the database."""
    told = str(metadata.get("source", ""))
    if told.startswith("/"):
        return PLACES.get("/" + told.split("/")[1], told)
    try:
        return f"Tarea: {apps.get_model(told)._meta.verbose_name}"
    except (LookupError, ValueError):
        return f"Tarea: {told}" if told else "Directo en la base de datos"


def provenance(company: Company) -> list[Group]:
    """The values of the three steps, in four queries; an address that is not there has no group."""
    addresses = {address.kind: address for address in company.addresses.all()}
    of_company, of_addresses = _events(company), _events(*addresses.values())
    authors = _authors([*of_company, *of_addresses])
    groups = [Group("Datos fiscales", tuple(_values(company, FISCAL_DATA, of_company, authors)))]
    for kind in Address.Kind:
        if address := addresses.get(kind):
            events = [event for event in of_addresses if event.pgh_obj_id == str(address.pk)]
            values = tuple(_values(address, Address.CONTENT, events, authors))
            groups.append(Group(str(kind.label), values))
    return groups


def _events(*rows: Company | Address) -> list[Events]:
    """The latest events of some rows, oldest first."""
    if not rows:
        return []
    found: QuerySet[Events] = Events.objects.tracks(*rows).defer("pgh_diff").order_by("-pgh_id")
    return list(found[:LATEST])[::-1]


def _authors(events: list[Events]) -> Authors:
    keys = {_metadata(event).get("user") for event in events} - {None}
    return User.objects.only("username", "role").in_bulk(keys)


def _metadata(event: Events) -> Metadata:
    return event.pgh_context or {}


def _values(
    row: Company | Address, names: tuple[str, ...], events: list[Events], authors: Authors
) -> Iterator[Value]:
    changes, follows = _latest_changes(names, events), getattr(row, "follows_fiscal", False)
    labels = {field.name: str(capfirst(field.verbose_name)) for field in row._meta.fields}
    for name in names:
        value, change = str(getattr(row, name)), changes.get(name)
        author = authors.get(_metadata(change).get("user")) if change else None
        yield Value(
            label=labels[name],
            value=tax_regimes.label(value) if name == "tax_regime" and value else value,
            origin=_origin(name, change, author, follows=follows) if change else "",
            who=author.username if author else _delegate(change),
            at=change.pgh_created_at if change else None,
            doubtful=name == "postal_code" and not getattr(row, "in_catalogue", True),
        )


def _delegate(event: Events | None) -> str:
    """Who did it without an account, because the issuer asked."""
    return str(_metadata(event).get(DELEGATE, "")) if event else ""


def _latest_changes(names: tuple[str, ...], events: list[Events]) -> dict[str, Events]:
    """The event that gave each field the value it has."""
    changes: dict[str, Events] = {}
    before: Metadata = {}
    for event in events:
        # The oldest that was read tells of a change only where the row began with it.
        known, now = before or event.pgh_label == "insert", event.pgh_data
        changes |= {name: event for name in names if known and now[name] != before.get(name, "")}
        before = now
    return changes


def _origin(name: str, event: Events, author: User | None, *, follows: bool) -> str:
    metadata = _metadata(event)
    if follows:
        return FOLLOWS
    if event.pgh_data.get("follows_fiscal"):
        return COPIED
    if metadata.get("source") == IMPORT:
        return IMPORTED
    if metadata.get("origin") == ORIGIN and name in metadata.get(ORIGIN, []):
        return CSF_OF_ROLE[User.Role(author.role)] if author else "Constancia"
    if name in metadata.get(f"catalogue_{event.pgh_data.get('kind')}", []):
        return CATALOGUE
    return OF_ROLE[User.Role(author.role)] if author else source(metadata)

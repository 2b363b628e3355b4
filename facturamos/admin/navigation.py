"""The way through admin: the pages of every day in the header, all lists below «Más», by what they are about.

Addresses and models are named by strings: they belong to apps that stand above this one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from django.http import HttpRequest
from django.urls import reverse


class ListOfRows(TypedDict):
    """A model's list, as Django describes it to the front page."""

    object_name: str
    name: str
    admin_url: str | None
    add_url: str | None
    perms: dict[str, bool]


class ListGroup(TypedDict):
    """Lists that stand together; `app_label` is what Django's templates call the group by."""

    name: str
    app_label: str
    app_url: str
    has_module_perms: bool
    models: list[ListOfRows]


@dataclass(frozen=True)
class NavLink:
    """A link of the header; `current` where its page, or one below it, is shown."""

    label: str
    url: str
    current: bool


# The label, the address, and the model whose list must be open to the user.
DAILY = (
    ("Tablero", "admin:companies_company_tablero", "Company"),
    ("Empresas", "admin:companies_company_changelist", "Company"),
    ("Importar", "admin:backoffice_accountimport_changelist", "AccountImport"),
    ("Mensajes", "admin:mailing_message_changelist", "Message"),
)
GROUPS = {
    "Empresas y personas": (
        "Company",
        "Onboarding",
        "Delegation",
        "Address",
        "User",
        "Distributor",
        "AccountImport",
        "BulkRun",
        "BoardExport",
    ),
    "Sellos": ("Csd", "Diagnosis", "CsdValidation", "TestInvoice", "SatAuthority", "SatList", "SecretAccess"),
    "Correo": ("Message", "Mailbox", "MailboxTest", "RelayState"),
    "Documentos": (
        "DocumentType",
        "Logo",
        "ManifestLetter",
        "LetterSignature",
        "LetterSubmission",
        "FormerLetter",
    ),
    "Avisos y manuales": ("PrivacyNotice", "NoticeAcceptance", "DelegationAcceptance", "Download"),
    "Entrar y consultar": ("ResetRequest", "ValidatorQuery"),
}
# What is in no group stands last, so that nothing is out of reach.
OTHERS = "Más"


def grouped(apps: Iterable[ListGroup]) -> list[ListGroup]:
    """Django's lists of each app, as people look for them."""
    lists = {each["object_name"]: each for app in apps for each in app["models"]}
    groups = [
        _group(title, [lists.pop(name) for name in names if name in lists]) for title, names in GROUPS.items()
    ]
    return [group for group in (*groups, _group(OTHERS, [*lists.values()])) if group["models"]]


def _group(title: str, models: list[ListOfRows]) -> ListGroup:
    return {
        "name": title,
        "app_label": "",
        "app_url": reverse("admin:index"),
        "has_module_perms": True,
        "models": models,
    }


def daily_links(request: HttpRequest, groups: Iterable[ListGroup]) -> list[NavLink]:
    """The header's links that the user may follow; the current is the longest that begins the address."""
    seen = {each["object_name"] for group in groups for each in group["models"]}
    links = [(label, reverse(name)) for label, name, model in DAILY if model in seen]
    current = max((url for _, url in links if request.path.startswith(url)), key=len, default="")
    return [NavLink(label, url, url == current) for label, url in links]

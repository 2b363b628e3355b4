"""The board with each of its filters, all about one company, and what stands on no list."""

from benchmarks.million.cost import Measured
from benchmarks.sql_time import signed_in
from companies.models import User
from onboarding.backoffice.board.filters import FILTERS

COMPANY = "/admin/companies/company/"
BOARD = (
    *("", *(f"?estado={each.name}" for each in FILTERS)),
    *("?orden=recientes", "?p=5", "?q=emp000020ab1", "?q=empresa", "?q=zzzz"),
)
# Has a CSD, has come in, is the large distributor's.
LOOKED_AT = 20
TABS = (
    *("resumen", "pasos", "sellos", "correo", "personas", "documentos", "notas", "historial", "cuenta"),
    *("datos", "ver-como-emisor", "corregir-y-reenviar"),
)
# What a distributor has no right to.
NOT_THEIRS = (403, 404)
AROUND_ADMIN = ("", "estado/", "buscar/?q=emp000020ab1", "buscar/?q=empresa", "buscar/?q=zzzz")


def staff(measured: Measured, person: str, user: User) -> None:
    """The board with each of its filters, all about one company, the search."""
    client = signed_in(user)
    of_user = User.objects.get(company=LOOKED_AT).pk
    addresses = [
        *(f"/admin/{end}" for end in AROUND_ADMIN),
        *(f"{COMPANY}tablero/{query}" for query in BOARD),
        *(f"{COMPANY}{LOOKED_AT}/{tab}/" for tab in (*TABS, "history")),
        f"/admin/companies/user/{of_user}/change/",
        f"/admin/companies/user/{of_user}/history/",
        f"/admin/personas/{user.pk}/",
    ]
    for address in addresses:
        if client.get(address).status_code not in NOT_THEIRS:
            name = address.replace(str(of_user), "N").replace(f"/{user.pk}/", "/N/")
            measured.get(f"{person} {name}", client, address)

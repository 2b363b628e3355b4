"""What staff does: opens accounts, one and by the sheet; corrects, writes notes, acts on many, exports."""

import re
from html import unescape
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from benchmarks.figures import sized
from benchmarks.importing import an_rfc
from benchmarks.made_up import MadeUp
from benchmarks.million.cost import Measured
from benchmarks.million.staff import COMPANY, LOOKED_AT
from benchmarks.sql_time import signed_in
from companies.models import Company, User
from onboarding.backoffice.models import AccountImport, BoardExport, BulkRun, CompanyNote
from onboarding.backoffice.personal_data import erasure, export
from tests.onboarding.backoffice.account_import.sheets import as_csv, line

BOARD = f"{COMPANY}tablero/"
IMPORT, RUN, EXPORT = (f"/admin/backoffice/{name}/" for name in ("accountimport", "bulkrun", "boardexport"))
MEASURES = "/admin/medidas/"
# As many as a request judges by itself, and more, which a worker does.
SHEET, LARGE_SHEET = sized(100, 5), AccountImport.AT_ONCE + 1
CHOSEN = 20
# What ten companies have in their RFC, at any size.
TEN = "emp00002"
REISSUE = "reenviar_credenciales_a_varias"
REASON = {"reason": "Lo pidió el emisor por teléfono."}
# Each account of a run has an RFC of its own.
numbers = count()


def desk(measured: Measured, person: str, user: User, made: MadeUp) -> None:
    """A day at the desk of support, or of a distributor."""
    client = signed_in(user)
    whose = {} if user.distributor_id else {"distributor": made.large.distributor_id}
    opened = new_account(measured, person, client, whose)
    imports(measured, person, client, whose)
    about_one(measured, person, client, opened)
    many(measured, person, client, made)
    board_file(measured, person, client)
    medidas(measured, person, client, made)
    if user.is_support:
        for_support(measured, client, made)


# --- opening accounts


def new_account(measured: Measured, person: str, client: Client, whose: dict[str, Any]) -> Company:
    """«Nueva cuenta»: the page, a postal code looked up, an account opened, and the page that tells it."""
    add = f"{COMPANY}add/"
    measured.get(f"{person} new account", client, add)
    account = {
        "name": "CARPINTERÍA LA CIGÜEÑA",
        "rfc": an_rfc(9_000 + next(numbers)),
        "full_name": "Begoña Ibáñez",
        "email": f"begona{next(numbers)}@example.com",
        "phone": "55 1234 5678",
        "username": "",
        **whose,
    }
    looked_up = {**account, "postal_code": "06000", "accion": "buscar"}
    measured.post(f"{person} new account, postal code", client, add, looked_up)
    sent = measured.post(f"{person} new account, POST", client, add, account)
    assert sent.status_code == 302, sent.content.decode()
    measured.get(f"{person} new account, opened", client, sent["Location"])
    return Company.objects.latest("pk")


def imports(measured: Measured, person: str, client: Client, whose: dict[str, Any]) -> None:
    """«Importar»: a sheet with one bad row in the request, and a large one by a worker; one is cancelled."""
    for end in ("add/", "plantilla.csv", "plantilla.xlsx"):
        measured.get(f"{person} import {end}", client, IMPORT + end)
    for what, rows in (("", SHEET), (", large", LARGE_SHEET), (", cancelled", SHEET)):
        job = _uploaded(measured, f"{person} import{what}", client, rows, whose)
        pages = ("change/", "estado/", "lectura/", "por-corregir.csv", "por-corregir.xlsx")
        for page in pages if not what else ():
            measured.get(f"{person} import, {page}", client, f"{IMPORT}{job.pk}/{page}")
        end, sent = ("cancelar", {}) if "cancelled" in what else ("crear", {"filas": "correctas"})
        measured.post(f"{person} import{what}, {end}", client, f"{IMPORT}{job.pk}/{end}/", sent)
        job.refresh_from_db()
        if job.state == AccountImport.State.QUEUED:
            measured.work(f"{person} import{what}, creation by a worker", job)
        measured.get(f"{person} import{what}, outcome", client, f"{IMPORT}{job.pk}/change/")


def _uploaded(
    measured: Measured, name: str, client: Client, rows: int, whose: dict[str, Any]
) -> AccountImport:
    """An import whose rows have been judged."""
    lines = [line(n, rfc=an_rfc(n), email=f"persona{n}@sheet.example") for n in _some(rows)]
    sheet = SimpleUploadedFile("cuentas.csv", as_csv(*lines, line(0, rfc="PAN19")))
    measured.post(f"{name}, upload", client, f"{IMPORT}add/", {"file": sheet, **whose})
    job = AccountImport.objects.latest("created_at")
    if job.state == AccountImport.State.QUEUED:
        measured.work(f"{name}, judged by a worker", job)
    assert job.stage == AccountImport.Stage.PREVIEW, job.stage
    return job


def _some(rows: int) -> list[int]:
    return [next(numbers) for _ in range(rows)]


# --- one company


def about_one(measured: Measured, person: str, client: Client, opened: Company) -> None:
    """A correction, credentials, a note that is done, a proposal, an account taken back."""
    _pressed(measured, person, client, opened, "corregir-y-reenviar", _corrected(opened))
    _pressed(measured, person, client, opened, "cancelar-cuenta", REASON)
    notes = f"{COMPANY}{LOOKED_AT}/notas/"
    note = {"text": "Llamar", "due_on": "2026-12-01", "assignee": "", "audience": "con_distribuidor"}
    measured.post(f"{person} note, written", client, notes, note)
    written = CompanyNote.objects.latest("pk")
    measured.post(f"{person} note, done", client, notes, {"nota": written.pk, "accion": "hecho"})
    asked = {"step": "sellos", "name": "Ana Contadora", "email": "ana@despacho.example"}
    looked_at = Company.objects.get(pk=LOOKED_AT)
    _pressed(measured, person, client, looked_at, "proponer-a-alguien", asked)


def _corrected(company: Company) -> dict[str, str]:
    user = company.users.get()
    name, email = {"name": "CARPINTERÍA EL CISNE", "rfc": company.rfc}, f"otra{user.pk}@example.com"
    return {**name, "full_name": user.full_name, "email": email, "phone": company.phone}


def _pressed(
    measured: Measured, person: str, client: Client, company: Company, slug: str, sent: dict[str, Any]
) -> None:
    """The page of an action, and its button."""
    address = f"{COMPANY}{company.pk}/{slug}/"
    measured.get(f"{person} {slug}", client, address, rounds=2)
    answer = measured.post(f"{person} {slug}, POST", client, address, sent)
    assert answer.status_code == 302, (slug, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode()))


# --- many companies


def many(measured: Measured, person: str, client: Client, made: MadeUp) -> None:
    """Credentials to twenty who never came in: from the board, of a search, from admin's own list."""
    never_in = Company.objects.filter(distributor=made.large.distributor, users__last_login=None)
    ids = list(never_in.order_by("-pk").values_list("pk", flat=True)[: 2 * CHOSEN])
    board = {"accion": REISSUE, "empresa": ids[:CHOSEN]}
    of_search = {"accion": REISSUE, "todas": "si", "q": TEN}
    for what, sent in (("ticked", board), ("of a search", of_search)):
        name = f"{person} many, {what}"
        measured.post(f"{name}, asks", client, f"{BOARD}hacer/", sent)
        measured.post(f"{name}, POST", client, f"{BOARD}hacer/", sent | {"seguro": "si"})
        run = BulkRun.objects.latest("created_at")
        measured.get(f"{name}, waits", client, f"{RUN}{run.pk}/change/")
        measured.get(f"{name}, status", client, f"{RUN}{run.pk}/estado/")
        measured.work(f"{name}, job", run)
        measured.get(f"{name}, outcome", client, f"{RUN}{run.pk}/change/")
    chosen = {"action": REISSUE, "_selected_action": ids[CHOSEN:]}
    measured.post(f"{person} many, list, asks", client, COMPANY, chosen)
    measured.post(f"{person} many, list, POST", client, COMPANY, chosen | {"seguro": "si"})


def board_file(measured: Measured, person: str, client: Client) -> None:
    """A search of the board as a file of each kind; and kept under a name, and forgotten."""
    for kind in BoardExport.FileKind.values:
        name = f"{person} file of the board, {kind}"
        measured.post(f"{name}, POST", client, f"{BOARD}exportar/", {"formato": kind, "q": TEN})
        job = BoardExport.objects.latest("created_at")
        measured.work(f"{name}, job", job)
        for page in ("change/", "estado/", "archivo/"):
            measured.get(f"{name}, {page}", client, f"{EXPORT}{job.pk}/{page}")
    measured.post(f"{person} filter, kept", client, f"{BOARD}guardar/", {"name": "Los diez", "q": TEN})
    measured.post(f"{person} filter, forgotten", client, f"{BOARD}olvidar/", {"filtro": "1"})


def medidas(measured: Measured, person: str, client: Client, made: MadeUp) -> None:
    """«Tiempos y tropiezos»: all, a step, a distributor, the files, and the companies behind a number."""
    all_steps = measured.get(f"{person} measures", client, MEASURES)
    pages = ["paso=sellos", "paso=datos-fiscales", "archivo=tiempos", "archivo=tropiezos"]
    for query in (*pages, f"distribuidor={made.large.distributor_id}"):
        measured.get(f"{person} measures {query.rstrip('0123456789')}", client, f"{MEASURES}?{query}")
    behind = {unescape(url) for url in re.findall(r'href="([^"]+medida=[^"]+)"', all_steps.content.decode())}
    # One of each kind: which steps have numbers differs with the size.
    for kind in ("tiempo", "tropiezo"):
        for url in sorted(url for url in behind if f"medida={kind}~" in url)[:1]:
            measured.get(f"{person} behind a {kind}", client, url)


# --- support alone


def for_support(measured: Measured, client: Client, made: MadeUp) -> None:
    """A step opened again, a company moved, deleted and back; what is held of a person; what is erased."""
    some = Company.objects.filter(distributor=made.large.distributor, users__last_login__isnull=False)
    first, second = some.alive().order_by("pk")[:2]
    pressed = (
        ("reabrir-paso", {"step": "datos-fiscales", "note": "Revise el régimen."}),
        ("ver-como-emisor", {"reason": "El emisor pide ayuda por teléfono."}),
        ("cambiar-de-distribuidor", {"distributor": made.small.distributor_id, **REASON}),
        ("eliminar-empresa", REASON),
        ("cancelar-eliminacion", REASON),
    )
    for slug, sent in pressed:
        _pressed(measured, "support", client, first, slug, sent)
        if slug == "ver-como-emisor":
            # An RFC that is made up has no date, and its own page looks for one.
            for page in ("", "direccion-fiscal/"):
                address = f"{COMPANY}{first.pk}/como-emisor/{page}"
                measured.get(f"support como-emisor/{page}", client, address)
    owner = User.objects.create(username="duena", role="owner", is_superuser=True)
    measured.get("owner /admin/primeros-pasos/", signed_in(owner), "/admin/primeros-pasos/")
    user = User.objects.get(company=second)
    measured.note("data of a person", lambda: export.user_archive(user))
    measured.note("data of a company", lambda: export.company_archive(second))
    measured.note("a company erased", lambda: erasure.erase(second), rounds=1)

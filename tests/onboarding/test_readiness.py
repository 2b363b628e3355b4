"""One list of what a company needs to invoice: whatever its rows, every page says that, and nothing else."""

import random
import re
from collections.abc import Iterable, Iterator

import pytest
from django.db import transaction
from django.db.models import Model
from django.test import Client
from pytest_django import Settings

from certificates.models import Csd
from certificates.services import CSD_USABLE
from certificates.testing import Pair
from companies.letters import LETTER_REJECTED, LETTER_VERIFIED
from companies.models import Company, User
from mailing import notices, outbox
from mailing.mailbox_in_use import InUse, in_use
from mailing.mailbox_stopped import MAILBOX_STOPPED
from mailing.models import Mailbox, Message
from mailing.outbox import Mail
from onboarding.backoffice.board.companies import rows
from onboarding.documents.kinds.acta import record_of
from onboarding.models import Reminder
from onboarding.readiness import CAN_FINISH, Readiness
from onboarding.reminders.kinds import idle
from onboarding.steps import STEPS
from onboarding.steps.terminar import FINISHED
from onboarding.wizard.progress import Progress
from onboarding.wizard.requirement import Requirement
from tests.onboarding.browser import Tab
from tests.onboarding.ready import VARIATIONS, ready_company, words

COMBINATIONS = 90
SEED = 20261128


@pytest.fixture
def company(tab: Tab, issuer: User, pair: Pair) -> Company:
    """One that has done all, signed its letter, and may invoice."""
    return ready_company(tab, issuer, pair)


# Not sets: what is said twice is wrong, too.
type Lines = list[tuple[str, str]]
PRINTED = re.compile(r'data-requirement="([^"]*)"(.*?)</li>', re.DOTALL)


def printed(html: str, every: Iterable[Requirement]) -> Lines:
    """The requirements that a page prints: by their marks, and none without a mark."""
    known = {line.code: line for line in every}
    found = PRINTED.findall(html)
    for code, text in found:
        assert known[code].text in words(text)
    # A note of support's stands at its step, too.
    unmarked = words(PRINTED.sub("", html)).replace("Nota de Asistencia:", "")
    assert [line.code for line in every if not line.met and line.text in unmarked] == []
    return sorted((code, known[code].text) for code, _ in found)


def lines_of(requirements: Iterable[Requirement]) -> Lines:
    return sorted((line.code, line.text) for line in requirements)


def test_every_page_says_what_the_list_says(
    tab: Tab, issuer: User, company: Company, settings: Settings
) -> None:
    settings.INVOICING_URL = "https://facturar.example.com/"
    dice = random.Random(SEED)  # noqa: S311  (to be repeated, not to be secret)
    seen: set[str] = set()
    for _ in range(COMBINATIONS):
        chosen = {subject: dice.randrange(len(changes)) for subject, changes in VARIATIONS.items()}
        with transaction.atomic():
            for subject, which in chosen.items():
                if change := VARIATIONS[subject][which]:
                    change(company)
            seen |= _agree(tab, User.objects.get(pk=issuer.pk), str(chosen))
            transaction.set_rollback(True)

    assert {
        "carta-manifiesto",
        "sellos",
        "nombre",
        "otro-nombre",
        "lugar-desconocido",
        "codigo-desconocido-fiscal",
        "codigo-desconocido-issuing",
        "correo",
        "datos-fiscales",
        "direccion-fiscal",
        "direccion-de-emision",
        "documentos",
        "regimen",
        "prueba",
        "prueba-name",
        "prueba-xml",
    } <= seen


def _agree(tab: Tab, user: User, case: str) -> set[str]:
    progress, client = Progress.of(user), tab.client
    readiness = Readiness(progress, STEPS)
    _unanswered(readiness, case)
    _ticked(readiness, case)
    _said_once(readiness, case)
    _last_page(client, readiness, case)
    if progress.finished:
        _panel(client, readiness, case)
    else:
        _hub(client, readiness, case)

    pending = sorted(each.text for each in record_of(progress).pending)
    assert pending == sorted(said_by(readiness)), case

    _board(progress, readiness, case)
    _mails(progress, readiness, case)
    _finishing(tab, readiness, case)
    return {line.code for line in readiness.missing}


def said_by(readiness: Readiness) -> list[str]:
    return [line.text for line in readiness.missing] + [doubt.text for doubt in readiness.doubts]


def _unanswered(readiness: Readiness, case: str) -> None:
    """Finishing waits for what the issuer never saved, however faulty it is."""
    progress, waits = readiness.progress, {line.code for line in readiness.before_finishing}
    steps = ["datos-fiscales", "direccion-fiscal", "direccion-de-emision", "usuario", "documentos"]
    missing = {slug for slug in steps if not progress.saved(slug)}
    if not progress.company.tax_regime:
        missing.add("datos-fiscales")
    assert missing <= waits, case
    faulty = {line.url for line in readiness.missing if line.state == "problem" and line.code not in waits}
    assert [slug for slug in missing if f"/configuracion/{slug}/" in faulty] == [], case


def _said_once(readiness: Readiness, case: str) -> None:
    """Nothing is told both as missing and as doubtful, nor by two steps."""
    said, codes = said_by(readiness), readiness.progress.unknown_postal_codes
    for code in set(codes.values()):
        unknown = [text for text in said if f"código postal {code} no está en el catálogo" in text]
        assert len(unknown) <= list(codes.values()).count(code), case
    place = readiness.progress.company.expedition_place
    assert sum(f"desde el código postal {place}" in text for text in said) <= 1, case
    assert "place" not in codes or sum(place in text for text in said) <= 1, case
    assert sum(f"«{readiness.progress.company.name}»" in text for text in said) <= 1, case


def _finishing(tab: Tab, readiness: Readiness, case: str) -> None:
    response = tab.submit("terminar", {})
    assert (response.status_code == 302) == (not readiness.before_finishing), case


def _ticked(readiness: Readiness, case: str) -> None:
    """A step is done if, and only if, nothing of it is missing."""
    wrong = {line.url for line in readiness.before_invoicing}
    for step in STEPS:
        if step.counts and not step.optional:
            done = step.status(readiness.progress) == "done"
            assert done == (step.url not in wrong), f"{step.slug}: {case}"
    missing = {line.url for line in readiness.missing}
    ticked = {step.url for step in STEPS if step.counts and step.status(readiness.progress) == "done"}
    assert ticked.isdisjoint(missing), case


def _last_page(client: Client, readiness: Readiness, case: str) -> None:
    html = client.get("/configuracion/terminar/").text
    missing, last, finished = readiness.before_invoicing, words(html), readiness.progress.finished
    assert printed(html, readiness.requirements) == lines_of(missing), case
    nothing = not missing and not finished and not given_up(readiness)
    assert ("No falta nada." in last) == nothing, case
    can_finish = bool(missing) and not finished and not readiness.before_finishing
    assert (CAN_FINISH in last) == can_finish, case
    if finished and not given_up(readiness):
        assert f"<h1>{readiness.heading}</h1>" in last, case
    assert ("Ya puede facturar" in last) == (
        finished and readiness.can_invoice and not given_up(readiness)
    ), case
    _doubts(readiness, last, case)


def _doubts(readiness: Readiness, shown: str, case: str) -> None:
    assert shown.count("aunque se lo preguntamos") == bool(readiness.kept_doubts), case
    assert shown.count("Conviene que lo revise") == bool(readiness.new_doubts), case
    for doubt in readiness.doubts:
        assert shown.count(doubt.text) == 1, case


def given_up(readiness: Readiness) -> bool:
    """Whether the page has to say first that the test of the invoice came to no end."""
    return any(line.code == "prueba" and not line.stops for line in readiness.missing)


def _panel(client: Client, readiness: Readiness, case: str) -> None:
    html = client.get("/panel/").text
    shown = words(html)
    assert printed(html, readiness.requirements) == lines_of(readiness.missing), case
    may_invoice = readiness.can_invoice and not given_up(readiness)
    heading = "No pudimos terminar la prueba" if given_up(readiness) else readiness.heading
    assert f"<h1>{heading}</h1>" in shown, case
    assert ("Ya puede facturar" in shown) == may_invoice, case
    assert ("Ir a facturar" in shown) == may_invoice, case
    _doubts(readiness, shown, case)


def _hub(client: Client, readiness: Readiness, case: str) -> None:
    html = client.get("/configuracion/").text
    assert f"<h1>{readiness.heading}</h1>" in words(html), case
    steps = [line for line in readiness.before_finishing if line.state != "problem"]
    said = lines_of(line for line in readiness.before_invoicing if line not in steps)
    assert printed(html, readiness.requirements) == said, case
    assert ("solo falta finalizar" in html) == readiness.can_invoice, case
    if steps:
        assert f"Seguir con {readiness.before_finishing[0].title}" in words(html), case


def _board(progress: Progress, readiness: Readiness, case: str) -> None:
    listed = Progress.of_companies([progress.company.pk])[progress.company.pk]
    assert Readiness(listed, STEPS).requirements == readiness.requirements, case
    [row] = rows([progress.company.pk])
    first = readiness.before_invoicing[0].brief if readiness.before_invoicing else ""
    can_finish = not progress.finished and not readiness.before_finishing
    only_finish = "Solo falta «Finalizar configuración»."
    press = "Ya puede oprimir «Finalizar configuración»."
    if readiness.before_finishing and not progress.finished:
        assert STEPS[row.reached - 2].slug == readiness.before_finishing[0].code, case
    told = (f"{first} {press}" if first else only_finish) if can_finish else first
    assert row.blocked.text == told, case
    assert row.blocked.others == max(0, len(readiness.before_invoicing) - 1), case
    assert bool(row.blocked.turn) == bool(told), case


def _mails(progress: Progress, readiness: Readiness, case: str) -> None:
    """Every mail that tells of a change, and the one that reminds."""
    lines = [f"- {line.title}: {line.text} {line.turn.value}." for line in readiness.before_invoicing]
    heading = f"{readiness.heading}."
    for mail in told(progress):
        html = words(mail.html)
        assert [line for line in mail.text.splitlines() if line.startswith("- ")] == lines, case
        assert heading in mail.text, case
        assert f"<b>{heading}</b>" in html, case
        assert html.count("<li") == len(lines), case
        assert all(line.text in html for line in readiness.before_invoicing), case
        for said in (mail.subject, mail.text, html):
            may_say_so = readiness.can_invoice and progress.finished
            assert may_say_so or "ya puede facturar" not in said.lower(), case


def told(progress: Progress) -> Iterator[Mail]:
    """The mails that stand, each built from rows as the worker does it."""
    company, csd = progress.company, progress.csd.active
    letter, box = getattr(company, "manifest_letter", None), getattr(company, "mailbox", None)
    usable = csd and csd.is_usable and not csd.ended
    about: list[tuple[str, Model | None]] = [
        (FINISHED, progress.onboarding if progress.finished else None),
        (LETTER_VERIFIED, letter if letter and letter.verified_at and letter.is_current else None),
        (LETTER_REJECTED, letter if letter and letter.rejected_at else None),
        (CSD_USABLE, Csd.objects.active().get(company=company) if usable else None),
        (MAILBOX_STOPPED, box if box and not (box.is_active and works(box, progress)) else None),
    ]
    for kind, row in about:
        if row is not None:
            notices.tell(kind, row)
            yield build(Message.objects.get(kind=kind))
    if not progress.finished:
        reminder = Reminder.objects.create(kind=idle.KIND, company=company, to=progress.user.email)
        yield build(outbox.post(idle.KIND, to=reminder.to, about=reminder))


def works(box: Mailbox, progress: Progress) -> bool:
    return in_use(box, progress.facts.mailbox_test) is InUse.WORKS


def build(message: Message) -> Mail:
    return outbox._kinds[message.kind].build(message)

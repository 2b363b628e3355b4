"""«Tiempos y tropiezos» of companies that all came in the last weeks: counting them, and each page."""

import re
from collections.abc import Iterator
from functools import partial
from html import unescape

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.figures import TINY, Figure, median, milliseconds, sized
from benchmarks.made_up import MadeUp
from companies.models import User
from onboarding.backoffice.measures.counting import count
from onboarding.backoffice.models import StepTime, Stumble, TimeCount
from onboarding.steps import STEPS

SIZES = (60, 120) if TINY else (1_000, 100_000)
ROUNDS = sized(9, 1)
PAGE = "/admin/medidas/"
KINDS = frozenset(
    {
        *("onboarding.Onboarding", "certificates.Csd", "certificates.Diagnosis", "companies.ManifestLetter"),
        *("mailing.Mailbox", "mailing.Message", "certificates.CsdValidation", "certificates.TestInvoice"),
        "mailing.MailboxTest",
    }
)
# Each came in on one of the last fifty days, and went from step to step, with pauses of up to an hour.
FIRST = "date_trunc('day', now()) - ({company} %% 50 + 1) * interval '1 day'"
ROWS = f"""
UPDATE companies_company SET created_at = {FIRST.format(company="id")} - interval '1 day';
INSERT INTO companies_securityevent (user_id, kind, at, browser)
SELECT id, 'signed_in', {FIRST.format(company="company_id")}, ''
FROM companies_user WHERE company_id IS NOT NULL;
INSERT INTO onboarding_stepstateevent
    (pgh_created_at, pgh_label, pgh_obj_id, id, slug, saved_at, omitted, note, onboarding_id)
SELECT saved_at, 'insert', 0, 0, slug, saved_at, false, '', onboarding_id FROM (
    SELECT o.id AS onboarding_id, slug, {FIRST.format(company="o.company_id")}
        + step * ((o.company_id * 37 + step * 11) %% 3600) * interval '1 second' AS saved_at
    FROM onboarding_onboarding o, unnest(%s::text[]) WITH ORDINALITY AS steps (slug, step)
) AS saved;
INSERT INTO onboarding_refusedsubmit (company_id, step, errors, release, at)
SELECT id, 'datos-fiscales', jsonb_build_array(jsonb_build_object(
    'field', (ARRAY['rfc', 'name', 'tax_regime'])[1 + id %% 3],
    'code', (ARRAY['required', 'unknown'])[1 + id %% 2]
)), '1.0', {FIRST.format(company="id")} + number * interval '1 minute'
FROM companies_company, generate_series(1, 2) AS number;
UPDATE certificates_diagnosis SET created_at = {FIRST.format(company="company_id")},
    report = '[{{"code": "password", "state": "bad", "reason": "wrong"}}]' WHERE NOT ok;
UPDATE mailing_mailboxtest SET created_at = now() - interval '4 days',
    finished_at = now() - interval '4 days' + interval '5 seconds';
UPDATE certificates_csdvalidation SET created_at = now() - interval '3 days',
    finished_at = now() - interval '3 days' + interval '4 seconds';
INSERT INTO backoffice_lastmove (company_id, distributor_id, deleted, moved_at, entered, finished)
SELECT id, distributor_id, FALSE, created_at + interval '1 day', TRUE, FALSE FROM companies_company;
"""  # noqa: S608  (expressions of this file alone)


def run() -> Iterator[Figure]:
    """Yields how long a count takes, and p50 and statements of each page, at each size."""
    call_command("migrate", verbosity=0)
    for size in SIZES:
        made = MadeUp(size)
        made.fill(only=KINDS)
        _fill()
        took = milliseconds(count)
        rows = {model.__name__: model._default_manager.count() for model in (StepTime, TimeCount, Stumble)}
        yield Figure("count", took, "ms", details={"companies": size, **rows})
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE backoffice_steptime, backoffice_timecount, backoffice_stumble")
        yield from _pages(made, size)


def _fill() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET statement_timeout = 0")
        cursor.execute(ROWS, [[step.slug for step in STEPS]])
        for statement in ("RESET session_replication_role", "VACUUM ANALYZE", "RESET statement_timeout"):
            cursor.execute(statement)


def _pages(made: MadeUp, size: int) -> Iterator[Figure]:
    board = "/admin/companies/company/tablero/"
    for who, user in (("support", made.support), ("lead", made.large)):
        client = Client()
        client.force_login(user, backend="companies.accounts.auth.Backend")
        behind = {unescape(url) for url in re.findall(r'href="([^"]+medida=[^"]+)"', client.get(PAGE).text)}
        pages = {"all": PAGE, "step": f"{PAGE}?paso=sellos", "board": board}
        for kind in ("tiempo", "tropiezo"):
            pages[f"behind_{kind}"] = min(url for url in behind if f"{kind}~datos-fiscales" in url)
        if user.is_support:
            pages["distributor"] = f"{PAGE}?distribuidor={made.large.distributor_id}"
        for name, url in pages.items():
            yield _page(f"{who}_{name}", client, url, user, size)


def _page(name: str, client: Client, url: str, user: User, size: int) -> Figure:
    """As long as nothing of it is kept."""

    def once() -> None:
        cache.clear()
        assert client.get(url).status_code == 200, url

    with CaptureQueriesContext(connection) as captured:
        once()
    statements = len(captured)  # the next request empties the log
    sql = round(1000 * sum(float(query["time"]) for query in captured))
    p50 = median([milliseconds(partial(once)) for _ in range(ROUNDS)])
    return Figure(name, p50, "ms", details={"companies": size, "queries": statements, "sql_ms": sql})

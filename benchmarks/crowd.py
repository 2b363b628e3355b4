"""Companies by the thousand as a site that has worked for three years has them, secrets and files included.

The rows are `MadeUp`'s; this adds what jobs look through (sessions, reminders, steps, events) and what a
backup is made of: CSDs with certificate, key and password, which go in by COPY. Whatever the size, the same
few things are due: what a job costs beside doing those is what grows.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO, StringIO
from itertools import islice
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from PIL import Image
from psycopg2 import extensions

from benchmarks.made_up import MOVES, STATES, MadeUp
from certificates.expiry import EXPIRES_SOON
from companies.models import PrivacyNotice
from facturamos import vault
from onboarding.reminders.kinds.csd_expiry import DAYS

KINDS = frozenset(
    {
        "companies.Address",
        "companies.ManifestLetter",
        "companies.NoticeAcceptance",
        "companies.UserEvent",
        "certificates.Csd",
        "certificates.CsdValidation",
        "certificates.Diagnosis",
        "mailing.Mailbox",
        "mailing.MailboxTest",
        "mailing.Message",
        "onboarding.Delegation",
        "onboarding.Onboarding",
    }
)
# Reminders of each kind that nobody has sent yet; whoever is due besides was told already. Companies are the
# older the higher their number: six of ten days ago, and those whose CSD expires first.
DUE, DUE_EXPIRING, DUE_DAYS = 6, 120, 10
# Of each so many companies, one uploaded a logo.
LOGOS_OF = 10
CERTIFICATE_BYTES, KEY_BYTES = 1_500, 1_298
COPIED_AT_ONCE = 10_000
USED = (
    *("django_session", "companies_signedinsession", "companies_securityevent", "onboarding_reminder"),
    # These name files, which another process had in a folder of its own.
    *(
        "companies_logoevent",
        "companies_manifestletterevent",
        "onboarding_download",
        "onboarding_downloadevent",
    ),
)
# What has numbers that no sequence gave.
NUMBERED = (("companies_company", "id"), ("companies_user", "id"), ("companies_userevent", "pgh_id"))
WITHIN = f"c.state = 'active' AND c.valid_to BETWEEN now() AND now() + interval '{EXPIRES_SOON.days} days'"
# A third has never come in, and still has the password of the mail; a tenth of these accounts was opened in
# the last month. Who came in lately has a session.
REST = (
    # What the nightly job has deleted by now.
    "DELETE FROM mailing_message WHERE created_at < now() - interval '730 days'",
    "DELETE FROM certificates_diagnosis WHERE created_at < now() - interval '365 days' AND NOT ok",
    "UPDATE companies_user SET password_is_temporary = TRUE WHERE last_login IS NULL AND role = 'issuer'",
    """UPDATE mailing_message m SET about = u.id::text FROM companies_user u
    WHERE u.username = 'persona' || m.about AND m.kind = 'companies.credentials'
    AND m.created_at > now() - interval '60 days'""",
    """UPDATE certificates_csd SET sat_status = 'A', activated_at = uploaded_at, usable_since = uploaded_at
    WHERE state = 'active'""",
    """INSERT INTO django_session (session_key, session_data, expire_date)
    SELECT 'sesion' || id, repeat('x', 200), now() + interval '7 days' FROM companies_user
    WHERE last_login IS NOT NULL AND id % 5 = 0""",
    """INSERT INTO companies_signedinsession (user_id, session_key, address, browser, signed_in_at, seen_at)
    SELECT id, 'sesion' || id, '192.0.2.1', 'Firefox', now(), now() FROM companies_user
    WHERE last_login IS NOT NULL AND id % 5 = 0""",
    """INSERT INTO companies_securityevent (user_id, kind, at, address, browser)
    SELECT id, 'signed_in', now() - k * interval '80 days', '192.0.2.1', 'Firefox'
    FROM companies_user, generate_series(1, 3) k WHERE last_login IS NOT NULL""",
    """INSERT INTO onboarding_reminder (company_id, kind, about, "to", created_at)
    SELECT company_id, kind, '', email, now() FROM companies_user,
    unnest(ARRAY['onboarding.idle', 'onboarding.unused_credentials']) kind
    WHERE company_id NOT BETWEEN {first} AND {first} + {due} - 1""",
    """INSERT INTO onboarding_reminder (company_id, kind, about, "to", created_at)
        SELECT c.company_id, 'onboarding.csd_expiry', c.number || '/{days}', 'x@example.com', now()
        FROM certificates_csd c WHERE WITHIN AND c.company_id > {expiring}""",
    """INSERT INTO onboarding_reminder (distributor_id, kind, about, "to", created_at)
        SELECT o.distributor_id, 'onboarding.client_csd_expiry', c.number || '/{days}', 'x@example.com', now()
        FROM certificates_csd c JOIN companies_company o ON o.id = c.company_id
        WHERE WITHIN AND c.company_id > {expiring}""",
)


def fill(count: int, more: frozenset[str] = frozenset()) -> MadeUp:
    """So many companies, half of them one distributor's; with rows of `more` kinds."""
    with connection.cursor() as cursor:
        # Below the numbers that are made up.
        cursor.execute("SELECT setval(pg_get_serial_sequence('companies_userevent', 'pgh_id'), 1)")
    made = MadeUp(count)
    PrivacyNotice(pk=1, version="1", text="Cuidamos sus datos. " * 200).publish()
    made.fill(only=KINDS | more)
    first = -(-DUE_DAYS * 24 * 3600 // (timedelta(days=1095).total_seconds() // count))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(USED)} CASCADE")
        cursor.execute("SET session_replication_role = replica; SET statement_timeout = 0")
        for statement in (*REST, STATES, MOVES):
            for days in DAYS if "{days}" in statement else ("",):
                told = statement.replace("WITHIN", WITHIN)
                cursor.execute(told.format(days=days, due=DUE, first=first, expiring=DUE_EXPIRING))
        for table, column in NUMBERED:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), max({column})) FROM {table}"  # noqa: S608
            )
        _give_secrets()
        for statement in ("RESET session_replication_role", "VACUUM ANALYZE", "RESET statement_timeout"):
            cursor.execute(statement)
    return made


# --- secrets


def _give_secrets() -> None:
    """What only we can encrypt: each active CSD's pair, and each mailbox' password."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE pair (id uuid, certificate bytea, key bytea, password bytea)")
        for lines in _batches(_pairs(_ids("certificates_csd WHERE state = 'active'"))):
            with _blocking():
                cursor.copy_expert("COPY pair FROM STDIN", lines)
        cursor.execute(
            "UPDATE certificates_csd c SET certificate = pair.certificate, key = pair.key,"
            " password = pair.password FROM pair WHERE pair.id = c.id"
        )
        cursor.execute("DROP TABLE pair")


@contextmanager
def _blocking() -> Iterator[None]:
    """Waits inside libpq, as COPY must (the site itself waits in facturamos/database/waiting.py)."""
    callback = extensions.get_wait_callback()
    extensions.set_wait_callback(None)
    try:
        yield
    finally:
        extensions.set_wait_callback(callback)


def _ids(where: str) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM {where}")  # noqa: S608  (our own)
        return [pk for (pk,) in cursor.fetchall()]


def _pairs(ids: Iterable[UUID]) -> Iterator[str]:
    for pk in ids:
        key = vault.encrypt(os.urandom(KEY_BYTES), purpose="csd-key", row_id=pk).ciphertext
        password = vault.encrypt(b"clave de CSD", purpose="csd-password", row_id=pk).ciphertext
        certificate = os.urandom(CERTIFICATE_BYTES)
        yield f"{pk}\t\\\\x{certificate.hex()}\t\\\\x{key.hex()}\t\\\\x{password.hex()}\n"


def _batches(lines: Iterator[str]) -> Iterator[StringIO]:
    while some := list(islice(lines, COPIED_AT_ONCE)):
        yield StringIO("".join(some))


# --- files


def give_logos(count: int) -> int:
    """A picture for each tenth company, in its row and in the media; returns how many."""
    buffer = BytesIO()
    Image.effect_noise((120, 60), 90).save(buffer, "JPEG")
    content = buffer.getvalue()
    numbers = range(LOGOS_OF, count + 1, LOGOS_OF)
    for number in numbers:
        default_storage.save(
            f"logos/{number % 500}/{number}.jpg", ContentFile(content + str(number).encode())
        )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO companies_logo"
            " (company_id, image, position, source_sha256, width, height, updated_at)"
            " SELECT n, 'logos/' || n %% 500 || '/' || n || '.jpg', 'left', md5(n::text), 120, 60, now()"
            " FROM generate_series(%s, %s, %s) n",
            [LOGOS_OF, count, LOGOS_OF],
        )
        cursor.execute("RESET session_replication_role; ANALYZE companies_logo")
    return len(numbers)

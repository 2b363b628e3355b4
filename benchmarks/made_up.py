"""Rows of every kind that admin lists, by the thousand: one INSERT a table, made up by PostgreSQL itself."""

from collections.abc import Mapping
from datetime import timedelta

from django.apps import apps
from django.db import connection, models

from companies.models import User
from tests.conftest import make_distributor

# What a column holds where nothing is said of it; the first that fits.
USUAL: tuple[tuple[type[models.Field[object, object]], str], ...] = (
    (models.UUIDField, "gen_random_uuid()"),
    (models.BooleanField, "false"),
    (models.DateTimeField, "{when}"),
    (models.DateField, "({when})::date"),
    (models.IntegerField, "1"),
    (models.JSONField, "'[]'"),
    (models.BinaryField, "''"),
    (models.GenericIPAddressField, "'192.0.2.1'"),
)
# How many rows each company has of a kind, and what matters of its columns; {n} is the company's number,
# {k} that of the row among the company's.
OF_COMPANY: dict[str, tuple[int, dict[str, str]]] = {
    "onboarding.Onboarding": (
        1,
        {
            "doubts": "'{{}}'",
            "finished_at": "CASE WHEN n % 10 = 1 THEN {when} END",
            "finished_by_id": "CASE WHEN n % 10 = 1 THEN {user} END",
        },
    ),
    "companies.Address": (
        2,
        {
            "kind": "(ARRAY['fiscal', 'issuing'])[k]",
            "postal_code": "lpad((n % 99999)::text, 5, '0')",
            "municipality": "'Municipio ' || n % 2400",
            "state": "'Estado ' || n % 32",
            "in_catalogue": "n % 50 > 0",
        },
    ),
    "companies.NoticeAcceptance": (1, {"notice_id": "1", "user_id": "{user}"}),
    "companies.ManifestLetter": (
        1,
        {
            "signed_on": "CASE WHEN n % 3 > 0 THEN ({when})::date END",
            "verified_at": "CASE WHEN n % 3 = 1 THEN {when} END",
        },
    ),
    "companies.FormerLetter": (1, {}),
    "companies.DocumentType": (
        3,
        {"kind": "(ARRAY['invoice', 'credit_note', 'payment'])[k]", "series": "'A'"},
    ),
    "companies.Logo": (
        1,
        {"position": "(ARRAY['left', 'center', 'right'])[1 + n % 3]", "image": "'logos/' || n"},
    ),
    "companies.ValidatorQuery": (1, {"code": "(ARRAY['read', 'no_answer'])[1 + n % 2]", "state": "{state}"}),
    "certificates.Csd": (
        1,
        {
            "number": "'30001000000' || lpad(n::text, 9, '0')",
            "rfc": "{rfc}",
            "state": "CASE WHEN n % 5 = 0 THEN 'active' ELSE 'refused' END",
            "valid_to": "now() + (n % 1400 - 100) * interval '1 day'",
        },
    ),
    "certificates.Diagnosis": (
        2,
        {
            "code": "'CSD-' || to_hex(2 * n + k)",
            "rfc": "{rfc}",
            "ok": "n % 5 = 0",
            "for_support": "n % 500 = 1",
            "kind": "(ARRAY['csd', 'fiel'])[1 + n % 2]",
        },
    ),
    "certificates.LetterSignature": (
        1,
        {
            "adapter": "'none'",
            "number": "'30001000001' || lpad(n::text, 9, '0')",
            "rfc": "{rfc}",
            "name": "{name}",
        },
    ),
    "mailing.Mailbox": (
        1,
        {
            "from_email": "'facturas' || n || '@empresa' || n || '.mx'",
            "host": "'smtp.empresa' || n || '.mx'",
            "kind": "(ARRAY['smtp', 'google', 'microsoft'])[1 + n % 3]",
            "port": "465",
            "use_ssl": "true",
        },
    ),
    "mailing.Message": (
        3,
        {
            "kind": "'companies.' || (ARRAY['credentials', 'password_reset', 'email_changed'])[k]",
            "to": "'persona' || n || '@example.com'",
            "about": "n::text",
            "state": "{state}",
            "bounce": "CASE WHEN n % 100 = 7 AND k = 1 THEN 'bounced' ELSE '' END",
            "mailed_at": "{when}",
        },
    ),
    "onboarding.Delegation": (
        1,
        {
            "slug": "(ARRAY['sellos', 'correo', 'carta-manifiesto'])[1 + n % 3]",
            "name": "'Ayudante ' || n",
            "email": "'ayudante' || n || '@example.com'",
            "rfc": "{rfc}",
            "asked_by_id": "{user}",
            "distributor_id": "{distributor}",
            "done_at": "{when}",
        },
    ),
    "backoffice.CompanyNote": (
        1,
        {
            "distributor_id": "CASE WHEN n % 3 = 0 THEN {distributor} END",
            "text": "'Llamar'",
            "due_on": "CASE WHEN n % 20 < 3 THEN ({when})::date END",
        },
    ),
    "companies.UserEvent": (
        1,
        {
            "pgh_obj_id": "{user}",
            "id": "{user}",
            "pgh_label": "'insert'",
            "email": "'antes' || n || '@example.com'",
            "pgh_id": "1000 + n",
        },
    ),
}
# Of each row of another table, one.
OF_ROW: dict[str, tuple[str, dict[str, str]]] = {
    "certificates.CsdValidation": ("certificates.Csd", {"csd_id": "r.id", "state": "{state}"}),
    "certificates.SecretAccess": ("certificates.Csd", {"csd_id": "r.id", "purpose": "'validate'"}),
    "certificates.TestInvoice": (
        "certificates.Csd",
        {"csd_id": "r.id", "company_id": "r.company_id", "state": "{state}"},
    ),
    "certificates.LetterSubmission": (
        "certificates.LetterSignature",
        {"signature_id": "r.id", "state": "{state}", "outcome": "(ARRAY['verified', 'rejected'])[1 + n % 2]"},
    ),
    "mailing.MailboxTest": (
        "mailing.Mailbox",
        {"mailbox_id": "r.id", "state": "{state}", "code": "(ARRAY['ok', 'login_refused'])[1 + n % 2]"},
    ),
    "onboarding.DelegationAcceptance": (
        "onboarding.Delegation",
        {"delegation_id": "r.id", "name": "r.name", "email": "r.email"},
    ),
}
ALONE = ("companies.PrivacyNotice", "backoffice.AccountImport", "companies.ResetRequest", "admin.LogEntry")
SHORT = {
    "when": "now() - n * interval '{step} seconds'",
    "state": "CASE WHEN n % 1000 = 3 THEN 'dead' ELSE 'done' END",
    "rfc": "'EM' || chr((80 + n / 1000000)::int) || lpad((n % 1000000)::text, 6, '0') || 'AB1'",
    "name": "CASE WHEN n % 7 = 0 THEN 'PANADERÍA NÚÑEZ EMPRESA ' ELSE 'EMPRESA ' END || n",
}

# Three years of accounts: a third never entered, a tenth finished, six steps saved by each who entered;
# every fifth has a CSD, some of them expired or about to.
STATES = """
INSERT INTO onboarding_stepstate (onboarding_id, slug, saved_at, omitted, note)
SELECT o.id, slug, u.last_login, false, ''
FROM unnest(ARRAY['aviso-de-privacidad', 'carta-manifiesto', 'datos-fiscales',
    'direccion-fiscal', 'direccion-de-emision', 'usuario']) slug, onboarding_onboarding o
JOIN companies_user u ON u.company_id = o.company_id WHERE u.last_login IS NOT NULL"""
# What triggers would have written.
MOVES = """
INSERT INTO backoffice_lastmove (company_id, distributor_id, deleted, moved_at, entered, finished)
SELECT c.id, c.distributor_id, FALSE, greatest(c.created_at, u.last_login), u.last_login IS NOT NULL,
    o.finished_at IS NOT NULL
FROM companies_company c JOIN companies_user u ON u.company_id = c.id
JOIN onboarding_onboarding o ON o.company_id = c.id"""


class MadeUp:
    """So many companies, half of them one distributor's, ten another's, the others a third's."""

    def __init__(self, count: int) -> None:
        self.count = count
        empty()
        self.large = make_distributor("Grande")
        self.small = make_distributor("Chico")
        self.other = make_distributor("Otro")
        self.support = User.objects.create(username="soporte", role=User.Role.SUPPORT)

    def fill(self, *, only: frozenset[str] | None = None) -> None:
        """All kinds of rows, or `only` these besides companies and users."""
        with connection.cursor() as cursor:
            # No audit of what is made up, and as long as it takes.
            cursor.execute("SET session_replication_role = replica; SET statement_timeout = 0")
        trigrams = _without_trigrams()
        numbers = f"generate_series(1, {self.count}) n"
        owners = (self.large, self.small, self.other)
        large, small, other = (user.distributor_id for user in owners)
        whose = f"CASE WHEN n % 2 = 0 THEN {large} WHEN n < 20 THEN {small} ELSE {other} END"
        self._insert(
            "companies.Company",
            numbers,
            {
                "id": "n",
                "distributor_id": whose,
                "name": "{name}",
                "rfc": "{rfc}",
                "phone": "'477 ' || 1000000 + n",
                "tax_regime": "(ARRAY['601', '612', '626'])[1 + n % 3]",
            },
        )
        first = 1000 + self.support.pk
        short = {"user": f"(n + {first})", "distributor": whose}
        self._insert(
            "companies.User",
            numbers,
            {
                "id": short["user"],
                "company_id": "n",
                "role": "'issuer'",
                "username": "'persona' || n",
                "full_name": "'Persona ' || n",
                "email": "'persona' || n || '@example.com'",
                "last_login": "CASE WHEN n % 3 > 0 THEN {when} END",
                "is_active": "true",
            },
        )
        for label, (each, columns) in OF_COMPANY.items():
            if only is None or label in only:
                source = f"{numbers}, generate_series(1, {each}) k"
                self._insert(label, source, {"company_id": "n", **columns}, **short)
        for label, (of, columns) in OF_ROW.items():
            if only is None or label in only:
                table = apps.get_model(of)._meta.db_table
                source = f"(SELECT *, row_number() OVER () n FROM {table}) r"  # noqa: S608  (our own table)
                self._insert(label, source, columns, **short)
        if only is None:
            self._rest()
        with connection.cursor() as cursor:
            for statement in (STATES, MOVES) if only is None else ():
                cursor.execute(statement)
            cursor.execute("SET maintenance_work_mem = '512MB'")
            for definition in trigrams:
                cursor.execute(definition)
            # Of a million companies it takes longer than a page may.
            for statement in ("RESET session_replication_role", "VACUUM ANALYZE", "RESET statement_timeout"):
                cursor.execute(statement)

    def _rest(self) -> None:
        """What belongs to no company."""
        few = max(10, self.count // 50)
        self._insert("companies.PrivacyNotice", "generate_series(1, 3) n", {"id": "n", "version": "n::text"})
        self._insert(
            "backoffice.AccountImport",
            f"generate_series(1, {few}) n",
            {
                "distributor_id": str(self.large.distributor_id),
                "created_by_id": str(self.large.pk),
                "file_name": "'clientes ' || n || '.xlsx'",
                "stage": "'created'",
                "state": "'done'",
                "choice": "'{{}}'",
            },
        )
        self._insert(
            "companies.ResetRequest",
            f"generate_series(1, {few}) n",
            {"asked_for": "'persona' || n", "state": "'done'"},
        )
        self._insert(
            "admin.LogEntry",
            f"generate_series(1, {2 * self.count}) n",
            {
                "user_id": str(self.support.pk),
                "content_type_id": "1",
                "object_id": "n::text",
                "action_flag": "2",
            },
        )

    def _insert(self, label: str, source: str, columns: Mapping[str, str], **short: str) -> None:
        model = apps.get_model(label)
        step = str(int(timedelta(days=1095).total_seconds()) // self.count)
        told = {name: text.replace("{step}", step) for name, text in (SHORT | short).items()}
        values = {
            field.column: text.format(**told)
            for field in model._meta.concrete_fields
            if not field.generated and (text := columns.get(field.attname) or _usual(field))
        }
        names = ", ".join(f'"{name}"' for name in values)
        into, made = f'"{model._meta.db_table}" ({names})', ", ".join(values.values())
        with connection.cursor() as cursor:
            # Names and expressions of this file alone.
            cursor.execute(f"INSERT INTO {into} SELECT {made} FROM {source}")  # noqa: S608


def _without_trigrams() -> list[str]:
    """Takes the trigram indexes away, which are made faster of all rows at once; returns how."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE '%trigrams'")
        found = cursor.fetchall()
        for name, _ in found:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


def empty() -> None:
    """No company, user or record of a former filling."""
    labels = ("companies.Company", "companies.User", "companies.Distributor", *OF_COMPANY, *OF_ROW, *ALONE)
    tables = ", ".join(apps.get_model(label)._meta.db_table for label in labels)
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {tables} CASCADE")


def _usual(field: models.Field[object, object]) -> str:
    """What a column holds that must hold something; "" where it may be left out."""
    if field.null or isinstance(field, models.AutoField):
        return ""
    kinds = (text for kind, text in USUAL if isinstance(field, kind))
    return next(kinds, "''")

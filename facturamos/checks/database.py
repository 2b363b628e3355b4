"""What a start asks of the database: its version, its rules for capitals, its time-outs, whether it can be
written.

A database that does not answer is no reason not to start: pages say so until it is back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.apps import AppConfig
from django.core import checks
from django.db import DatabaseError, connection

from facturamos.checks.variables import START

OLDEST = 15
POOLER_HINT = (
    "Con un pooler se dan al usuario: ALTER ROLE … SET statement_timeout = '30s'; "
    "ALTER ROLE … SET lock_timeout = '10s'; (docs/production.md, «PgBouncer»)."
)


@dataclass(frozen=True)
class DatabaseFacts:
    """What the database says of itself."""

    version: int
    folds_n_tilde: bool
    encoding: str
    statement_timeout: str
    lock_timeout: str
    read_only: bool

    @classmethod
    def asked(cls) -> "DatabaseFacts":
        """Asks in one statement. Raises DatabaseError."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version_num')::int / 10000, upper('ñ') = 'Ñ',"
                " current_setting('server_encoding'), current_setting('statement_timeout'),"
                " current_setting('lock_timeout'),"
                " pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool"
            )
            return cls(*cursor.fetchone())


type Look = Callable[[DatabaseFacts], checks.CheckMessage | None]


def _version(facts: DatabaseFacts) -> checks.CheckMessage | None:
    if facts.version >= OLDEST:
        return None
    text = f"DATABASE_URL: la base es PostgreSQL {facts.version}; hace falta {OLDEST} o más nuevo."
    return checks.Error(text, id="facturamos.E011")


def _locale(facts: DatabaseFacts) -> checks.CheckMessage | None:
    if facts.folds_n_tilde and facts.encoding == "UTF8":
        return None
    text = (
        "DATABASE_URL: la base no sabe que «ñ» es la minúscula de «Ñ»: dos usuarios podrían llamarse igual."
    )
    hint = "Créela con --encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8, o con es_MX.UTF-8."
    return checks.Error(text, hint=hint, id="facturamos.E012")


def _time_outs(facts: DatabaseFacts) -> checks.CheckMessage | None:
    unlimited = [name for name in ("statement_timeout", "lock_timeout") if getattr(facts, name) == "0"]
    if not unlimited:
        return None
    text = f"DATABASE_URL: sin límite de tiempo: {', '.join(unlimited)}."
    return checks.Error(text, hint=POOLER_HINT, id="facturamos.E013")


def _writable(facts: DatabaseFacts) -> checks.CheckMessage | None:
    if not facts.read_only:
        return None
    text = "DATABASE_URL: la base es de solo lectura (¿una réplica?); nada se puede guardar."
    return checks.Warning(text, id="facturamos.W014")


LOOKS: tuple[Look, ...] = (_version, _locale, _time_outs, _writable)


@checks.register(START, checks.Tags.database)
def check_database(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **options: object
) -> list[checks.CheckMessage]:
    """Only where a database is asked for: plain `check` needs none."""
    if not databases:
        return []
    try:
        facts = DatabaseFacts.asked()
    except DatabaseError as error:
        text = f"DATABASE_URL: la base no contesta ({type(error).__name__}); el sitio la espera."
        return [checks.Warning(text, id="facturamos.W010")]
    return [message for look in LOOKS if (message := look(facts))]

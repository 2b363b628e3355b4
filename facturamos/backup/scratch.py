"""The databases in which backups are proved: whose they are, and which of them nobody took away.

Each is a full copy of all data. Who proves in one holds a lock by its name, in the site's database, from
before it is there until after it is gone: so one without a lock was left by a command that was killed.
"""

import hashlib
import re
import uuid

from django.db import connection

# After the site's own, so that nobody wonders whose it is where several share a server.
MARK = "_respaldo_"
# The longest name that PostgreSQL keeps whole, in bytes.
NAME_LENGTH = 63
HALF = 8
NAME = re.compile(rf"{MARK}([0-9a-f]{{{HALF}}})([0-9a-f]{{{HALF}}})\Z")
# `hashtextextended` is what locks.py has for a name; pg_locks shows it as two halves.
UNLOCKED = """
SELECT datname, current_database() FROM pg_database
WHERE strpos(datname, %s) > 0 AND NOT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND (classid::bigint << 32) | objid::bigint = hashtextextended(datname::text, 0)
)
"""


def new_name() -> str:
    """How a scratch database of this site may be called."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (site,) = cursor.fetchone()
    return _name(site, uuid.uuid4().hex[:HALF])


def _name(site: str, chance: str) -> str:
    """The last digits follow from the rest: a copy that somebody made by hand and gave a date is not ours,
    nor is that of a site whose long name begins alike.
    """
    check = hashlib.sha256(f"{site} {chance}".encode()).hexdigest()[:HALF]
    end = f"{MARK}{chance}{check}"
    return site.encode()[: NAME_LENGTH - len(end)].decode(errors="ignore") + end


def left_behind() -> list[str]:
    """This site's scratch databases in which nobody proves a backup."""
    with connection.cursor() as cursor:
        cursor.execute(UNLOCKED, [MARK])
        found = cursor.fetchall()
    return sorted(
        name for name, site in found if (match := NAME.search(name)) and name == _name(site, match[1])
    )

"""How often something may happen in a while: to an account, from an address, by a company.

A try is counted before it is made, in one statement, so that tries made at one moment count each other; what
turns out to be no guess is given back. Counted outside of any transaction that may be rolled back.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection
from django.utils import timezone

from companies.models import Tally

# A row without an end that is still to come says nothing any more.
_COUNT = """
    INSERT INTO companies_tally AS tally (name, count, until) VALUES (%(name)s, 1, %(until)s)
    ON CONFLICT (name) DO UPDATE SET
        count = CASE WHEN tally.until <= %(now)s THEN 1 ELSE tally.count + 1 END,
        until = CASE WHEN tally.until <= %(now)s THEN %(until)s ELSE tally.until END
    RETURNING count
"""


@dataclass(frozen=True)
class Limit:
    """At most so many within so long, counted from the first."""

    name: str
    most: int
    window: timedelta

    def take(self, about: object) -> bool:
        """Counts one more; whether it is still within the limit."""
        now = timezone.now()
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"name": self._row(about), "now": now, "until": now + self.window})
            (count,) = cursor.fetchone()
        return bool(count <= self.most)

    def counted(self, about: object) -> int:
        """How often, within the present window."""
        rows = Tally.objects.filter(name=self._row(about), until__gt=timezone.now())
        return rows.values_list("count", flat=True).first() or 0

    def give_back(self, about: object) -> None:
        """It was none of those that are limited."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE companies_tally SET count = greatest(count - 1, 0) WHERE name = %s",
                [self._row(about)],
            )

    def is_spent(self, about: object) -> bool:
        """Whether one more would be too many."""
        rows = Tally.objects.filter(name=self._row(about), until__gt=timezone.now(), count__gte=self.most)
        return rows.exists()

    def forget(self, about: object) -> None:
        """Begins anew, as if nothing had been counted."""
        Tally.objects.filter(name=self._row(about)).delete()

    @property
    def minutes(self) -> int:
        """After how long it is sure to be over."""
        return int(self.window.total_seconds() // 60)

    def _row(self, about: object) -> str:
        return f"{self.name}:{about}"[:200]


# How often somebody said «No fui yo» of what staff did, on the whole site: nothing is refused for it.
NOT_ME = Limit("not-me", 1, timedelta(days=1))
# Tries at one's own present password, on the page that changes it.
PASSWORD_TRIES = Limit("password", 10, timedelta(hours=1))
# Files that a company may send in an hour, each of which costs work of ours: far more than anybody needs.
CSD_UPLOADS = Limit("csd", 30, timedelta(hours=1))
LOGO_UPLOADS = Limit("logo", 60, timedelta(hours=1))
CSF_UPLOADS = Limit("csf", 40, timedelta(hours=1))
LETTER_UPLOADS = Limit("letter", 30, timedelta(hours=1))
TOO_MANY_FILES = "Ya envió muchos archivos en la última hora. Espere un rato e inténtelo otra vez."


def network_of(address: str) -> str:
    """What one client has of addresses: one of IPv4, 64 bits' worth of IPv6."""
    ip = ip_address(address)
    return str(ip_network((ip, 64), strict=False)) if isinstance(ip, IPv6Address) else address

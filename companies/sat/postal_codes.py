"""What the SAT's catalogue knows of a postal code."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils import timezone

from companies.models import SatPostalCode
from facturamos.text import clean, plain_dashes, plain_letters

LOOKUPS_PER_MINUTE = 60
SHAPE = re.compile(r"[0-9]{5}")
# What people and spreadsheets write before, between and behind the digits.
_BESIDE = re.compile(
    r"\A(?:C[oó]d(?:igo|\.)? ?postal|C\.? ?P)[.:# -]*(?=[0-9])|(?<=[0-9]{5})\.0\Z|[\s.,:;()#_·/-]",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Place:
    """Where a postal code is. What the catalogue does not say is empty."""

    code: str
    state: str
    municipality: str
    locality: str
    time_zone: str
    neighborhoods: tuple[str, ...]

    # The fields of an address that a postal code decides.
    DECIDES = ("state", "municipality", "locality")

    @property
    def decided(self) -> dict[str, str]:
        """What it decides of an address, by field."""
        return {name: value for name in self.DECIDES if (value := getattr(self, name))}

    def spelled(self, values: Mapping[str, str]) -> dict[str, str]:
        """The same values as the catalogue spells them, where only case and accents differ."""
        known = {name: [value] for name, value in self.decided.items()}
        known["neighborhood"] = list(self.neighborhoods)
        return {name: _spelled(value, known.get(name, [])) for name, value in values.items()}

    def agrees(self, values: Mapping[str, str]) -> list[str]:
        """The fields whose values are the catalogue's own."""
        same = [name for name, value in self.decided.items() if values.get(name) == value]
        return [*same, "neighborhood"] if values.get("neighborhood") in self.neighborhoods else same


def _spelled(value: str, known: list[str]) -> str:
    return next((each for each in known if folded(each) == folded(value)), value)


def folded(text: str) -> str:
    """For comparing: without case and accents. Ñ stays a letter of its own."""
    if text.isascii():
        return " ".join(text.upper().split())
    kept = text.upper().replace("Ñ", "\0")
    plain = "".join(char for char in unicodedata.normalize("NFD", kept) if unicodedata.category(char) != "Mn")
    return " ".join(plain.replace("\0", "Ñ").split())


def normalize(text: str) -> str:
    """The digits of a postal code as people write it: «37 000», «37.000», «Código postal: 37000»."""
    return _BESIDE.sub("", plain_dashes(plain_letters(clean(text))))


_FIND = """
SELECT
    (SELECT name FROM companies_satstate WHERE code = place.state),
    (SELECT name FROM companies_satmunicipality WHERE code = place.municipality AND state = place.state),
    (SELECT name FROM companies_satlocality WHERE code = place.locality AND state = place.state),
    place.time_zone,
    ARRAY(SELECT name FROM companies_satneighborhood WHERE postal_code = place.code)
FROM companies_satpostalcode AS place
WHERE place.code = %s
"""


def find(code: str) -> Place | None:
    """The place of a postal code, in one query; None when the catalogue does not have it."""
    if not SHAPE.fullmatch(code):
        return None
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [code])
        row = cursor.fetchone()
    if row is None:
        return None
    state, municipality, locality, time_zone, colonias = row
    return Place(
        code=code,
        state=state or "",
        municipality=municipality or "",
        locality=locality or "",
        time_zone=time_zone,
        neighborhoods=tuple(sorted(set(colonias), key=folded)),
    )


class Places:
    """Those that one request asks for: each is looked up once, however many ask for it."""

    def __init__(self) -> None:
        self._found: dict[str, Place | None] = {}

    def find(self, code: str) -> Place | None:
        """The place of a postal code; None when the catalogue does not have it."""
        if code not in self._found:
            self._found[code] = find(code)
        return self._found[code]


def is_known(code: str) -> bool:
    """Whether the SAT's catalogue has this postal code."""
    return SatPostalCode.objects.filter(code=code).exists()


def may_look_up(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Counts one more lookup of a user; False when this minute's are used up.

    One statement, which also spares the disk: a lost count does no harm.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO companies_lookupmeter AS meter (user_id, since, count) VALUES (%s, %s, 1)
            ON CONFLICT (user_id) DO UPDATE SET
                since = CASE WHEN meter.since > excluded.since - interval '1 minute'
                             THEN meter.since ELSE excluded.since END,
                count = CASE WHEN meter.since > excluded.since - interval '1 minute'
                             THEN meter.count + 1 ELSE 1 END
            RETURNING count, set_config('synchronous_commit', 'off', true)
            """,
            [user.pk, timezone.now()],
        )
        count, _ = cursor.fetchone()
    return int(count) <= LOOKUPS_PER_MINUTE

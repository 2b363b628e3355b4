"""Judges rows by the form of «Nueva cuenta», with what the database knows asked once for all of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django import forms
from django.db.models.functions import Lower

from companies.models import Address, Company, Distributor, SatPostalCode, User
from companies.sat import rfc
from companies.sat.postal_codes import normalize
from facturamos.text import clean
from onboarding.backoffice.account_import import cells, mail_domains
from onboarding.backoffice.account_import.models import ImportRow
from onboarding.backoffice.new_account.forms import ADDRESS, NewAccountForm

Errors = dict[str, list[str]]

NAME_DOUBT = (
    "Ante el SAT suele ser «{name}», en mayúsculas y sin «S.A. de C.V.»; con otro nombre rechaza las "
    "facturas (CFDI40139). El emisor lo confirma en sus datos fiscales."
)
MAIL_DOUBT = "¿No será «{domain}»?"


@dataclass(frozen=True)
class Known:
    """What the rows are compared with: other accounts, each other, the SAT's catalogue."""

    # None where nothing is to be opened: whose accounts there are is then nobody's business.
    distributor: Distributor | None
    opened_by: User
    rfcs: set[str]
    usernames: set[str]
    postal_codes: set[str]
    # The fields in which something is written, in one row at least.
    written: set[str]
    # The numbers of the rows that have an RFC or a user name.
    same_rfc: dict[str, list[int]]
    same_username: dict[str, list[int]]

    @classmethod
    def of(cls, rows: Iterable[ImportRow], distributor: Distributor | None, opened_by: User) -> "Known":
        """Asks about all rows in three queries."""
        same_rfc: dict[str, list[int]] = defaultdict(list)
        same_username: dict[str, list[int]] = defaultdict(list)
        codes: set[str] = set()
        written: set[str] = set()
        for row in rows:
            written.update(row.values)
            same_rfc[rfc.normalize(row.values.get("rfc", ""))].append(row.number)
            same_username[_lower(row.values.get("username", ""))].append(row.number)
            codes.add(normalize(row.values.get("expedition_place", "")))
        same_rfc.pop("", None)
        same_username.pop("", None)
        taken = Company.objects.alive().filter(distributor=distributor, rfc__in=list(same_rfc))
        names = User.objects.alias(lower=Lower("username")).filter(lower__in=list(same_username))
        return cls(
            distributor=distributor,
            opened_by=opened_by,
            rfcs=set(taken.values_list("rfc", flat=True)),
            usernames={_lower(name) for name in names.values_list("username", flat=True)},
            postal_codes=set(
                SatPostalCode.objects.filter(code__in=codes - {""}).values_list("code", flat=True)
            ),
            written=written,
            same_rfc=dict(same_rfc),
            same_username=dict(same_username),
        )

    @cached_property
    def form(self) -> "RowForm":
        """The form that all rows are judged by."""
        return RowForm(self)


def _lower(text: str) -> str:
    return clean(text).lower()


class RowForm(NewAccountForm):
    """«Nueva cuenta» for one row after another. What is known to be free is not asked of the database again.

    One form for all rows: making one, with its thirty fields, takes longer than judging a row by it.
    """

    def __init__(self, known: Known) -> None:
        super().__init__({}, opened_by=known.opened_by)
        self.known = known
        self.own_distributor = known.distributor
        self.fields.pop("distributor", None)
        self._leave_out_unwritten(known.written)

    def _leave_out_unwritten(self, written: set[str]) -> None:
        """Most sheets have few of the columns: a field that may stay empty, and does in all rows, tells
        nothing. An address is begun or not, so its fields go together.
        """
        kept = written.union(ADDRESS) if written.intersection(ADDRESS) else written
        for name in [name for name, field in self.fields.items() if not field.required]:
            if name not in kept:
                del self.fields[name]

    def bind(self, row: ImportRow) -> None:
        """Turns to a row: all that a form remembers of the one before is forgotten."""
        self.row, self.data = row, row.values
        self.instance = Company()
        self._errors = None

    def validate_unique(self) -> None:
        """Nothing here: the columns that must be unique are looked at for all rows at once."""

    def clean_rfc(self) -> str:
        value: str = self.cleaned_data["rfc"]
        self._alone("RFC", self.known.same_rfc.get(value, []))
        return super().clean_rfc() if value in self.known.rfcs else value

    def clean_username(self) -> str:
        value: str = self.cleaned_data["username"]
        self._alone("usuario", self.known.same_username.get(_lower(value), []))
        return super().clean_username() if _lower(value) in self.known.usernames else value

    def clean_expedition_place(self) -> str:
        value: str = self.cleaned_data["expedition_place"]
        return value if value in self.known.postal_codes else super().clean_expedition_place()

    def _alone(self, what: str, numbers: list[int]) -> None:
        others = [str(number) for number in numbers if number != self.row.number]
        if others:
            shown = ", ".join(others[:5]) + (" y otras" if len(others) > 5 else "")
            where = "la fila" if len(others) == 1 else "las filas"
            raise forms.ValidationError(f"Este {what} está también en {where} {shown}. Deje solo una.")

    def sentences(self) -> Errors:
        """What is wrong, by field; empty when nothing is.

        What a spreadsheet has done to a value is the reason for whatever the field says of it.
        """
        # Beside the name of its column a sentence need not begin with it.
        found: Errors = {
            name: [
                str(each).removeprefix(f"Revise «{self.fields[name].label}». ")
                if name in self.fields
                else str(each)
                for each in errors
            ]
            for name, errors in self.errors.items()
        }
        for name, text in self.row.values.items():
            if name in self.fields and (fault := cells.fault(name, self.fields[name], text)):
                found[name] = [fault]
        return found

    def doubts(self) -> Errors:
        """What may be wrong in a good row, by field: it is said, and hinders nothing."""
        found = {name: doubt for name, text in self.row.values.items() if (doubt := cells.doubt(name, text))}
        if doubt := self.rfc_doubt:
            found.setdefault("rfc", doubt)
        if proposal := self.name_proposal:
            found.setdefault("name", NAME_DOUBT.format(name=proposal))
        if domain := mail_domains.likelier(self.row.values.get("email", "")):
            found.setdefault("email", MAIL_DOUBT.format(domain=domain))
        return {name: [doubt] for name, doubt in found.items()}


@dataclass(frozen=True)
class Account:
    """A good row: the company and its fiscal address as the form made them, and all that the form says."""

    row: ImportRow
    company: Company
    address: Address | None
    data: Mapping[str, str]

    @property
    def username(self) -> str:
        """The name that was asked for; empty where none was."""
        return self.data.get("username", "")


def judge(row: ImportRow, known: Known, *, for_preview: bool = True) -> Account | None:
    """Judges one row, whose errors it sets; the account that it can become, or None.

    `for_preview`, it sets the doubts of a good one as well: nobody reads them later.
    """
    form = known.form
    form.bind(row)
    row.errors = form.sentences()
    if for_preview:
        row.doubts = {} if row.errors else form.doubts()
    return None if row.errors else Account(row, form.instance, form.fiscal_address, form.cleaned_data)

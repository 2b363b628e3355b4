"""What the search of all of admin finds: each kind of row, by what, and what it says of one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst

from certificates.models import Csd, Diagnosis, LetterSignature
from companies.admin.company import CompanyAdmin
from companies.admin.people import WhoseUserFilter
from companies.models import Company, Distributor, User
from companies.sat.rfc import normalize
from facturamos.admin.search import Found, find, folded, keys_of
from mailing import outbox
from mailing.addresses import tidy
from mailing.models import Mailbox, Message
from onboarding.backoffice.models import AccountImport
from onboarding.models import Delegation

NOBODY = Q(pk__in=[])
# The last digits that are asked for on the telephone, and more.
NUMBER = 8


@dataclass(frozen=True)
class Typed:
    """A term, and what it would be where it names one row exactly."""

    term: str

    @property
    def code(self) -> str:
        """As F000123, U000123 and the RFC are kept."""
        return normalize(self.term)

    @property
    def diagnosis(self) -> str:
        """A diagnosis' code as it is kept: «csd fzmw» is CSD-FZMW."""
        return f"CSD-{self.code.removeprefix('CSD')}"

    @property
    def email(self) -> str:
        return tidy(self.term).lower()

    @property
    def is_number(self) -> bool:
        """Whether it is a telephone, or a certificate's number: who is found has it."""
        return len(self.code) >= NUMBER and self.code.lstrip("+").isdecimal()


class ResultKind[M: Model]:
    """One kind: the fields it is found by, which values name one row, what a line says of it."""

    model: type[M]
    # The model's own columns, where not said otherwise.
    fields: tuple[str, ...] = ("pk",)
    related: tuple[str, ...] = ("company",)

    def rows(self, seen: QuerySet[M], user: User) -> QuerySet[M]:
        """Among which of those that `user` may see it looks."""
        return seen

    @property
    def heading(self) -> str:
        """Above its lines: the name of the model, where a kind is not told by another."""
        return str(capfirst(self.model._meta.verbose_name_plural))

    def list_query(self, term: str) -> dict[str, str]:
        """How their own list is asked for all of them."""
        return {"q": term}

    def find(self, rows: QuerySet[M], term: str) -> Found[M]:
        """Those of `rows` that have every word of `term`."""
        return find(rows, self.fields, term)

    def exact(self, typed: Typed) -> Q:
        """Of what was found, the rows that the term names."""
        return NOBODY

    def company_of(self, row: M) -> Company | None:
        """Whose row it is, where it is a company's."""
        company: Company | None = getattr(row, "company", None)
        return company

    def name(self, row: M) -> str:
        """What the link says that leads to the row itself."""
        return str(row)

    def details(self, row: M) -> Iterable[str]:
        """What else matters, besides the company; empty ones are left out."""
        return ()


def url_of(row: Model) -> str:
    """Its own page in admin."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def _day(moment: Any) -> str:
    return date_format(timezone.localtime(moment), "j M Y") if moment else ""


class CompanyResults(ResultKind[Company]):
    model = Company
    fields = CompanyAdmin.search_fields
    related = ("distributor",)

    def exact(self, typed: Typed) -> Q:
        users = Q(users__email__iexact=typed.email) | Q(users__events__email__iexact=typed.email)
        named = Q(code=typed.code) | Q(rfc=typed.code) | (users if "@" in typed.email else NOBODY)
        return ~NOBODY if typed.is_number else named

    def company_of(self, row: Company) -> Company:
        return row

    def name(self, row: Company) -> str:
        return row.name

    def details(self, row: Company) -> Iterable[str]:
        gone = f"eliminada el {_day(row.deleted_at)}" if row.deleted_at else ""
        return row.code, row.rfc, row.phone, row.distributor.name, gone


class UserResults(ResultKind[User]):
    model = User
    fields = ("username", "events__email")
    related = ("company", "distributor")

    def rows(self, seen: QuerySet[User], user: User) -> QuerySet[User]:
        """A lead's own people are looked for by themselves."""
        return User.objects.issuers_of(user)

    def exact(self, typed: Typed) -> Q:
        mails = Q(email__iexact=typed.email) | Q(events__email__iexact=typed.email)
        named = Q(code=typed.code) | (mails if "@" in typed.email else NOBODY)
        return ~NOBODY if typed.is_number else named

    def name(self, row: User) -> str:
        return row.full_name or row.username

    def details(self, row: User) -> Iterable[str]:
        role = row.get_role_display() if row.is_staff else ""
        closed = "" if row.is_active else "inactivo"
        return row.code, row.username, row.email, row.phone, role, str(row.distributor or ""), closed


class PeopleResults(UserResults):
    """Who works for the distributor; its lead alone finds them."""

    heading = "Su personal"

    def rows(self, seen: QuerySet[User], user: User) -> QuerySet[User]:
        return User.objects.people_of(user)

    def list_query(self, term: str) -> dict[str, str]:
        return {"q": term, WhoseUserFilter.parameter_name: WhoseUserFilter.PEOPLE}


class DiagnosisResults(ResultKind[Diagnosis]):
    model = Diagnosis

    def exact(self, typed: Typed) -> Q:
        return Q(code=typed.diagnosis) if typed.code.startswith("CSD") else NOBODY

    def details(self, row: Diagnosis) -> Iterable[str]:
        return "válido" if row.ok else "con problemas", row.get_kind_display(), row.rfc, _day(row.created_at)


class CsdResults(ResultKind[Csd]):
    model = Csd

    def exact(self, typed: Typed) -> Q:
        return Q(number=typed.code) if typed.is_number else NOBODY

    def name(self, row: Csd) -> str:
        return f"CSD {row.number}"

    def details(self, row: Csd) -> Iterable[str]:
        return row.get_state_display(), row.rfc, f"vence el {_day(row.valid_to)}"


class DelegationResults(ResultKind[Delegation]):
    model = Delegation

    def name(self, row: Delegation) -> str:
        return row.name

    def details(self, row: Delegation) -> Iterable[str]:
        return row.email, row.slug, _day(row.created_at)


class SignatureResults(ResultKind[LetterSignature]):
    model = LetterSignature

    def name(self, row: LetterSignature) -> str:
        return f"Carta Manifiesto de {row.name}"

    def details(self, row: LetterSignature) -> Iterable[str]:
        return row.rfc, row.representative, row.number, _day(row.signed_at)


class MailboxResults(ResultKind[Mailbox]):
    model = Mailbox

    def details(self, row: Mailbox) -> Iterable[str]:
        return row.host, "en uso" if row.is_active else "sin usar"


class MessageResults(ResultKind[Message]):
    """By whom they are for; or by what they are about, as lists name it."""

    model = Message

    def find(self, rows: QuerySet[Message], term: str) -> Found[Message]:
        found = super().find(rows, term)
        kinds = _mails_called(term)
        newest = rows.filter(kind__in=kinds) if kinds else None
        return Found(newest, complete=False) if newest is not None and not found.rows.exists() else found

    def name(self, row: Message) -> str:
        return outbox.label_of(row.kind)

    def details(self, row: Message) -> Iterable[str]:
        return row.to, row.get_bounce_display() or row.outcome, _day(row.created_at)


def _mails_called(term: str) -> list[str]:
    """The kinds of mail whose names have every word."""
    words, labels = folded(term), outbox.labels()
    keys = keys_of([label for _, label in labels])
    has = (all(word in key for word in words) for key in keys)
    return [kind for (kind, _), called in zip(labels, has, strict=True) if called]


class ImportResults(ResultKind[AccountImport]):
    model = AccountImport
    fields = ("file_name",)
    related = ("distributor",)

    def details(self, row: AccountImport) -> Iterable[str]:
        return row.get_stage_display(), f"{row.accounts} cuentas", row.distributor.name, _day(row.created_at)


class DistributorResults(ResultKind[Distributor]):
    model = Distributor
    fields = ("name",)
    related = ()

    def details(self, row: Distributor) -> Iterable[str]:
        return row.email, row.phone


# In the order in which they stand.
KINDS: tuple[ResultKind[Any], ...] = (
    CompanyResults(),
    UserResults(),
    PeopleResults(),
    DiagnosisResults(),
    CsdResults(),
    DelegationResults(),
    SignatureResults(),
    MailboxResults(),
    MessageResults(),
    ImportResults(),
    DistributorResults(),
)

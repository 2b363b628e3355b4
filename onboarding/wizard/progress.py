"""Where a company stands: the state of each step, derived from its rows."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from certificates.models import Csd
from certificates.status.current_csd import CURRENT_CSD, CURRENT_CSD_COLUMNS
from certificates.status.overview import CsdStatus, status_of
from certificates.test_invoice.services import TestInvoiceOverview, standing
from companies.accounts.auth import read_user
from companies.models import Address, Company, Distributor, DocumentType, Logo, ManifestLetter, User
from companies.sat.postal_codes import Places
from facturamos.database.statements import Columns, FoundRow, Relation, Statement
from mailing.models import Mailbox
from onboarding.models import Onboarding, OnboardingFacts

# All that the states of the steps are derived from, in one query; of one company with its addresses.
_ONBOARDING, _FACTS = Columns(Onboarding, "onboarding"), Columns(OnboardingFacts, "facts")
_COMPANY, _LOGO = Columns(Company, "company"), Columns(Logo, "logo")
_LETTER, _MAILBOX = Columns(ManifestLetter, "letter"), Columns(Mailbox, "mailbox")
# A list of companies does without what no line of it asks for: moments and JSON take as long as ten texts.
# Nothing of a mailbox is asked there; that logo and CSD have no primary key there.
_LISTED = Columns(Onboarding, "onboarding", without=("created_at", "support_access_until", "doubts"))
_LISTED_FACTS = Columns(OnboardingFacts, "facts", without=("mailbox_test",))
_LISTED_LOGO = Columns(Logo, "logo", only=("company",))
_CHANGES_OF_EMAIL = ("confirmed_email", "email_held_until", "email_changed_by")
_USER = Columns(User, "person", without=("password", "created_at", "secret_changed_at", *_CHANGES_OF_EMAIL))
_ADDRESSES = tuple(Columns(Address, kind) for kind in Address.Kind)
_FROM = """
    FROM onboarding_onboarding AS onboarding
    JOIN onboarding_facts AS facts ON facts.onboarding_id = onboarding.id
    JOIN companies_company AS company ON company.id = onboarding.company_id
    LEFT JOIN companies_logo AS logo ON logo.company_id = company.id
    LEFT JOIN companies_manifestletter AS letter ON letter.company_id = company.id
"""
_CSD = f"LEFT JOIN LATERAL ({CURRENT_CSD}) AS csd ON true"
_SELECT = f"""
    SELECT {{columns}}
    {_FROM}
    LEFT JOIN mailing_mailbox AS mailbox ON mailbox.company_id = company.id
    LEFT JOIN companies_address AS fiscal ON fiscal.company_id = company.id AND fiscal.kind = 'fiscal'
    LEFT JOIN companies_address AS issuing ON issuing.company_id = company.id AND issuing.kind = 'issuing'
    {_CSD}
    WHERE onboarding.company_id = %s
"""
# Of several the first.
_USERS = """
    JOIN LATERAL (
        SELECT * FROM companies_user AS each WHERE each.company_id = company.id ORDER BY each.id LIMIT 1
    ) AS person ON true
"""
_SELECT_MANY = f"SELECT {{columns}} {_FROM} {_USERS} {_CSD} WHERE onboarding.company_id = ANY(%s)"
# Saves of one company's steps follow each other. NO KEY: rows that point to this one can still be written.
_LOCK = "SELECT FROM onboarding_onboarding WHERE company_id = %s FOR NO KEY UPDATE;"


_TABLES = (_ONBOARDING, _FACTS, _COMPANY, _LOGO, _LETTER, _MAILBOX, CURRENT_CSD_COLUMNS)
_READ = Statement(_SELECT, *_TABLES, *_ADDRESSES)
_READ_MANY = Statement(
    _SELECT_MANY, _LISTED, _LISTED_FACTS, _COMPANY, _LISTED_LOGO, _LETTER, CURRENT_CSD_COLUMNS, _USER
)
# What is known of a company by its other rows, and of a configuration by its facts.
_COMPANY_OF, _FACTS_OF = Relation(Onboarding, "company"), Relation(Onboarding, "facts")
_USER_OF, _CSD_OF = Relation(User, "company"), Relation(Csd, "company")
_DISTRIBUTOR_OF = Relation(Company, "distributor")
_LOGO_OF, _MAILBOX_OF = Relation(Company, "logo"), Relation(Company, "mailbox")
_LETTER_OF = Relation(Company, "manifest_letter")
type _Beside = tuple[tuple[Relation, Columns[Any]], ...]
_LISTED_BESIDE: _Beside = ((_LOGO_OF, _LISTED_LOGO), (_LETTER_OF, _LETTER))
_BESIDE: _Beside = ((_LOGO_OF, _LOGO), (_LETTER_OF, _LETTER), (_MAILBOX_OF, _MAILBOX))


class Status(StrEnum):
    """A step's state, with the word that the pages show."""

    DONE = "done"
    TODO = "todo"
    REVIEW = "review"
    PROBLEM = "problem"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Status.DONE: "Completo",
    Status.TODO: "Pendiente",
    Status.REVIEW: "En revisión",
    Status.PROBLEM: "Con un problema",
    Status.SKIPPED: "Omitido",
}


class Stored(NamedTuple):
    """What is stored about a step, because it cannot be derived."""

    saved_at: datetime | None = None
    omitted: bool = False
    note: str = ""


_NOTHING = Stored()


@dataclass(frozen=True)
class Progress:
    """A company's way, as one user sees it."""

    onboarding: Onboarding
    company: Company
    user: User
    stored: dict[str, Stored]
    csd: CsdStatus
    # What the SAT's catalogue said of the postal codes that were asked for.
    places: Places = field(default_factory=Places, compare=False)
    # Whether saves of the company's steps wait for whoever reads this.
    locked: bool = False
    # The row that it was read from, where it is one company's.
    found: FoundRow | None = field(default=None, compare=False)

    @classmethod
    def of(cls, user: User, *, lock: bool = False, places: Places | None = None) -> "Progress":
        """Reads where the user's company stands, in one query.

        With `lock`, inside a transaction, first locks the Onboarding row. Locking is a statement of its own,
        though sent along: one that waited for a lock goes on with the snapshot it began with, in which what
        the other save wrote is not there yet.
        """
        company = user.company_id
        found = _READ.first([company], behind=_LOCK if lock else "")
        if found is None and user.company is not None:
            # Whoever made the company made no more of it.
            Onboarding.objects.get_or_create(company=user.company)
            return cls.of(user, lock=lock, places=places)
        if found is None:
            raise Onboarding.DoesNotExist
        onboarding, csd = _joined(found, found[_ONBOARDING], found[_FACTS], _BESIDE)
        read = cls._read(onboarding, user, status_of(csd))
        return replace(read, places=places or Places(), locked=lock, found=found)

    @classmethod
    def of_companies(cls, companies: Collection[int]) -> "dict[int, Progress]":
        """Reads where many companies stand, in two queries; one that has no user yet is left out."""
        rows = [
            (found[_USER], *_joined(found, found[_LISTED], found[_LISTED_FACTS], _LISTED_BESIDE))
            for found in _READ_MANY.all([list(companies)])
        ]
        distributors = Distributor.objects.in_bulk({row.company.distributor_id for _, row, _ in rows})
        for user, row, _ in rows:
            _DISTRIBUTOR_OF.note(row.company, distributors[row.company.distributor_id])
            _USER_OF.note(user, row.company)
        return {row.company_id: cls._read(row, user, status_of(csd)) for user, row, csd in rows}

    @classmethod
    def _read(cls, onboarding: Onboarding, user: User, csd: CsdStatus) -> "Progress":
        return cls(
            onboarding=onboarding,
            company=onboarding.company,
            user=user,
            stored={slug: _stored(*state) for slug, *state in onboarding.facts.step_states},
            csd=csd,
        )

    @property
    def facts(self) -> OnboardingFacts:
        """What most states are derived from."""
        return self.onboarding.facts

    @cached_property
    def invoice_test(self) -> TestInvoiceOverview:
        """How the latest test invoice came out, and its problems while nothing has changed since."""
        latest = self.facts.invoice_test
        return standing(latest, self.company, self.csd.number if latest else "")

    @cached_property
    def user_now(self) -> User:
        """The user's row read after the lock; the request's own was read before."""
        if not self.locked:
            return self.user
        user = read_user(self.user.pk)
        if user is None:
            raise User.DoesNotExist
        return user

    @cached_property
    def addresses(self) -> dict[str, Address]:
        """The company's addresses by kind; new, unsaved ones for those it has not."""
        found = {address.kind: address for address in self._stored_addresses()}
        return {kind: found.get(kind) or Address(company=self.company, kind=kind) for kind in Address.Kind}

    def with_address(self, saved: Address) -> "Progress":
        """The same with one address as it was just saved."""
        changed = replace(self)
        changed.addresses[saved.kind] = saved
        return changed

    def _stored_addresses(self) -> Iterable[Address]:
        if self.found is None:
            return self.company.addresses.all()
        stored = [address for table in _ADDRESSES if (address := self.found.get(table))]
        for address in stored:
            address.company = self.company
        return stored

    @cached_property
    def documents(self) -> list[DocumentType]:
        """The documents that the company issues."""
        return list(self.company.document_types.all())

    def saved(self, slug: str) -> bool:
        """Whether the issuer has saved this step."""
        return self.stored.get(slug, _NOTHING).saved_at is not None

    def saved_at(self, slug: str) -> datetime | None:
        """When the issuer saved this step."""
        return self.stored.get(slug, _NOTHING).saved_at

    def omitted(self, slug: str) -> bool:
        """Whether the issuer left this step out for now."""
        return self.stored.get(slug, _NOTHING).omitted

    def note(self, slug: str) -> str:
        """What support asks the issuer to look at again."""
        return self.stored.get(slug, _NOTHING).note

    @property
    def unknown_postal_codes(self) -> dict[str, str]:
        """What the SAT's catalogue does not have: of the «place» of issue, or of an address, by its kind."""
        return dict(self.facts.unknown_postal_codes)

    @property
    def notice_accepted(self) -> bool:
        """Whether the notice in force has been accepted; without that, no other step opens."""
        return self.facts.notice_accepted

    @property
    def finished(self) -> bool:
        """Whether the issuer has finished the configuration."""
        return self.onboarding.finished_at is not None


def _joined(
    found: FoundRow, onboarding: Onboarding, facts: OnboardingFacts, beside: _Beside
) -> tuple[Onboarding, Csd | None]:
    """The rows of one company, each knowing the others; `beside` are those that it may not have."""
    company, csd = found[_COMPANY], found.get(CURRENT_CSD_COLUMNS)
    _COMPANY_OF.note(onboarding, company)
    _FACTS_OF.note(onboarding, facts)
    for relation, columns in beside:
        relation.note(company, found.get(columns))
    if csd is not None:
        _CSD_OF.note(csd, company)
    return onboarding, csd


def _stored(saved_at: str | None, omitted: str, note: str) -> Stored:
    """What the view of facts says in texts."""
    return Stored(datetime.fromisoformat(saved_at) if saved_at else None, omitted == "true", note)

"""Opens many accounts at once: the same rows as onboarding/account_opening.py, in a few statements."""

from django.db import connection
from django.db.models.functions import Lower

from companies.accounts import credentials
from companies.models import Address, Company, Distributor, User
from mailing import outbox
from onboarding.backoffice.account_import.judging import Account
from onboarding.backoffice.account_import.models import ImportRow
from onboarding.models import Onboarding

# Rows a statement: one of 10 000 would be megabytes long.
BATCH = 1000


def open_all(accounts: list[Account], distributor: Distributor) -> None:
    """Creates all that accounts are, credentials mails included, in the caller's transaction.

    Raises IntegrityError when an RFC or a user name has been taken meanwhile.
    """
    _say_that_no_trigger_is_ignored()
    companies = [_company(account, distributor) for account in accounts]
    Company.objects.bulk_create(companies, batch_size=BATCH)
    Address.objects.bulk_create(_addresses(accounts, companies), batch_size=BATCH)
    users = User.objects.bulk_create(_users(accounts, companies), batch_size=BATCH)
    Onboarding.objects.bulk_create((Onboarding(company=company) for company in companies), batch_size=BATCH)
    mails = [(user.email, user.pk, user.company_id) for user in users]
    outbox.post_many(credentials.CREDENTIALS, mails, turn=f"distributor {distributor.pk}")
    rows = (account.row.pk for account in accounts)
    ImportRow.objects.become(dict(zip(rows, (company.pk for company in companies), strict=True)))


def _say_that_no_trigger_is_ignored() -> None:
    """For the rest of the transaction. Unsaid, each trigger of each row learns it by a caught exception
    (`_pgtrigger_should_ignore`): more than half of all that PostgreSQL does here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', '{}', TRUE)")


def _company(account: Account, distributor: Distributor) -> Company:
    account.company.distributor = distributor
    return account.company


def _addresses(accounts: list[Account], companies: list[Company]) -> list[Address]:
    addresses = []
    for account, company in zip(accounts, companies, strict=True):
        if account.address:
            account.address.company = company
            addresses.append(account.address)
    return addresses


def _users(accounts: list[Account], companies: list[Company]) -> list[User]:
    users = [
        User(
            company=company,
            username=account.username,
            full_name=account.data["full_name"],
            email=account.data["email"],
            phone=account.data.get("phone", ""),
            password_is_temporary=True,
        )
        for account, company in zip(accounts, companies, strict=True)
    ]
    for user in users:
        user.set_unusable_password()
    _name(users)
    return users


def _name(users: list[User]) -> None:
    """Gives a free name to those that have none, after the companies' codes."""
    nameless = [(user, user.company.code.lower()) for user in users if user.company and not user.username]
    lower = User.objects.annotate(lower=Lower("username"))
    taken = set(lower.filter(lower__in=[code for _, code in nameless]).values_list("lower", flat=True))
    taken |= {user.username.lower() for user in users if user.username}
    for user, code in nameless:
        user.username, number = code, 1
        # Somebody may have chosen a name that looks like a code.
        while user.username in taken or (number > 1 and lower.filter(lower=user.username).exists()):
            number += 1
            user.username = f"{code}-{number}"
        taken.add(user.username)

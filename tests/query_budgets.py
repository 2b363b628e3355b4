"""How often a page may ask, transaction control aside, whoever else is a customer.

What is sent together counts once, as Django counts: a lock goes along with what is read under it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext

from companies.models import Company, User
from onboarding.models import Onboarding

# A page that is opened, and a form that is sent.
GET, POST = 5, 12
# Who makes a change is sent along with it, and with a savepoint, too.
_CONTROL = re.compile(
    r"\A(SELECT set_config\('pghistory.*; )?(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET )", re.DOTALL
)


@contextmanager
def statements_at_most(limit: int, what: str) -> Iterator[None]:
    """Fails with the statements themselves when there are more."""
    with CaptureQueriesContext(connection) as queries:
        yield
    made = [query["sql"] for query in queries if not _CONTROL.match(query["sql"])]
    assert len(made) <= limit, f"{what}: {len(made)}\n" + "\n".join(sql[:160] for sql in made)


def make_companies(issuer: User, count: int) -> None:
    """Other customers of the same distributor, with their ways through the steps."""
    assert issuer.company is not None
    companies = Company.objects.bulk_create(
        Company(distributor=issuer.company.distributor, name=f"EMPRESA {n}", rfc=f"EMP{n:06d}AB1")
        for n in range(100000, 100000 + count)
    )
    Onboarding.objects.bulk_create(Onboarding(company=company) for company in companies)

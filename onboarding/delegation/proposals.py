"""Staff proposes whom the issuer could ask for a step. Only the issuer asks: its page is filled in.

What the link fills in is signed, so that no stranger's link can put a stranger's address there.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import TypedDict

from django.core import signing

from companies.models import Company

LIFETIME = timedelta(days=7)
# In the address of the page.
PROPOSAL = "propuesta"
_SALT = "onboarding.delegation.proposal"


class Proposed(TypedDict, total=False):
    """What the form begins with."""

    name: str
    email: str


@dataclass(frozen=True)
class ProposedDelegate:
    """Whom the issuer of a company could ask for a step."""

    company_id: int
    slug: str
    name: str
    email: str


def token(proposed: ProposedDelegate) -> str:
    """What the address in the mail carries."""
    values = [proposed.company_id, proposed.slug, proposed.name, proposed.email]
    return signing.dumps(values, salt=_SALT, compress=True)


def read(text: str, company: Company, slug: str) -> Proposed:
    """Nothing where it is altered, too old, another's, or for another step."""
    try:
        pk, of, name, email = signing.loads(text, salt=_SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return {}
    return {"name": name, "email": email} if (pk, of) == (company.pk, slug) else {}

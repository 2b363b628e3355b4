"""Who decides about whose account (docs/adr/0034).

The owner: everybody's. Support: the issuers'. A distributor's lead: those of its own clerks, and of who only
reads there; never another lead's, so that nobody makes or becomes its equal. Nobody else: anybody's.

To decide is to change data, address and state, to take a second factor away, to vouch for an address. Help
is less: neither new credentials to the address that an account has nor a forgotten failure lets anybody in
but the account's own person.
"""

from companies.models import User

Role, DistributorRole = User.Role, User.DistributorRole
# Whom a lead decides about.
BELOW_A_LEAD = (DistributorRole.CLERK, DistributorRole.READER)


def decides(by: User, whose: User) -> bool:
    """Whether `by` decides about the account."""
    if by.role == Role.OWNER:
        return True
    if by.role == Role.SUPPORT:
        return whose.role == Role.ISSUER
    same = by.distributor_id is not None and by.distributor_id == whose.distributor_id
    return same and by.duty == DistributorRole.LEAD and whose.duty in BELOW_A_LEAD


def helps(by: User, whose: User) -> bool:
    """Whether `by` may send new credentials and forget failures; support, a distributor's people, too."""
    return decides(by, whose) or (by.role == Role.SUPPORT and whose.role == Role.DISTRIBUTOR)

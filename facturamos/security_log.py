"""Events of security, a line each at any level of the log: what fail2ban, an incident or an auditor asks for.

Each says the client's address as far as our proxies vouch for it, and the user's number, never what was
typed.
"""

import logging

logger = logging.getLogger("facturamos.security")


def note(event: str, about: object = None) -> None:
    """Writes down an event of this request («sign-in.bad»); `about` is the row that it is about."""
    logger.info("%s", event, extra={"event": event, "about": about})

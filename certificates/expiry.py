"""When a certificate begins to serve, and what «soon» means of its end: in checks, lists and reminders."""

from datetime import timedelta

EXPIRES_SOON = timedelta(days=60)
# The SAT publishes its list of usable certificates (LCO) daily: a new one counts from the first to the
# second of these after its issue.
USABLE_AFTER = timedelta(hours=24), timedelta(hours=72)

"""Which words of a server's refusal mean which code: one ordered table, a file for each subject. Plain data.

They come from servers' own sources, their providers' help pages and bug reports; `tests/mailing/doctor` has a
real reply for nearly each. What a code says to people stands in `mailing/doctor/sentences.py`.
"""

from mailing.doctor.reply_rules import (
    account,
    connection,
    message,
    our_address,
    recipient,
    sender,
    sending_limits,
    sign_in,
)
from mailing.doctor.reply_rules.words import Rule

# The first that fits counts: what says more comes first, what says little last. So a file may hold a rule of
# another subject's, where it must be tried before what follows there.
RULES: tuple[Rule, ...] = (
    *sender.MISSPELLED,
    *connection.RULES,
    *sign_in.SAYING_WHAT,
    *account.RULES,
    *sending_limits.RULES,
    *sender.RULES,
    *sign_in.IN_GENERAL,
    *our_address.RULES,
    *message.RULES,
    *recipient.RULES,
)

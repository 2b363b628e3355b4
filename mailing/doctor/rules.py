"""The ordered table of refusals: which words mean which code. Plain data.

They come from servers' own sources, their providers' help pages and bug reports; `tests/mailing/doctor` has a
real reply for nearly each.
"""

from mailing.doctor.rules_saying_little import SAYING_LITTLE
from mailing.doctor.rules_saying_much import SAYING_MUCH
from mailing.doctor.words import Rule

# The first that fits counts: what says more comes first, what says little last.
RULES: tuple[Rule, ...] = (*SAYING_MUCH, *SAYING_LITTLE)

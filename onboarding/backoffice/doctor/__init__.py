"""The doctors behind `manage.py doctor`: each judges one kind of thing that customers send.

One file a kind. The rules are those of the pages, nothing is stored, and the order is the help's.
"""

from onboarding.backoffice.doctor.base import Doctor
from onboarding.backoffice.doctor.csd import CsdDoctor
from onboarding.backoffice.doctor.csf import CsfDoctor
from onboarding.backoffice.doctor.logo import LogoDoctor
from onboarding.backoffice.doctor.mailbox import MailboxDoctor
from onboarding.backoffice.doctor.name import NameDoctor
from onboarding.backoffice.doctor.rfc import RfcDoctor
from onboarding.backoffice.doctor.sheet import SheetDoctor

DOCTORS: tuple[type[Doctor], ...] = (
    CsdDoctor,
    CsfDoctor,
    NameDoctor,
    RfcDoctor,
    LogoDoctor,
    SheetDoctor,
    MailboxDoctor,
)

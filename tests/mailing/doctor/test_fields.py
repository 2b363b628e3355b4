"""Every piece of advice has its field, or says that there is none."""

from mailing.doctor.fields import FIELDS
from mailing.doctor.sentences import ADVICE
from mailing.forms import MailboxForm


def test_every_advice_knows_its_field() -> None:
    assert set(FIELDS) == set(ADVICE)
    assert set(FIELDS.values()) - {""} <= {*MailboxForm.base_fields}

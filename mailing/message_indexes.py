"""What the table of mails is asked for by jobs and «Estado», so that neither reads the mails of years."""

from django.db import models
from django.db.models import Q

FOR_JOBS_AND_STATUS = [
    models.Index(fields=["kind", "about"], name="message_about"),
    models.Index(fields=["company"], condition=~Q(bounce=""), name="message_bounced"),
    models.Index(fields=["kind", "mailed_at"], name="message_mailed_of_kind"),
    # What «Estado» asks for: the latest that left, and what of the last hour did not arrive.
    models.Index(fields=["-mailed_at"], name="message_mailed"),
    models.Index(fields=["finished_at"], condition=Q(mailed_at=None), name="message_given_up"),
    models.Index(fields=["bounced_at"], condition=Q(bounced_at__isnull=False), name="message_came_back"),
]

"""A CSD whose key does not open cannot be used: its issuer is asked for it again."""

from django.db import models

from certificates.models import Csd
from facturamos.lost_ring import when_lost


@when_lost(Csd)
def give_up_csds(rows: models.QuerySet[models.Model]) -> None:
    """They become records of what was, as when another takes their place."""
    Csd.objects.filter(pk__in=rows.values("pk")).end(Csd.State.REPLACED)

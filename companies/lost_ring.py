"""A second factor whose key does not open is set up anew at the next sign-in."""

from django.db import models

from companies.models import SecondFactor
from facturamos.lost_ring import when_lost


@when_lost(SecondFactor)
def give_up_factors(rows: models.QuerySet[models.Model]) -> None:
    """Recovery codes go with them: they are the factor's."""
    rows.delete()

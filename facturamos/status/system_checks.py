"""Found at the start: the checks of this package register themselves, and `migrate` leaves the canary."""

from django.apps import apps
from django.db.models.signals import post_migrate

from facturamos.checks import database, media, variables
from facturamos.status import canary

CHECKS = (variables.check_variables, database.check_database, media.check_media, canary.check_ring)

post_migrate.connect(canary.leave, sender=apps.get_app_config("status"))

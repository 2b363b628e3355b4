"""What lies in the database at the end: run by `manage.py shell`, with the site's environment."""

import json

from django.apps import apps

from certificates.models import Csd
from companies.models import Logo
from facturamos.jobs.models import Job
from mailing.models import Message
from onboarding.models import Onboarding


def main() -> None:
    """Prints, as JSON, what became of each company and of the work in the background."""
    jobs = [model for model in apps.get_models() if issubclass(model, Job)]
    visits = apps.get_model("companies", "AddressEvent").objects.exclude(reference="")
    finished = Onboarding.objects.exclude(finished_at=None)
    facts = {
        "finished": list(finished.values_list("company__rfc", flat=True)),
        "active": list(Csd.objects.active().values_list("rfc", flat=True)),
        "logos": {logo.company.rfc: len(logo.image.read()) for logo in Logo.objects.all()},
        "visits": list(visits.values_list("pgh_obj__company__rfc", "reference").distinct()),
        "unfinished": {
            model.__name__: list(model.objects.exclude(state="done").values_list("state", "last_error"))
            for model in jobs
        },
        "mails": list(Message.objects.values_list("to", "kind", "state")),
    }
    print(json.dumps(facts))

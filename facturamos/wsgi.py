"""Entry point for the web server."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

from facturamos.checks import start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facturamos.settings")

application = get_wsgi_application()
start.prove()
# Reads every address of the site: once for all processes that fork, and before anybody waits.
reverse("inicio")

"""Entry point for the web server."""

import os

from django.core.wsgi import get_wsgi_application

from facturamos.checks import start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "facturamos.settings")

application = get_wsgi_application()
start.prove()

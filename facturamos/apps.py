"""The project's own app, and Django's admin with our site in the place of its default one."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class FacturamosConfig(AppConfig):
    """Commands, jobs, the vault."""

    name = "facturamos"
    verbose_name = "Facturamos"


class FacturamosAdminConfig(AdminConfig):
    """See facturamos/admin.py."""

    default_site = "facturamos.admin.FacturamosAdminSite"

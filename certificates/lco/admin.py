"""Every reading of the SAT's list (LCO), in admin: nothing to change."""

from django.contrib import admin

from certificates.models import SatList
from facturamos.admin.scoping import VIEW, ScopedAdmin


@admin.register(SatList)
class SatListAdmin(ScopedAdmin[SatList]):
    """When the list was read, how long it was and what it changed."""

    is_short = True
    support_may = (VIEW,)
    list_display = ("read_at", "day", "is_whole", "listed", "ours", "activated", "ended")
    fields = list_display

"""What was asked of the SAT's validator, for support."""

from typing import ClassVar

from django.contrib import admin

from companies.admin.company import OF_COMPANY
from companies.models import ValidatorQuery
from facturamos.jobs.admin import JobAdmin


@admin.register(ValidatorQuery)
class ValidatorQueryAdmin(JobAdmin[ValidatorQuery]):
    """What came of each question; the answer itself is the issuer's, and is not shown."""

    list_display: tuple[str, ...] = ("company", "message", *JobAdmin.list_display)
    list_filter: ClassVar[tuple[str, ...]] = ("state", "created_at")
    list_select_related = ("company",)
    search_fields = OF_COMPANY
    fields = ("company", "user", "state", "message", "created_at", "finished_at", "last_error")

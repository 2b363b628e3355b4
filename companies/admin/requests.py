"""Requests for a new password, for support: what was asked, and whether it was answered."""

from django.contrib import admin

from companies.models import ResetRequest
from facturamos.job_admin import JobAdmin


@admin.register(ResetRequest)
class ResetRequestAdmin(JobAdmin):
    """The last hour's requests; older ones are forgotten."""

    list_display: tuple[str, ...] = ("asked_for", "address", *JobAdmin.list_display)
    search_fields = ("asked_for", "address")

"""«Primeros pasos»: the owner's page, and the link to it while something is missing."""

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html

from companies.models import User
from companies.signed_in import signed_in
from facturamos.admin.site import AdminPage, site
from onboarding.backoffice.first_steps.steps import first_steps

# Seconds for which the front page believes what it read.
KEPT = 60
CACHED = "first-steps/missing"


def first_steps_page(request: HttpRequest) -> TemplateResponse:
    """All of them with their states, for the owner."""
    if signed_in(request).role != User.Role.OWNER:
        raise PermissionDenied
    steps = first_steps()
    context = {
        **site().each_context(request),
        "title": "Primeros pasos",
        "steps": steps,
        "done": sum(step.done for step in steps),
    }
    return TemplateResponse(request, "admin/backoffice/first_steps.html", context)


def missing_warning(request: HttpRequest) -> str:
    """For the owner, on the front page: how many are left; nothing when all is done."""
    if signed_in(request).role != User.Role.OWNER:
        return ""
    missing = cache.get(CACHED)
    if missing is None:
        missing = sum(not step.done for step in first_steps())
        cache.set(CACHED, missing, KEPT)
    if not missing:
        return ""
    said = "Le falta un primer paso" if missing == 1 else f"Le faltan {missing} primeros pasos"
    return format_html('{}. <a href="{}">Ver los primeros pasos</a>', said, reverse("admin:primeros_pasos"))


site().warners.append(missing_warning)
site().pages.append(AdminPage("primeros-pasos/", "primeros_pasos", first_steps_page))

"""The demo mailbox of `make run`; elsewhere there is none."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mailing import caught


def _folder() -> Path:
    if settings.DEMO_MAIL_DIR is None:
        raise Http404
    return Path(settings.DEMO_MAIL_DIR)


@require_safe
def demo_mails(request: HttpRequest) -> HttpResponse:
    """Every mail that was caught, newest first."""
    return render(request, "mailing/demo_mails.html", {"mails": caught.newest(_folder())})


@require_safe
def demo_mail(request: HttpRequest, name: str) -> HttpResponse:
    """One caught mail: its text part, as text."""
    mail = caught.one(_folder(), name)
    if mail is None:
        raise Http404
    return render(request, "mailing/demo_mail.html", {"mail": mail})

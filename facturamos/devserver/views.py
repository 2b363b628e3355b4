"""The pages of the dev inbox; where `make run` does not run, there is none."""

from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from facturamos.devserver import inbox


def _folder() -> Path:
    if settings.DEMO_MAIL_DIR is None:
        raise Http404
    return Path(settings.DEMO_MAIL_DIR)


@require_safe
def inbox_list(request: HttpRequest) -> HttpResponse:
    """Every mail that the site has sent, newest first."""
    return render(request, "devserver/inbox.html", {"mails": inbox.newest(_folder())})


@require_safe
def inbox_mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text part, as text."""
    mail = inbox.one(_folder(), name)
    if mail is None:
        raise Http404
    return render(request, "devserver/inbox_mail.html", {"mail": mail})

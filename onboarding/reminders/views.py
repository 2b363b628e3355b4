"""The page behind a reminder's stop link. Its signature is its key: no signing in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from mailing import outbox
from onboarding.reminders import services


# A mail program posts without a session (RFC 8058); who can forge the signature needs no other's cookies.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A GET asks (mail programs open links by themselves), a POST stops."""
    reminder = services.find(token)
    if reminder is None:
        return render(request, "onboarding/reminder_stop.html", {"unknown": True}, status=404)
    if request.method == "POST":
        services.stop(reminder)
        if request.POST.get("List-Unsubscribe") == "One-Click":
            return HttpResponse(status=204)  # a redirect is forbidden there
        return redirect(request.path)
    context = {"label": outbox.label_of(reminder.kind), "stopped": services.is_stopped(reminder)}
    return render(request, "onboarding/reminder_stop.html", context)

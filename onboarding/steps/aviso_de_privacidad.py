"""Step 2: the privacy notice in force, accepted with evidence."""

from typing import Any

from django.http import HttpResponse

from companies.forms import PrivacyNoticeForm
from companies.models import NoticeAcceptance, PrivacyNotice
from facturamos import client
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, Visit


def _state(step: Step, progress: Progress) -> Status:
    return Status.DONE if progress.notice_accepted else Status.TODO


def _form_kwargs(progress: Progress) -> dict[str, Any]:
    return {"accepted": progress.notice_accepted}


def _save(visit: Visit, form: PrivacyNoticeForm) -> HttpResponse | None:
    notice = PrivacyNotice.objects.in_force()
    if notice is None:
        form.add_error(None, "Todavía no hay un aviso de privacidad publicado. Avise a Asistencia.")
        return None
    form.save(
        notice=notice,
        company=visit.progress.company,
        user=visit.request.user,
        address=client.address(visit.request),
        browser=client.browser(visit.request),
    )
    return None


def _context(visit: Visit) -> dict[str, Any]:
    company = visit.progress.company
    notice_id = visit.progress.onboarding.notice_id
    acceptance = NoticeAcceptance.objects.filter(company=company, notice_id=notice_id)
    return {
        "notice": PrivacyNotice.objects.filter(pk=notice_id).first(),
        "acceptance": acceptance.select_related("user").first(),
    }


def _summary(progress: Progress) -> list[tuple[str, str]]:
    return [("Aviso de privacidad", "Aceptado" if progress.notice_accepted else "Sin aceptar")]


step = Step(
    slug="aviso-de-privacidad",
    title="Aviso de privacidad",
    heading="Lea y acepte el aviso de privacidad",
    lead="Le explica qué datos guardamos de usted y de su empresa, para qué, y cómo puede corregirlos.",
    form_class=PrivacyNoticeForm,
    state=_state,
    form_kwargs=_form_kwargs,
    # A notice published meanwhile must be read before it is accepted.
    fingerprint=lambda progress: str(progress.onboarding.notice_id),
    stale_message="Publicamos una versión nueva del aviso de privacidad. Léala y vuelva a aceptarla.",
    save=_save,
    context=_context,
    summary=_summary,
)

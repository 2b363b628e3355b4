"""The privacy notice in force, accepted with evidence. Nothing else opens before."""

from django.http import HttpResponse

from companies.forms import PrivacyNoticeForm
from companies.models import NoticeAcceptance, PrivacyNotice
from facturamos import client
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.step import Context, Step, Summary, Visit


class PrivacyNoticeStep(Step[PrivacyNoticeForm]):
    """Done while the notice in force is accepted: a new version asks again."""

    slug = "aviso-de-privacidad"
    title = "Aviso de privacidad"
    heading = "Lea y acepte el aviso de privacidad"
    lead = "Le explica qué datos guardamos de usted y de su empresa, para qué, y cómo puede corregirlos."
    in_short = "leerlo y aceptarlo"
    needs = "nada; solo leerlo"
    form_class = PrivacyNoticeForm
    # A notice published meanwhile must be read before it is accepted; see `fingerprint`.
    stale_message = "Publicamos una versión nueva del aviso de privacidad. Léala y vuelva a aceptarla."
    sample_answer = {"accept": "on"}

    def state(self, progress: Progress) -> Status:
        """Derived from the acceptances; what was saved once may be of an older notice."""
        # The view compares them with the notice in force: onboarding/migrations/0002_onboarding_facts.py.
        return Status.DONE if progress.notice_accepted else Status.TODO

    def form_kwargs(self, progress: Progress) -> Context:
        """An accepted notice shows its tick."""
        return {"accepted": progress.notice_accepted}

    def context(self, visit: Visit) -> Context:
        """The text, and who accepted it when."""
        return {"notice": visit.progress.facts.notice, "acceptance": self._acceptance(visit.progress)}

    def _acceptance(self, progress: Progress) -> NoticeAcceptance | None:
        if not progress.notice_accepted:
            return None
        accepted = progress.company.notice_acceptances.filter(notice=progress.facts.notice_id)
        return accepted.select_related("user").first()

    def fingerprint(self, progress: Progress) -> str:
        """The notice that the page shows."""
        return str(progress.facts.notice_id)

    def save(self, visit: Visit, form: PrivacyNoticeForm) -> HttpResponse | None:
        """Writes the evidence: which text, who, when, from where."""
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

    def summary(self, progress: Progress) -> Summary:
        return [("Aviso de privacidad", "Aceptado" if progress.notice_accepted else "Sin aceptar")]

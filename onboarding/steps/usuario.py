"""Step 7: the person who signs in, and the password that replaces the temporary one."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse

from companies.forms import UserForm
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, Visit, saved_is_done


def _state(step: Step, progress: Progress) -> Status:
    return Status.TODO if progress.user.password_is_temporary else saved_is_done(step, progress)


def _save(visit: Visit, form: UserForm) -> HttpResponse | None:
    user = form.save()
    if form.password_changed:
        # This session goes on with the new password; the user's other sessions end.
        update_session_auth_hash(visit.request, user)
    return None


step = Step(
    slug="usuario",
    title="Usuario",
    heading="¿Quién entra a facturar?",
    lead="Sus datos y la contraseña con la que entrará de ahora en adelante.",
    form_class=UserForm,
    state=_state,
    instance=lambda progress: progress.user_now,
    fingerprint=lambda progress: str(progress.user_now.secret_changed_at),
    rows=lambda progress: [progress.user_now],
    save=_save,
    summary=lambda progress: [
        ("Nombre completo", progress.user.full_name),
        ("Correo electrónico", progress.user.email),
        ("Usuario", progress.user.username),
    ],
)

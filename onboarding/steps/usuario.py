"""The person who signs in, and the password that replaces the temporary one."""

from dataclasses import replace

from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse, QueryDict

from companies.forms import UserForm
from companies.models import User
from onboarding import email_slips
from onboarding.wizard.doubts import Doubt, unanswered
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.step import Context, Step, Summary, Visit


class UserStep(Step[UserForm]):
    """Not done before the temporary password is replaced."""

    slug = "usuario"
    title = "Usuario"
    heading = "¿Quién entra a facturar?"
    lead = "Sus datos y la contraseña con la que entrará de ahora en adelante."
    in_short = "sus datos y su nueva contraseña"
    needs = "su correo, su teléfono y una contraseña nueva"
    form_class = UserForm
    asks = True
    sample_answer = {
        "full_name": "Íñigo Peña Núñez",
        "email": "panaderia@example.com",
        "alternate_email": "",
        "phone": "4777654321",
        "initials": "ÍPN",
        "username": "panaderia",
        "password": "Molcajete-Azul-27",
        "password_confirmation": "Molcajete-Azul-27",
    }

    def state(self, progress: Progress) -> Status:
        """A temporary password is replaced here, so with one it is not done."""
        return Status.TODO if progress.user.password_is_temporary else super().state(progress)

    def instance(self, progress: Progress) -> User:
        """The user as it is under the lock."""
        return progress.user_now

    def form_kwargs(self, progress: Progress) -> Context:
        """Who has no telephone of its own begins with the company's."""
        return {"proposed": {"phone": progress.company.phone}, "asked_about": self._asked_about(progress)}

    def _asked_about(self, progress: Progress) -> str:
        """The stored address, while the page asks whether it is a slip."""
        doubts = unanswered(progress.onboarding.doubts, self.questions(progress))
        return progress.user.email if any(doubt.code == "correo-email" for doubt in doubts) else ""

    def questions(self, progress: Progress) -> list[Doubt]:
        """An address that looks mistyped: what we write to it would never arrive."""
        user = progress.user
        names = ("email", "alternate_email")
        labels = {name: str(UserForm.base_fields[name].label) for name in names}
        return email_slips.questions((name, labels[name], getattr(user, name)) for name in names)

    def amend(self, data: QueryDict, progress: Progress) -> QueryDict:
        """The buttons that correct an address."""
        return email_slips.amended(data, self.slug)

    def fingerprint(self, progress: Progress) -> str:
        """The password is never shown; when it was changed says enough."""
        return str(progress.user_now.secret_changed_at)

    def save(self, visit: Visit, form: UserForm) -> HttpResponse | None:
        """Saves. With a new password this session goes on, and the user's other sessions end."""
        user = form.save()
        if form.password_changed:
            update_session_auth_hash(visit.request, user)
        visit.request.user = user
        return None

    def after_saving(self, visit: Visit, form: UserForm) -> Progress:
        """With the user as it was saved."""
        return replace(visit.progress, user=visit.request.user)

    def summary(self, progress: Progress) -> Summary:
        """Who, how to reach them, and under which name."""
        user = progress.user
        return [
            ("Código", user.code),
            ("Nombre completo", user.full_name),
            ("Correo electrónico", user.email),
            ("Correo electrónico alterno", user.alternate_email),
            ("Teléfono", user.phone),
            ("Iniciales", user.initials),
            ("Usuario", user.username),
        ]

"""Staff choosing their own password in admin."""

from typing import Any

from django.contrib.admin.forms import AdminPasswordChangeForm

from companies import services
from companies.forms.user import PASSWORD_HELP
from companies.models import User


class StaffPasswordForm(AdminPasswordChangeForm):
    """Django's form; the new password is nobody's temporary one, and its change is on record."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        self.fields["new_password1"].help_text = PASSWORD_HELP

    def save(self, commit: bool = True) -> User:
        columns = services.set_own_password(self.user, self.cleaned_data["new_password1"])
        self.user.save(update_fields=columns)
        return self.user

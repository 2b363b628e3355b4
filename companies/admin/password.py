"""Staff choosing their own password in admin."""

from django.contrib.admin.forms import AdminPasswordChangeForm

from companies import services
from companies.models import User


class StaffPasswordForm(AdminPasswordChangeForm):
    """Django's form; the new password is nobody's temporary one, and its change is on record."""

    def save(self, commit: bool = True) -> User:
        columns = services.set_own_password(self.user, self.cleaned_data["new_password1"])
        self.user.save(update_fields=columns)
        return self.user

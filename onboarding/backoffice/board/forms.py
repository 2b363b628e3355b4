"""The name under which a filter of the board is kept."""

from django import forms
from django.core.exceptions import ValidationError

from companies.models import User
from facturamos.forms import CleanCharField, PageForm
from onboarding.backoffice.board.companies import Asked
from onboarding.backoffice.board.models import SavedFilter


class SavedFilterForm(PageForm, forms.Form):
    """«Guardar este filtro», beside the filters."""

    name = CleanCharField(label="Nombre del filtro", max_length=60)

    def __init__(self, *args: object, user: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, object]:
        """So many that one still finds them."""
        others = self.user.saved_filters.exclude(name=self.cleaned_data.get("name", ""))
        if others.count() >= SavedFilter.MOST:
            raise ValidationError(f"Ya tiene {SavedFilter.MOST} filtros guardados. Borre uno antes.")
        return super().clean() or {}

    def keep(self, asked: Asked) -> SavedFilter:
        """Keeps what the board shows; a filter of the same name is replaced."""
        name, query = self.cleaned_data["name"], {"query": asked.query}
        return SavedFilter.objects.update_or_create(user=self.user, name=name, defaults=query)[0]

    @property
    def what_is_wrong(self) -> str:
        """The first error, for a message above the board."""
        return next(str(sentence) for sentences in self.errors.values() for sentence in sentences)

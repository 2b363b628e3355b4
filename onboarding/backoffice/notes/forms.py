"""Writing a note: what, for when, whose it is, and who may read it."""

from django import forms
from django.db.models import Q

from companies.models import Company, User
from facturamos.forms import CleanCharField, PageForm, limit_choices
from onboarding.backoffice.notes.models import CompanyNote

WITH_DISTRIBUTOR, SUPPORT_ONLY = "con_distribuidor", "solo_asistencia"


class PersonField(forms.ModelChoiceField[User]):
    """A member of staff, by name."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.get_full_name()} ({obj.username})"


class CompanyNoteForm(PageForm, forms.ModelForm[CompanyNote]):
    """A note; with a day it is something to do. Support chooses who reads it."""

    text = CleanCharField(
        label="Nota", max_length=600, widget=forms.Textarea({"rows": 3}), help_text="El emisor no la ve."
    )
    due_on = forms.DateField(
        label="Para el día",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="Si hay que hacer algo, como llamar.",
    )
    assignee = PersonField(User.objects.none(), label="Atiende", required=False, help_text="Quién se ocupa.")
    audience = forms.ChoiceField(
        label="Quién la ve",
        choices=[(SUPPORT_ONLY, "Solo Asistencia"), (WITH_DISTRIBUTOR, "Su distribuidor y Asistencia")],
    )

    class Meta:
        model = CompanyNote
        fields = ("text", "due_on", "assignee")

    def __init__(self, *args: object, company: Company, author: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.company, self.author = company, author
        colleagues = Q(distributor=company.distributor_id)
        if author.is_support:
            colleagues |= Q(role__in=(User.Role.SUPPORT, User.Role.OWNER))
        else:
            del self.fields["audience"]  # what it writes it must be able to read
        limit_choices(self, "assignee", User.objects.filter(colleagues, is_active=True).order_by("full_name"))

    def save(self, commit: bool = True) -> CompanyNote:
        """With its author, and with the distributor that reads it."""
        note = self.instance
        shared = self.cleaned_data.get("audience", WITH_DISTRIBUTOR) == WITH_DISTRIBUTOR
        note.company, note.written_by = self.company, self.author
        note.distributor = self.company.distributor if shared else None
        return super().save(commit)

"""Step 4: the company as the SAT knows it."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from companies.forms.fields import CleanCharField, PhoneField, PostalCodeField, RFCField, SavesChanges
from companies.models import Company
from companies.sat import postal_codes, rfc, tax_regimes, without_legal_form
from companies.sat.rfc import Persona
from facturamos.forms import PageForm
from facturamos.text import clean


class TaxRegimeField(forms.ChoiceField):
    """A régimen of the catalogue; the form says which ones fit."""

    default_error_messages = {
        "required": "Falta «Régimen fiscal». Elíjalo de la lista.",
        "unknown": "Ese régimen no está en el catálogo vigente del SAT. Elija uno de la lista.",
        "cannot_issue": "Con el régimen 616, «Sin obligaciones fiscales», no se puede facturar. Elija otro o "
        "actualice sus obligaciones en el SAT.",
    }

    def validate(self, value: str) -> None:
        # Not ChoiceField's: whether it fits the RFC is told by the form, with the reason.
        forms.Field.validate(self, value)
        if not value:  # where it may stay empty
            return
        regime = tax_regimes.get(value)
        if regime is None:
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if not regime.can_issue:
            raise ValidationError(self.error_messages["cannot_issue"], code="cannot_issue")


# What a list of régimenes begins with.
NO_REGIME = ("", "Elija su régimen")


class FiscalDataForm(PageForm, SavesChanges[Company]):
    """Name, RFC, telephone, lugar de expedición and régimen."""

    name = CleanCharField(
        label="Nombre",
        max_length=300,
        # XSD of CFDI 4.0: the name is [^|]{1,300}, on one line.
        validators=[RegexValidator(r"\A[^|\r\n\t]*\Z", "El nombre va en un renglón y sin «|».")],
        help_text="Razón social, como está en su Constancia de Situación Fiscal y sin «S.A. de C.V.».",
        widget=forms.TextInput(attrs={"autocomplete": "organization", "spellcheck": "false"}),
    )
    rfc = RFCField(label="RFC", help_text="12 caracteres si es persona moral, 13 si es persona física.")
    phone = PhoneField(label="Teléfono", help_text="De contacto, con clave lada: 10 dígitos.")
    expedition_place = PostalCodeField(
        label="Lugar de expedición", help_text="Código postal desde donde emite sus facturas."
    )
    tax_regime = TaxRegimeField(label="Régimen fiscal", help_text="El que tiene registrado en el SAT.")

    class Meta:
        model = Company
        fields = ("name", "rfc", "phone", "expedition_place", "tax_regime")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        # Who edits the RFC on this page meets the list that fits it after sending, with the reason.
        if isinstance(field := self.fields.get("tax_regime"), TaxRegimeField):
            field.choices = [NO_REGIME, *tax_regimes.grouped_choices(self.persona)]

    def _shown(self, name: str) -> str:
        """What the page shows of a field: as typed, or as stored. Admin may leave fields out."""
        value = self[name].value() if name in self.fields else getattr(self.instance, name)
        return clean(str(value or ""))

    @property
    def persona(self) -> Persona | None:
        """Whose the RFC is, as typed or as stored; None while it is none."""
        return rfc.persona_of(self._shown("rfc"))

    @property
    def name_proposal(self) -> str:
        """The name as the SAT asks for it, when it differs from the one typed or stored; else empty."""
        name = self._shown("name")
        proposal = without_legal_form.propose(name, self.persona)
        return proposal if proposal != name else ""

    @property
    def rfc_doubt(self) -> str:
        """A sentence when the check digit does not agree; real RFCs fail it, so it is no error."""
        try:
            parsed = rfc.parse(self._shown("rfc"))
        except rfc.InvalidRFC:
            return ""
        if parsed.digit_agrees or parsed.value == self.instance.confirmed_rfc:
            return ""
        return rfc.DIGIT_DOUBT

    def clean_rfc(self) -> str:
        """The RFC, which no other company of the same distributor has."""
        value: str = self.cleaned_data["rfc"]
        if value == self.initial.get("rfc"):
            return value
        namesakes = Company.objects.alive().filter(distributor_id=self.instance.distributor_id, rfc=value)
        if other := namesakes.exclude(pk=self.instance.pk).first():
            raise ValidationError(self.rfc_taken_by(other))
        return value

    def rfc_taken_by(self, other: Company) -> str:
        """To an issuer nothing about the other company: not even that it exists."""
        return (
            "Este RFC no se puede usar en esta cuenta. Revíselo; si es el correcto, comuníquese con su "
            "distribuidor."
        )

    def clean_expedition_place(self) -> str:
        """A postal code of the SAT's catalogue, or the PAC refuses the invoice (CFDI40103)."""
        value: str = self.cleaned_data["expedition_place"]
        if value and value != self.initial.get("expedition_place") and not postal_codes.is_known(value):
            raise ValidationError(
                f"El código postal {value} no está en el catálogo del SAT, y sin él no se puede facturar. "
                "Revíselo; si es correcto, comuníquese con Asistencia."
            )
        return value

    def clean(self) -> dict[str, object]:
        data = super().clean() or self.cleaned_data
        regime, persona = tax_regimes.get(data.get("tax_regime", "")), self.persona
        if regime and persona and not regime.fits(persona):
            self.add_error(
                "tax_regime",
                f"El régimen {regime.code} no corresponde a una {persona.label}, como dice su RFC. "
                "Elija uno de la lista.",
            )
        return data


class CompanyDataForm(FiscalDataForm):
    """The same in admin, for who sees every company."""

    def rfc_taken_by(self, other: Company) -> str:
        return rfc_of_another(other)


def rfc_of_another(other: Company) -> str:
    """For who may see the other company."""
    return f"Este RFC ya es de otra empresa del mismo distribuidor: {other.code}, {other.name}."


class FreshCompanyForm(CompanyDataForm):
    """Before the issuer has saved its step: nobody need invent what only the issuer knows."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in ("phone", "expedition_place", "tax_regime"):
            self.fields[name].required = False

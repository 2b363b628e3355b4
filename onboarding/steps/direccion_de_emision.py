"""The place that issues the invoices; often the fiscal address again."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict

from companies.forms import IssuingAddressForm
from companies.models import Address, Company
from onboarding import place_of_issue
from onboarding.steps.direccion_fiscal import (
    FiscalAddressStep,
    address_question,
    amended_by_the_postal_code,
    summary_of,
    unknown_postal_code,
)
from onboarding.wizard.doubts import Doubt
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.requirement import Requirement
from onboarding.wizard.step import Action, Context, Redraw, Step, Summary, Visit
from onboarding.wizard.stepper import number_of

PARTED = "Guardamos la dirección de emisión como la escribió. Ya no es igual a la fiscal, ni cambia con ella."


class IssuingAddressStep(Step[IssuingAddressForm]):
    """Its own address, or a copy that follows the fiscal one until it is changed here."""

    slug = "direccion-de-emision"
    title = "Dirección de emisión"
    heading = "¿Desde dónde emite sus facturas?"
    lead = "Si factura desde su domicilio fiscal, deje marcado «Igual a la fiscal»."
    in_short = "desde donde factura"
    needs = "la dirección desde donde factura, si no es la fiscal"
    minutes = 1
    form_class = IssuingAddressForm
    asks = True
    sample_answer = FiscalAddressStep.sample_answer

    def answered(self, progress: Progress) -> Status:
        """An address that is gone is missing, whatever was saved."""
        return super().answered(progress) if progress.facts.has_issuing_address else Status.TODO

    def faulty(self, progress: Progress) -> list[Requirement]:
        """A postal code that the SAT does not have; of a copy of the fiscal address it is said there."""
        return unknown_postal_code(self, progress, Address.Kind.ISSUING)

    def instance(self, progress: Progress) -> Address:
        return progress.addresses[Address.Kind.ISSUING]

    def form_kwargs(self, progress: Progress) -> Context:
        """The address that it may be a copy of; a new one begins as that."""
        fiscal = progress.addresses[Address.Kind.FISCAL]
        is_new = fiscal.pk and not self.instance(progress).pk
        proposed = {**fiscal.content, "follows_fiscal": True} if is_new else {}
        return {"fiscal": fiscal, "proposed": proposed, "places": progress.places}

    def questions(self, progress: Progress) -> list[Doubt]:
        """An address that its own postal code contradicts, and a lugar de expedición that is neither's."""
        address = self.instance(progress)
        own = [] if address.follows_fiscal else address_question(address, progress.places)
        return [*own, *place_of_issue.question(progress)]

    def amend(self, data: QueryDict, progress: Progress) -> QueryDict:
        """«Usar lo que dice el código postal»."""
        return amended_by_the_postal_code(data, self.slug, progress.places)

    def save(self, visit: Visit, form: IssuingAddressForm) -> HttpResponse | None:
        """Saves, and says so when the copy has parted from the fiscal address."""
        address = form.save()
        if visit.pressed == place_of_issue.USE:
            self.issue_from(visit.progress.company, address)
        if form.parted:
            messages.info(visit.request, PARTED)
        return None

    def after_saving(self, visit: Visit, form: IssuingAddressForm) -> Progress:
        """With the address as it was saved; the company knows its lugar de expedición."""
        return visit.progress.with_address(form.instance)

    def issue_from(self, company: Company, address: Address) -> None:
        """The postal code of the address becomes the lugar de expedición, where the SAT knows it."""
        if address.in_catalogue and company.expedition_place != address.postal_code:
            company.expedition_place = address.postal_code
            company.save(update_fields=["expedition_place"])

    def actions(self) -> dict[str, Action]:
        """«Copiar dirección fiscal»: on the server, so that it works without JavaScript."""
        return {"copiar": self.copy_fiscal_address}

    def copy_fiscal_address(self, visit: Visit) -> None:
        """Copies it, or says where it is written."""
        if Address.copy_fiscal(visit.progress.company):
            messages.success(visit.request, "Copiamos su dirección fiscal. Revísela y guarde para continuar.")
            return
        number = number_of(FiscalAddressStep.slug, visit.pages)
        messages.warning(visit.request, f"Primero escriba su dirección fiscal en el paso {number}.")

    def redraws(self) -> dict[str, Redraw[IssuingAddressForm]]:
        """«Buscar código postal», for browsers without JavaScript."""
        return {"buscar": IssuingAddressForm.look_up}

    def summary(self, progress: Progress) -> Summary:
        return summary_of(self.instance(progress))

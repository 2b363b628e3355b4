"""The address registered at the SAT."""

from django.http import QueryDict

from companies.forms import AddressForm
from companies.models import Address
from companies.sat import postal_codes
from companies.sat.filling import UNKNOWN, believing, contradictions, filled
from companies.sat.postal_codes import Places
from onboarding.wizard.doubts import Doubt, Proposal
from onboarding.wizard.progress import Progress, Status
from onboarding.wizard.requirement import Requirement
from onboarding.wizard.step import AnyStep, Context, Redraw, Step, Summary, Visit


def at(postal_code: str, places: Places) -> dict[str, str]:
    """An address of which only the postal code is known, completed from the SAT's catalogue."""
    return filled({"postal_code": postal_code}, places.find(postal_code)) if postal_code else {}


def summary_of(address: Address) -> Summary:
    """An address on the last page, in as few lines as it needs."""
    if not address.pk:
        return []
    number = " ".join(filter(None, [address.exterior_number, address.interior_number]))
    return [
        ("Calle y número", f"{address.street} {number}"),
        ("Colonia", f"{address.neighborhood}, {address.postal_code}"),
        ("Referencia", address.reference),
        ("Localidad", address.locality),
        ("Municipio y estado", f"{address.municipality}, {address.state}, {address.country}"),
    ]


def unknown_code(kind: str) -> str:
    """The requirement that the SAT's catalogue has the postal code of an address."""
    return f"codigo-desconocido-{kind}"


def unknown_postal_code(step: AnyStep, progress: Progress, kind: Address.Kind) -> list[Requirement]:
    """That the SAT's catalogue has the postal code of a step's address; met, it is not worth a line."""
    code = progress.unknown_postal_codes.get(kind)
    if not code:
        return []
    return [
        step.problem(
            unknown_code(kind),
            title=f"Código postal de la {kind.label.lower()}",
            text=f"El código postal {code} no está en el catálogo del SAT. Compárelo con su constancia; si "
            "ahí dice lo mismo, avise a Asistencia.",
            brief=f"El código postal {code} de la {kind.label.lower()} no está en el catálogo del SAT.",
            action="Corregir el código postal",
        )
    ]


# The button that believes the postal code.
USE_POSTAL_CODE = "codigo-postal"


def address_question(address: Address, places: Places) -> list[Doubt]:
    """What to ask where the SAT's catalogue has the address's postal code in another place, or nowhere."""
    if not address.pk:
        return []
    place = places.find(address.postal_code)
    if place is None:
        return [_unknown_code_question(address)]
    found = contradictions(address.content, place)
    if not found:
        return []
    labels = {name: str(AddressForm.base_fields[name].label) for name in found}
    written = [(labels[name], getattr(address, name) or "(vacío)") for name in found]
    there = ", ".join(found.values())
    return [
        Doubt(
            code=f"codigo-postal-{address.kind}",
            about=(address.postal_code, *(value for _, value in written)),
            sentence=(
                f"Según el SAT, el código postal {address.postal_code} es de {there}; en la "
                f"{address.get_kind_display().lower()} dice {', '.join(it for _, it in written)}."
            ),
            heading=f"El código postal {address.postal_code} es de otro lugar",
            facts=tuple(
                (label, f"Escribió «{value}»; según su código postal es «{said}».")
                for (label, value), said in zip(written, found.values(), strict=True)
            ),
            proposals=(Proposal(USE_POSTAL_CODE, "Usar lo que dice el código postal"),),
        )
    ]


def _unknown_code_question(address: Address) -> Doubt:
    """The catalogue lags behind the streets: a new postal code may be right."""
    code = address.postal_code
    return Doubt(
        code=f"codigo-postal-desconocido-{address.kind}",
        told_by=(unknown_code(address.kind),),
        about=(code,),
        sentence=UNKNOWN.format(code),
        heading=f"No encontramos el código postal {code}",
        keep=Proposal(f"dejar-codigo-postal-{address.kind}", f"Dejar {code}"),
    )


def amended_by_the_postal_code(data: QueryDict, prefix: str, places: Places) -> QueryDict:
    """What was sent, with what its postal code says in the place of what contradicts it."""
    if data.get("accion") != USE_POSTAL_CODE:
        return data
    amended = data.copy()
    typed = {name: str(amended.get(f"{prefix}-{name}", "")) for name in Address.CONTENT}
    if place := places.find(postal_codes.normalize(typed["postal_code"])):
        for name, value in believing(typed, place).items():
            amended[f"{prefix}-{name}"] = value
    return amended


class FiscalAddressStep(Step[AddressForm]):
    """The postal code first: it decides most of the rest."""

    slug = "direccion-fiscal"
    title = "Dirección fiscal"
    heading = "Escriba la dirección fiscal de su empresa"
    lead = "Como está registrada en el SAT; la encuentra en su Constancia de Situación Fiscal."
    in_short = "la que tiene el SAT"
    needs = "su Constancia de Situación Fiscal"
    asked_of = "su contador"
    asked_with = "datos-fiscales"
    form_class = AddressForm
    asks = True
    sample_answer = {
        "street": "Avenida de los Ñandúes",
        "exterior_number": "12-B",
        "interior_number": "",
        "neighborhood": "Centro",
        "postal_code": "37000",
        "reference": "",
        "locality": "León de los Aldama",
        "municipality": "León",
        "state": "Guanajuato",
        "country": "México",
    }

    def answered(self, progress: Progress) -> Status:
        """An address that is gone is missing, whatever was saved."""
        return super().answered(progress) if progress.facts.has_fiscal_address else Status.TODO

    def faulty(self, progress: Progress) -> list[Requirement]:
        """A postal code that the SAT does not have."""
        return unknown_postal_code(self, progress, Address.Kind.FISCAL)

    def instance(self, progress: Progress) -> Address:
        return progress.addresses[Address.Kind.FISCAL]

    def form_kwargs(self, progress: Progress) -> Context:
        """A new address begins with the lugar de expedición, looked up."""
        known = "" if progress.facts.has_fiscal_address else progress.company.expedition_place
        return {"proposed": at(known, progress.places), "places": progress.places}

    def questions(self, progress: Progress) -> list[Doubt]:
        """An address that its own postal code contradicts."""
        return address_question(self.instance(progress), progress.places)

    def after_saving(self, visit: Visit, form: AddressForm) -> Progress:
        """With the address as it was saved."""
        return visit.progress.with_address(form.instance)

    def amend(self, data: QueryDict, progress: Progress) -> QueryDict:
        """«Usar lo que dice el código postal»."""
        return amended_by_the_postal_code(data, self.slug, progress.places)

    def redraws(self) -> dict[str, Redraw[AddressForm]]:
        """«Buscar código postal», for browsers without JavaScript."""
        return {"buscar": AddressForm.look_up}

    def summary(self, progress: Progress) -> Summary:
        return summary_of(self.instance(progress))

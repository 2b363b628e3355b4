"""Step 5: the address registered at the SAT."""

from companies.forms import AddressForm
from companies.models import Address
from onboarding.progress import Progress, Status
from onboarding.steps.base import Step, saved_is_done


def _state(step: Step, progress: Progress) -> Status:
    return saved_is_done(step, progress) if progress.onboarding.has_fiscal_address else Status.TODO


def _address(progress: Progress) -> Address:
    return progress.addresses[Address.Kind.FISCAL]


def summary_of(address: Address) -> list[tuple[str, str]]:
    """An address on the last page, in two lines."""
    if not address.pk:
        return []
    number = " ".join(filter(None, [address.exterior_number, address.interior_number]))
    return [
        ("Calle y número", f"{address.street} {number}"),
        ("Colonia", f"{address.neighborhood}, {address.postal_code}"),
        ("Municipio y estado", f"{address.municipality}, {address.state}, {address.country}"),
    ]


step = Step(
    slug="direccion-fiscal",
    title="Dirección fiscal",
    heading="Escriba la dirección fiscal de su empresa",
    lead="Como está registrada en el SAT; la encuentra en su Constancia de Situación Fiscal.",
    form_class=AddressForm,
    state=_state,
    instance=_address,
    rows=lambda progress: [_address(progress)],
    redraws={"buscar": AddressForm.look_up},
    summary=lambda progress: summary_of(_address(progress)),
)

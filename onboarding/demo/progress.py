"""How far the half-way issuer has come: rows as its own saves would have left them."""

from django.utils import timezone

from companies.accounts.password_reset import set_own_password
from companies.models import Address, Company, ManifestLetter, PrivacyNotice, User
from onboarding.demo import cast
from onboarding.models import StepState

SAVED = ["carta-manifiesto", "datos-fiscales", "direccion-fiscal", "direccion-de-emision", "usuario"]


def go_half_way(user: User, notice: PrivacyNotice, password: str) -> None:
    """The steps up to its user, done with plausible data. `password` replaces the temporary one."""
    company = Company.objects.select_related("onboarding").get(users=user)
    notice.accept(company, user, address="127.0.0.1", browser="Demostración")
    ManifestLetter.objects.create(company=company, manual_made_at=timezone.now())
    company.tax_regime = cast.HALF_WAY_TAX_REGIME
    company.expedition_place = cast.HALF_WAY_ADDRESS["postal_code"]
    company.save(update_fields=["tax_regime", "expedition_place"])
    for kind in Address.Kind:
        Address.objects.create(company=company, kind=kind, **cast.HALF_WAY_ADDRESS)
    _settle_in(user, password)
    for slug in SAVED:
        StepState.objects.create(onboarding=company.onboarding, slug=slug, saved_at=timezone.now())


def _settle_in(user: User, password: str) -> None:
    user.initials = cast.HALF_WAY_INITIALS
    user.confirmed_email = user.email
    columns = set_own_password(user, password)
    user.save(update_fields=["initials", "confirmed_email", *columns])

"""Plants the demo: who works here, the notice, two issuers, and a CSD pair for each."""

import os
from pathlib import Path

import pghistory
from django.conf import settings
from django.db import transaction

from companies.models import Company, Distributor, PrivacyNotice, User
from onboarding.demo import accounts, cast, csd_files, people
from onboarding.demo.accounts import DemoAccount
from onboarding.demo.cast import DemoStaff
from onboarding.demo.progress import go_half_way
from onboarding.models import StepState

# User name and password.
type Credentials = tuple[str, str]

NOTICE_VERSION = "muestra-1"
NOTICE_FILE = Path(__file__).with_name("aviso.txt")


def plant(folder: Path, *, mails: Path) -> None:
    """Adds what is missing and writes `cuentas.json`. Raises people.NoMail."""
    file = folder / "cuentas.json"
    known = {rol: account.contrasena for rol, account in accounts.load(file).items()}
    with pghistory.context(source="seed_demo"):
        notice = _notice()
        distributor, boss = _lead(known.get("distribuidor", ""))
        clerk = _works_for(distributor, cast.CLERK, User.DistributorRole.CLERK, known.get("operador", ""))
        reader = _works_for(distributor, cast.READER, User.DistributorRole.READER, known.get("consulta", ""))
        support, support_password = people.staff(cast.SUPPORT, User.Role.SUPPORT, known.get("soporte", ""))
        new, new_password = people.issuer(cast.NEW, distributor, known.get("emisor_nuevo", ""), mails)
        half_way, half_way_password = _half_way(distributor, notice, known.get("emisor_a_medias", ""), mails)
    accounts.save(
        file,
        [
            _issuer("emisor_nuevo", new, new_password, folder),
            _issuer("emisor_a_medias", half_way, half_way_password, folder),
            DemoAccount("distribuidor", *boss),
            DemoAccount("soporte", support.username, support_password),
            DemoAccount("operador", *clerk),
            DemoAccount("consulta", *reader),
        ],
    )


def _notice() -> PrivacyNotice:
    """The notice in force; the sample, when none has been published."""
    notice = PrivacyNotice.objects.in_force()
    if notice is None:
        notice = PrivacyNotice(version=NOTICE_VERSION, text=NOTICE_FILE.read_text(encoding="utf-8"))
        notice.publish()
    return notice


@transaction.atomic
def _lead(known: str) -> tuple[Distributor, Credentials]:
    """The distributor, and who leads it."""
    user = people.find(cast.DISTRIBUTOR.username)
    distributor = user.distributor if user else None
    distributor = distributor or Distributor.objects.create(name=cast.DISTRIBUTOR_NAME)
    return distributor, _works_for(distributor, cast.DISTRIBUTOR, User.DistributorRole.LEAD, known)


def _works_for(
    distributor: Distributor, person: DemoStaff, does: User.DistributorRole, known: str
) -> Credentials:
    role = User.Role.DISTRIBUTOR
    user, password = people.staff(person, role, known, distributor=distributor, distributor_role=does)
    return user.username, password


def _half_way(distributor: Distributor, notice: PrivacyNotice, known: str, mails: Path) -> tuple[User, str]:
    user, password = people.issuer(cast.HALF_WAY, distributor, known, mails)
    if not StepState.objects.filter(onboarding__company=user.company_id).exists():
        password = people.new_password()
        with transaction.atomic():
            go_half_way(user, notice, password)
    return user, password


def _issuer(rol: str, user: User, password: str, folder: Path) -> DemoAccount:
    """The entry of an issuer, with a CSD pair for the RFC that its company has now."""
    company = Company.objects.get(users=user)
    pair = csd_files.pair_for(company, folder / "sellos")
    return DemoAccount(
        rol=rol,
        usuario=user.username,
        contrasena=password,
        rfc=company.rfc,
        cer=os.path.relpath(pair.certificate, settings.BASE_DIR),
        key=os.path.relpath(pair.key, settings.BASE_DIR),
        clave_csd=csd_files.PASSWORD,
    )

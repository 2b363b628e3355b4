"""`manage.py seed_demo`: what it plants. With a worker and real mail, the journeys of `make run` do it."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.forms import model_to_dict
from pytest_django.fixtures import Settings

from certificates.x509.certificate import CertificateKind, load
from companies.forms import AddressForm, FiscalDataForm, UserForm
from companies.models import Address, Company, PrivacyNotice, User
from companies.sat import rfc
from onboarding.demo import cast, csd_files, people
from onboarding.demo.progress import go_half_way
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def half_way(issuer: User) -> User:
    company = Company.objects.get(users=issuer)
    company.name, company.rfc, company.phone = cast.HALF_WAY.name, cast.HALF_WAY.rfc, cast.HALF_WAY.phone
    company.save()
    User.objects.filter(pk=issuer.pk).update(phone=cast.HALF_WAY.phone)
    notice = PrivacyNotice(version="1", text="Aviso")
    notice.publish()
    go_half_way(issuer, notice, "Una-contraseña-9")
    return User.objects.get(pk=issuer.pk)


def test_the_half_way_issuer_has_done_the_steps_up_to_its_user(half_way: User) -> None:
    progress = Progress.of(half_way)

    assert [
        step.slug for step in STEPS if step.counts and not step.optional and not step.blocks(progress)
    ] == [
        "aviso-de-privacidad",
        "carta-manifiesto",
        "datos-fiscales",
        "direccion-fiscal",
        "direccion-de-emision",
        "usuario",
    ]


def test_the_pages_would_have_taken_its_data_as_they_are(half_way: User) -> None:
    company = Company.objects.get(users=half_way)
    fiscal = company.addresses.get(kind=Address.Kind.FISCAL)
    forms = [
        FiscalDataForm(model_to_dict(company), instance=company),
        AddressForm(model_to_dict(fiscal), instance=fiscal),
        UserForm(model_to_dict(half_way, exclude=["password"]), instance=half_way),
    ]

    assert [form.errors for form in forms] == [{}, {}, {}]
    assert [form.has_changed() for form in forms] == [False, False, False]


@pytest.mark.parametrize("issuer", [cast.NEW, cast.HALF_WAY])
def test_the_rfcs_are_without_doubt(issuer: cast.DemoIssuer) -> None:
    assert rfc.parse(issuer.rfc).digit_agrees


def test_a_user_is_found_again_after_a_new_name(issuer: User) -> None:
    issuer.username = "otro.nombre"
    issuer.save(update_fields=["username"])

    assert people.find("panaderia") == issuer
    assert people.find("otro.nombre") is None


def test_staff_keep_their_password_while_it_is_known_and_get_one_otherwise(db: None) -> None:
    user, first = people.staff(cast.SUPPORT, User.Role.SUPPORT, "")
    same, kept = people.staff(cast.SUPPORT, User.Role.SUPPORT, first)
    again, second = people.staff(cast.SUPPORT, User.Role.SUPPORT, "")

    assert user == same == again
    assert (kept, second != first) == (first, True)
    assert again.check_password(second)


def test_the_pairs_are_a_csd_and_a_fiel_of_the_companys_rfc(issuer: User, tmp_path: Path) -> None:
    company = Company.objects.get(users=issuer)

    files = csd_files.pair_for(company, tmp_path)

    csd = load(files.certificate.read_bytes())
    [fiel_file] = (tmp_path / company.rfc / "fiel").glob("*.cer")
    fiel = load(fiel_file.read_bytes())
    assert (csd.kind, fiel.kind) == (CertificateKind.CSD, CertificateKind.FIEL)
    assert csd.rfc == fiel.rfc == company.rfc
    assert csd_files.pair_for(company, tmp_path) == files


def test_pairs_made_later_are_of_the_same_authority(issuer: User, other_issuer: User, tmp_path: Path) -> None:
    pairs = [csd_files.pair_for(Company.objects.get(users=user), tmp_path) for user in (issuer, other_issuer)]

    issuers = {load(pair.certificate.read_bytes()).issuer for pair in pairs}
    assert issuers == {load((tmp_path / "autoridad.cer").read_bytes()).subject}


def test_it_keeps_away_from_a_site_that_is_no_demo(settings: Settings) -> None:
    settings.DEMO_MAIL_DIR = None

    with pytest.raises(CommandError, match="solo para «make run»"):
        call_command("seed_demo")

    assert not User.objects.exists()

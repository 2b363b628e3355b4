"""Who was asked to do one step × every address of the site × GET and POST: that step, and nothing else.

The addresses come from the resolver: the site's own, admin's rows, and those below /encargo/.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from companies.models import Company, User
from onboarding.delegation import services
from onboarding.delegation.addresses import open_to_delegates
from onboarding.delegation.middleware import ROOT, URLCONF
from onboarding.delegation.models import Delegation
from onboarding.delegation.scope import asked_step, steps_of
from onboarding.documents import kinds
from onboarding.steps import STEPS
from tests.journeys.test_addresses import PUBLIC, address, ours, patterns, readable
from tests.journeys.test_admin_matrix import addresses_of
from tests.onboarding.backoffice.rows import rows_of
from tests.onboarding.delegation.conftest import AskedPerson

# Which addresses below /encargo/ each request opens, beside the page that says how it stands.
OPENED = {
    # The constancia of its own signature, and of no other: test_gate_letter.py.
    "carta-manifiesto": {"carta_manual", "carta_acuse", "paso carta-manifiesto"},
    "datos-fiscales": {"codigo_postal", "constancia", "paso datos-fiscales", "paso direccion-fiscal"},
    "sellos": {"sellos_estado", "paso sellos"},
    "correo": {"correo_estado", "paso correo"},
}
# What the page of the letter asks by its script.
IN_JSON = {"carta_preparar", "carta_firmar"}
# What of the issuer's account and of its other steps nobody who was asked may read.
HIDDEN = ("4779998877", "casa@example.com", "Calle Secreta 99", "Serie Secreta", "IÑ9", "soporte puede")
# Of another company, whoever asked.
THEIRS = ("NUPJ800101AB2", "NÚÑEZ PEÑA", "jose@example.com")


@pytest.fixture
def cast(issuer: User, other_issuer: User) -> User:
    """The issuer, ready, with a row of each kind and things to hide; and another with the same."""
    for user in (issuer, other_issuer):
        rows_of(user)
    Delegation.objects.filter(company=issuer.company).end(Delegation.End.REVOKED)
    User.objects.filter(pk=issuer.pk).update(
        phone="4779998877", alternate_email="casa@example.com", initials="IÑ9"
    )
    company = Company.objects.get(users=issuer)
    company.addresses.create(
        kind="issuing",
        street="Calle Secreta 99",
        exterior_number="1",
        neighborhood="Centro",
        postal_code="06000",
        municipality="Cuauhtémoc",
        state="Ciudad de México",
    )
    company.document_types.update(series="SECRETA")
    issuer.refresh_from_db()
    return issuer


def person(issuer: User, slug: str) -> AskedPerson:
    """Who was asked, with the notice accepted."""
    step = asked_step(slug)
    assert step is not None
    asked = services.ask(issuer, step, name="Ana", email="ana@example.com", message="")
    return AskedPerson(Client(), asked).accept()


def below() -> Iterator[tuple[str, str]]:
    """Every address below /encargo/ that only who was asked opens."""
    for pattern in open_to_delegates:
        name, route = str(pattern.name), "/" + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if name == "paso":
            yield from ((f"paso {step.slug}", f"{ROOT}{step.slug}/") for step in STEPS)
        elif name not in ("configuracion", "panel"):
            yield name, address(route)


def asked(client: Client, url: str) -> Iterator[Any]:
    yield client.get(url)
    yield client.post(url)


def test_every_address_below_is_known() -> None:
    known = {name.partition(" ")[0] for name, _ in below()}
    found = {
        str(pattern.name)
        for route, pattern in patterns(get_resolver(URLCONF))
        if route.startswith(ROOT.strip("/")) and pattern.name
    }

    assert known == {name.partition(" ")[0] for names in OPENED.values() for name in names} | {
        "validador_sat",
        "validador_sat_estado",
        "correo_conectar",
        "encargo_autorizado",
        "carta_preparar",
        "carta_firmar",
        "carta_constancia",
    }
    assert found - known == {"encargo", "encargo_abrir", "encargo_enlace", "configuracion", "panel"}


@pytest.mark.parametrize("slug", OPENED)
def test_one_step_is_open_and_says_nothing_of_the_others(cast: User, slug: str) -> None:
    ana = person(cast, slug)
    opened = set()
    for name, url in below():
        for response in asked(ana.client, url):
            text = readable(response)
            assert response.status_code < 500, url
            assert not [word for word in (*HIDDEN, *THEIRS) if word in text], (url, text)
            assert "/configuracion/" not in text, url
            if response.status_code == 200:
                opened.add(name)
            elif name in IN_JSON:
                assert response.status_code in (302, 400, 401, 405), (url, response.status_code)
            elif name not in OPENED[slug] and response.status_code != 404:
                assert response.status_code in (302, 404, 405), (url, response.status_code)
                assert response.headers.get("Location", "/encargo/") == "/encargo/", url

    assert opened == OPENED[slug]
    assert {f"paso {step.slug}" for step in steps_of(slug)} <= opened


def test_nothing_of_the_site_is_open_besides(cast: User, other_issuer: User) -> None:
    """To who was asked everything else is as to anybody who has not signed in."""
    ana = person(cast, "datos-fiscales")
    urls = {name: address(route) for name, route in ours().items() if name not in PUBLIC}
    urls |= {step.slug: f"/configuracion/{step.slug}/" for step in STEPS}
    urls |= {str(url.name): "/" + str(url.pattern) for url in kinds.urls()}
    of_admin = addresses_of([*rows_of_both(cast, other_issuer)])
    secrets = (cast.company.rfc if cast.company else "", "ÑAPA", *HIDDEN, *THEIRS)

    for url in [*urls.values(), *of_admin]:
        for response in asked(ana.client, url):
            assert response.status_code in (302, 401, 404, 405), (url, response.status_code)
            # A provider sends everybody back to one address; it leads on, and is closed to this person there.
            onward = "/encargo/correo/autorizado/google/?" if "autorizado" in url else ""
            location = response.headers.get("Location", "")
            assert location == onward or not location.startswith(ROOT), url
            assert not [word for word in secrets if word in readable(response)], url


def rows_of_both(issuer: User, other: User) -> Iterator[Any]:
    for user in (issuer, other):
        assert user.company is not None
        yield from (user.company, user, *user.company.csds.all(), *user.company.delegations.all())


@pytest.mark.parametrize("slug", OPENED)
def test_what_is_over_opens_nothing(cast: User, slug: str) -> None:
    def revoked() -> None:
        step = asked_step(slug)
        assert step is not None
        assert cast.company is not None
        services.revoke(cast.company, step)

    def expired() -> None:
        Delegation.objects.update(expires_at=timezone.now())

    def done() -> None:
        Delegation.objects.open().update(done_at=timezone.now())

    for end in (revoked, expired, done):
        ana = person(cast, slug)
        end()
        for _, url in below():
            for response in asked(ana.client, url):
                assert response.status_code in (302, 401, 404, 405), (url, response.status_code)
                assert response.headers.get("Location", "/encargo/") == "/encargo/", url


def test_nobody_who_was_not_asked_is_let_in(cast: User, other_issuer: User) -> None:
    person(cast, "datos-fiscales")
    for user in (None, cast, other_issuer):
        client = Client()
        if user:
            client.force_login(user, backend="companies.accounts.auth.Backend")
        for _, url in below():
            for response in asked(client, url):
                assert response.status_code == 401 or response.headers.get("Location") == "/encargo/", url
        assert client.get("/encargo/").status_code == 404

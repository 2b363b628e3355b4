"""The twelve steps of a new account, and every page of one that has finished them."""

from django.test import Client

from benchmarks.figures import sized
from benchmarks.made_up import MadeUp
from benchmarks.million.cost import Measured
from benchmarks.onboarding import answers
from benchmarks.sql_time import signed_in
from certificates.models import Csd, CsdValidation, TestInvoice
from certificates.testing import Pair
from companies.models import User
from onboarding.steps import STEPS
from tests.authority import known_ca
from tests.conftest import PASSWORD, make_issuer
from tests.onboarding.browser import hidden

AROUND = (
    *(
        "/",
        "/configuracion/",
        "/panel/",
        "/asistencia/",
        "/manuales/",
        "/manuales/guia/",
        "/manuales/guia.pdf",
    ),
    "/entrar/sesiones/",
)
FRAGMENTS = ("sellos/estado/", "correo/estado/", "carta-manifiesto/estado/", "prueba/estado/")
FILES = (
    *("logotipo/factura.svg", "logotipo/factura.pdf", "terminar/acta.pdf", "carta-manifiesto/manual.pdf"),
    *("aviso-de-privacidad/texto/", "codigo-postal/06000/", "constancia/"),
)
NAME, RFC = "PANADERÍA LA ÑAPA", "PNA190312AB1"


def issuers(measured: Measured, made: MadeUp) -> User:
    """The twelve steps, twice with a new account; then every page of one that has finished them, and who."""
    distributors = (made.small, made.large)[sized(0, 1) :]
    walks = [Measured(1) for _ in distributors]
    for number, (distributor, walk) in enumerate(zip(distributors, walks, strict=True)):
        # The RFC is the former account's no longer.
        Csd.objects.filter(rfc=RFC, state=Csd.State.ACTIVE).end(Csd.State.REPLACED)
        user = make_issuer(distributor, name=NAME, rfc=RFC, username=f"panaderia{number}")
        client = signed_in(user)
        pair = known_ca().issue(rfc=RFC, name=NAME)
        for step in STEPS:
            _step(walk, client, step.slug, pair, user)
    for name in walks[0].costs:
        measured.costs[name] = min((walk.costs[name] for walk in walks), key=lambda cost: cost.milliseconds)
        measured.asked |= walks[0].asked
    for address in (*AROUND, *(f"/configuracion/{end}" for end in (*FRAGMENTS, *FILES))):
        measured.get(f"issuer {address}", client, address)
    invoice(measured, client)
    return user


def invoice(measured: Measured, client: Client) -> None:
    """«Probar mi factura», its work and its XML; and the switch for support."""
    measured.post("issuer POST prueba", client, "/configuracion/prueba/", {})
    measured.work("job of a test invoice", TestInvoice.objects.latest("created_at"))
    for end in ("estado/", "muestra.xml"):
        measured.get(f"issuer prueba/{end}", client, f"/configuracion/prueba/{end}")
    measured.post("issuer POST panel/soporte", client, "/panel/soporte/", {"accion": "permitir"})


def _step(measured: Measured, client: Client, slug: str, pair: Pair, user: User) -> None:
    address = f"/configuracion/{slug}/"
    page = measured.get(f"issuer GET {slug}", client, address, rounds=2)
    given = answers(slug, pair)
    if slug == "usuario":
        given |= {"current_password": PASSWORD, "username": user.username}
    data = hidden(page) | {f"{slug}-{name}": value for name, value in given.items()}
    sent = measured.post(f"issuer POST {slug}", client, address, data)
    assert sent.status_code == 302, slug
    if slug == "sellos":
        validation = CsdValidation.objects.filter(state="queued").order_by("-created_at").first()
        assert validation is not None
        measured.work("job of a CSD", validation)

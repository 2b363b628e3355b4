"""What is asked without an account or before signing in: the door, forgotten passwords, links of mails."""

from urllib.parse import urlsplit

from django.contrib.auth.tokens import default_token_generator
from django.test import Client, override_settings
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from benchmarks.million.cost import Measured
from benchmarks.sql_time import signed_in
from companies.accounts import email_confirmation, held_email, renewal
from companies.models import Company, ResetRequest, User
from mailing.models import Message
from onboarding.delegation import links
from onboarding.models import Delegation, Reminder
from onboarding.reminders.services import stop_url
from tests.conftest import PASSWORD, make_issuer
from tests.onboarding.answers import ANSWERS
from tests.onboarding.browser import Tab

PUBLIC = ("/salud/vivo/", "/salud/listo/", "/entrar/", "/recuperar/")
TOKEN = "a-token-of-numbers"


def visitors(measured: Measured, issuer: User) -> None:
    """Everything about one more account of the issuer's distributor."""
    distributor = Company.objects.get(users=issuer).distributor.users.get()
    user = make_issuer(distributor, name="FERRETERÍA EL ÑANDÚ", rfc="FNA190312AB3", username="ferreteria")
    for address in PUBLIC:
        measured.get(f"visitor {address}", Client(), address)
    with override_settings(METRICS_TOKEN=TOKEN):
        measured.get("visitor /metrics", Client(headers={"Authorization": f"Bearer {TOKEN}"}), "/metrics")
    door(measured, user)
    forgotten(measured, user)
    of_mails(measured, user)
    delegation(measured, user)


def door(measured: Measured, user: User) -> None:
    """In by the name, by the address, not in, out."""
    for what, name in (("name", user.username), ("address", user.email)):
        client = Client()
        sent = {"username": name, "password": PASSWORD}
        measured.post(f"visitor POST entrar by {what}", client, "/entrar/", sent)
    measured.post("visitor POST salir", client, "/salir/", {})
    wrong = {"username": "nadie@example.com", "password": "x"}
    measured.post("visitor POST entrar, unknown", Client(), "/entrar/", wrong)


def forgotten(measured: Measured, user: User) -> None:
    """Asked for by name and by address, worked on, and a new password chosen."""
    for what, asked_for in (("name", user.username), ("address", user.email), ("unknown", "a@b.example")):
        measured.post(f"visitor POST recuperar, {what}", Client(), "/recuperar/", {"asked_for": asked_for})
        measured.work(f"job of a reset request, {what}", ResetRequest.objects.latest("created_at"))
    # When somebody came in last is part of the token.
    user.refresh_from_db()
    client, key = Client(), urlsafe_base64_encode(force_bytes(user.pk))
    link = f"/recuperar/{key}/{default_token_generator.make_token(user)}/"
    shown = measured.get("visitor GET recuperar, the link", client, link, rounds=1)
    new = {"password": "Caballo-Nuevo-7", "password_confirmation": "Caballo-Nuevo-7"}
    measured.post("visitor POST recuperar, the link", client, shown["Location"], new)


def of_mails(measured: Measured, user: User) -> None:
    """What the links of mails show, which are signed."""
    user.refresh_from_db()
    tokens = {
        "correo": email_confirmation.email_token(user, user.email),
        "no-fui-yo": held_email.token(user),
        "credenciales": renewal.token(user),
    }
    for name, token in tokens.items():
        address = f"/recuperar/{name}/{token}/"
        # Where nothing waits for the link, the page says so (410): it found the same row.
        measured.get(f"visitor recuperar/{name}", Client(), address, shown=(200, 410))
    stop = urlsplit(stop_url(Reminder.objects.latest("pk"))).path
    measured.get("visitor GET recordatorios", Client(), stop)
    measured.post("visitor POST recordatorios", Client(), stop, {})


def delegation(measured: Measured, user: User) -> None:
    """A step is asked of somebody, who opens the link, accepts and sees it; then it is taken back."""
    client, notice = signed_in(user), "aviso-de-privacidad"
    Tab(client).submit(notice, ANSWERS[notice]())
    asking = "/configuracion/sellos/pedir/"
    measured.get("issuer GET pedir", client, asking)
    sent = {"name": "Ana Contadora", "email": "ana@despacho.example", "message": ""}
    measured.post("issuer POST pedir", client, asking, sent)
    asked = Delegation.objects.latest("created_at")
    measured.work("mail onboarding.delegation", Message.objects.latest("created_at"))
    asked.refresh_from_db()
    ana, token = Client(), links.token(asked)
    measured.get("asked GET enlace", ana, f"/encargo/enlace/{token}/")
    measured.post("asked POST abrir", ana, "/encargo/abrir/", {"enlace": token, "accion": "abrir"})
    measured.get("asked GET encargo", ana, "/encargo/")
    measured.post("asked POST encargo", ana, "/encargo/", {"accion": "aceptar"})
    measured.get("asked GET sellos", ana, "/encargo/sellos/")
    measured.post("issuer POST pedir/retirar", client, f"{asking}retirar/", {})

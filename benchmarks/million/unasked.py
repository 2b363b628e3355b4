"""Addresses and jobs that are not asked with a million companies, and why they cost the same with any number.

Whoever adds a page or a job asks for it in one of the modules beside this one, or writes its reason here.
"""

from django.apps import apps
from django.urls import get_resolver

from facturamos.jobs.models import Job
from tests.journeys.test_addresses import patterns

UNASKED: dict[str, tuple[str, ...]] = {
    "Reads no row, or only who has signed in.": (
        *("robots", "favicon", "security_txt", "change_password", "csp", "jsi18n", "view_on_site"),
        *("recuperar_enviado", "recuperar_listo", "login", "logout", "password_change"),
        *("password_change_done", "segundo_factor", "segundo_factor_activar", "segundo_factor_cambiar"),
    ),
    "No field of admin completes what is typed: it answers 403.": ("autocomplete",),
    "Only where the product is shown: no such page in production.": ("demo_correo", "demo_correo_mensaje"),
    "One file, by the key of its row.": (
        *("logotipo_imagen", "descarga", "carta_acuse", "carta_constancia", "carta_evidencia"),
        *("companies_manifestletter_acuse", "companies_formerletter_acuse"),
    ),
    "The company's own letter, signed in the browser: rows of one company, by key.": (
        *("carta_preparar", "carta_firmar"),
    ),
    "Waits for somebody else's server, and reads the row it is about.": (
        *("estado_comprobar", "validador_sat", "validador_sat_estado", "correo_conectar"),
        *("correo_autorizado", "companies.ValidatorQuery", "certificates.LetterSubmission"),
        *("mailing.MailboxTest", "mailing.GrantProbe", "mailing.Revocation"),
    ),
}


def check(asked: set[str]) -> None:
    """Raises AssertionError with what is in neither list, in both, or in this one and no more."""
    known = {pattern.name for _, pattern in patterns(get_resolver()) if pattern.name}
    known |= {model._meta.label for model in apps.get_models() if issubclass(model, Job)}
    reasoned = {name for names in UNASKED.values() for name in names}
    assert not reasoned & asked, f"asked after all: {sorted(reasoned & asked)}"
    assert reasoned <= known, f"no such address or job: {sorted(reasoned - known)}"
    assert not known - asked - reasoned, f"asked nowhere: {sorted(known - asked - reasoned)}"

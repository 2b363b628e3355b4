"""The user guide, as a page and as a PDF: made of the pages' own words, so that it says what they say.

The pictures are taken of the running product by `make guide`, which also notes what the pages said then
(`MADE_OF`); a test compares, so that nobody changes a page and forgets its picture.
"""

import hashlib
import json
import re
from dataclasses import asdict
from functools import cache
from pathlib import Path

from django.conf import settings
from django.forms import BaseForm, BaseModelForm
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import select_template
from django.utils import timezone
from django.views.decorators.http import require_safe

from certificates.status.overview import CsdStatus
from companies.documents import Guide, GuideField, GuideNote, GuideStep, guide_pdf
from companies.documents.guide import size_of
from companies.forms import DocumentsForm, SignInForm
from companies.models import Address, Company, DocumentType, User
from companies.sat import web_pages as sat
from facturamos.database.statements import Relation
from facturamos.forms import Field as PageField
from onboarding.delegation.models import Delegation
from onboarding.documents.registry import Pdf
from onboarding.models import Onboarding, OnboardingFacts
from onboarding.steps import STEPS
from onboarding.wizard.progress import Progress
from onboarding.wizard.step import AnyStep
from onboarding.wizard.stepper import FIRST_NUMBER

PICTURES = Path(settings.BASE_DIR) / "static" / "img" / "guia"
MADE_OF = PICTURES / "hecha-de.json"
BUTTON = re.compile(r"<button(?![^>]*class=\"default\")[^>]*>([^<{]+)</button>")
INCLUDE = re.compile(r"{% include \"(onboarding/[^\"]+)\"[^%]*%}")
# A field of the form; or one of ours that is only shown, or that a script takes up: its label and its hint.
SHOWN = re.compile(
    r"form\.(?P<name>\w+)\.as_field_group"
    r"|<label for=\"[\w-]+\">(?P<label>[^<{]+)</label></p>\s*<p class=\"hint\"[^>]*>(?P<hint>[^<{]+)</p>"
    r"\s*<(?:output|p class=\"error\")"
    r"|<input type=\"checkbox\"[^>]*>\s*<label[^>]*>(?P<tick>[^<{]+)</label>"
)
SIGN_IN = "entrar"
CONSTANCIA = GuideNote(
    "Su Constancia de Situación Fiscal se descarga gratis del SAT, con su RFC y contraseña o con su e.firma. "
    "También la da la aplicación SAT Móvil.",
    sat.CONSTANCIA,
)
# Where one gets what a step asks for.
NOTES = {
    "carta-manifiesto": (
        GuideNote(
            "El certificado (.cer) de su e.firma se descarga otra vez en CertiSAT Web, en «Recuperación de "
            "certificados». La llave (.key) está donde se generó: el SAT no tiene copia.",
            sat.CERTISAT,
        ),
    ),
    "datos-fiscales": (CONSTANCIA,),
    "direccion-fiscal": (CONSTANCIA,),
    "sellos": (
        GuideNote(
            "Primero genere la solicitud (.sdg) y la llave (.key) con el programa Certifica del SAT, con su "
            "e.firma vigente. Ahí elige la contraseña de la llave: anótela.",
            sat.CERTIFICA,
        ),
        GuideNote(
            "Después envíe la solicitud en CertiSAT Web y, ahí mismo, descargue su CSD (.cer) en "
            "«Recuperación de certificados». También sirve para descargar otra vez un CSD que ya tiene.",
            sat.CERTISAT,
        ),
    ),
    "correo": (
        GuideNote(
            "Gmail pide una «contraseña de aplicación» de 16 letras en lugar de la de siempre. Active "
            "antes la verificación en dos pasos de su cuenta de Google.",
            "https://myaccount.google.com/apppasswords",
        ),
        GuideNote("Yahoo la da en «Seguridad de la cuenta».", "https://login.yahoo.com/account/security"),
        GuideNote(
            "iCloud la da en «Inicio de sesión y seguridad», «Contraseñas específicas de apps».",
            "https://account.apple.com/account/manage",
        ),
    ),
}


ASKING = (
    "¿Lo hace alguien más, como {}? Presione «{}»: le llega un enlace que abre solo este paso, sin cuenta, "
    "durante {} días."
)


@cache
def steps() -> tuple[GuideStep, ...]:
    """Every step of the guide; the first is signing in."""
    return (_sign_in(), *(_step(number, page) for number, page in enumerate(STEPS, FIRST_NUMBER)))


def _sign_in() -> GuideStep:
    return GuideStep(
        number=1,
        slug=SIGN_IN,
        title="Iniciar sesión",
        heading="Entre a su cuenta",
        lead="Use los datos que le llegaron desde facturamos@sistemasperseo.com. Si no los tiene, pídalos "
        "a su distribuidor.",
        fields=_fields(SignInForm()),
        buttons=("Entrar",),
        optional=False,
    )


def _step(number: int, page: AnyStep) -> GuideStep:
    source = _source(page.template_names)
    return GuideStep(
        number=number,
        slug=page.slug,
        title=page.title,
        heading=page.heading,
        lead=page.lead,
        fields=_document_fields() if page.form_class is DocumentsForm else _fields(_form(page), source),
        buttons=_buttons(page),
        optional=page.optional,
        notes=NOTES.get(page.slug, ()),
        asking=ASKING.format(page.asked_of, page.asking, Delegation.LIFETIME.days) if page.asked_of else "",
    )


def _fields(form: BaseForm, source: str = "") -> tuple[GuideField, ...]:
    """In the order of the page; marked as the page marks them for who sees it for the first time.

    A field's last place counts: an earlier one is for who comes back. What the template does not name stands
    in the form's order.
    """
    places = {found["name"] or found["label"] or found["tick"]: found for found in SHOWN.finditer(source)}
    found = [
        _field(form[name]) if place["name"] else GuideField(name, place["hint"] or "", optional=False)
        for name, place in sorted(places.items(), key=lambda each: each[1].start())
        if not place["name"] or name in form.fields
    ]
    rest = [name for name in form.fields if name not in places and not form[name].is_hidden]
    return (*found, *(_field(form[name]) for name in rest))


def _field(field: BoundField) -> GuideField:
    optional = isinstance(field, PageField) and field.optional
    return GuideField(str(field.label), str(field.help_text), optional=optional)


def _document_fields() -> tuple[GuideField, ...]:
    """The form draws three fields for each kind; the guide names them once."""
    kinds = ", ".join(f"{kind.label} ({DocumentType.CFDI_TYPES[kind]})" for kind in DocumentType.Kind)
    return (
        GuideField("Documentos que emite", f"{kinds}.", optional=False),
        GuideField("Serie", "Una para cada documento.", optional=True),
        GuideField("Folio inicial", "El 1, si no lo cambia.", optional=True),
    )


def _form(page: AnyStep) -> BaseForm:
    """The page's form for who sees it for the first time."""
    progress = _newcomer()
    kwargs = page.form_kwargs(progress)
    if issubclass(page.form_class, BaseModelForm):
        kwargs = {**kwargs, "instance": page.instance(progress)}
    form: BaseForm = page.form_class(**kwargs)
    return form


@cache
def _newcomer() -> Progress:
    """A company of which nothing is known yet. It is in no database, and asks none."""
    company = Company(pk=0)
    for name in ("logo", "mailbox", "manifest_letter"):
        Relation(Company, name).note(company, None)
    user = User(pk=0, company=company, password_is_temporary=True)
    onboarding = Onboarding(pk=0, company=company)
    OnboardingFacts(onboarding=onboarding, step_states=[], notice_accepted=False)
    progress = Progress(onboarding, company, user, stored={}, csd=CsdStatus("none"))
    known = {
        "user_now": user,
        "addresses": {kind: Address(company=company, kind=kind) for kind in Address.Kind},
        "documents": [],
    }
    vars(progress).update(known)
    return progress


def _source(names: list[str]) -> str:
    """What a page's template says, with what it includes."""
    source: str = select_template(names).template.source
    return INCLUDE.sub(lambda found: _source([found[1]]), source)


def _buttons(page: AnyStep) -> tuple[str, ...]:
    """The buttons of a page, as its own template writes them: what it includes belongs to an outcome."""
    source: str = select_template(page.template_names).template.source
    found = BUTTON.findall(source)
    if "{% block actions %}" not in source:
        found += ["Guardar y continuar", *(["Omitir por ahora"] if page.optional else [])]
    if "{% block leave %}" not in source:
        found.append("Guardar y salir")
    return tuple(dict.fromkeys(found))


def digest(step: GuideStep) -> str:
    """Names what a step's page says; the notes, and that others may do it, are on no page."""
    said = asdict(step) | {"notes": ()}
    del said["asking"]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


def made_of() -> dict[str, str]:
    """What each step's page said when its picture was taken."""
    found: dict[str, str] = json.loads(MADE_OF.read_text())
    return found


def note_what_it_is_made_of() -> None:
    """Called when all pictures have been taken anew."""
    MADE_OF.write_text(json.dumps({step.slug: digest(step) for step in steps()}, indent=1) + "\n")


@cache
def pictured() -> dict[str, tuple[int, int]]:
    """The steps that have a picture, with its size; a new step does without until `make guide` runs."""
    return {path.stem: size_of(path.read_bytes()) for path in PICTURES.glob("*.png")}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`/manuales/guia/`: the guide as a page."""
    pages = [(step, pictured().get(step.slug)) for step in steps()]
    return render(request, "onboarding/guide.html", {"pages": pages})


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """`/manuales/guia.pdf`: the same as a PDF."""
    return Pdf("guia-de-configuracion.pdf", _content()).response()


@cache
def _content() -> bytes:
    """The guide is the same for everybody until the next version of the site."""
    pictures = {path.stem: path.read_bytes() for path in PICTURES.glob("*.png")}
    return guide_pdf(Guide(settings.SITE_NAME, steps(), timezone.now()), pictures)

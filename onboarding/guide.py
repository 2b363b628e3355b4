"""The user guide, as a page and as PDF: made of the pages' own words, so that it says what they say.

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
from django.forms import BaseForm, Field
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import select_template
from django.utils import timezone
from django.views.decorators.http import require_safe

from companies.forms import DocumentsForm, SignInForm
from companies.models import DocumentType
from companies.papers import Guide, GuideField, GuideStep, guide_pdf
from onboarding.steps import STEPS
from onboarding.steps.base import FIRST_NUMBER, Step

PICTURES = Path(settings.BASE_DIR) / "static" / "img" / "guia"
MADE_OF = PICTURES / "hecha-de.json"
BUTTON = re.compile(r"<button(?![^>]*class=\"default\")[^>]*>([^<{]+)</button>")
SIGN_IN = "entrar"


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
        fields=_fields(SignInForm),
        buttons=("Entrar",),
        optional=False,
    )


def _step(number: int, page: Step) -> GuideStep:
    return GuideStep(
        number=number,
        slug=page.slug,
        title=page.title,
        heading=page.heading,
        lead=page.lead,
        fields=_fields(page.form_class),
        buttons=_buttons(page),
        optional=page.optional,
    )


def _fields(form_class: type[BaseForm]) -> tuple[GuideField, ...]:
    if issubclass(form_class, DocumentsForm):
        return _document_fields()
    # The stubs know `base_fields` on Form and ModelForm, not on what both are made from.
    fields: dict[str, Field] = vars(form_class)["base_fields"]
    return tuple(map(_field, fields.values()))


def _field(field: Field) -> GuideField:
    return GuideField(str(field.label), str(field.help_text), optional=not field.required)


def _document_fields() -> tuple[GuideField, ...]:
    """The form draws three fields for each kind; the guide names them once."""
    kinds = ", ".join(f"{kind.label} ({DocumentType.CFDI_TYPES[kind]})" for kind in DocumentType.Kind)
    return (
        GuideField("Documentos que emite", f"{kinds}.", optional=False),
        GuideField("Serie", "Una para cada documento.", optional=True),
        GuideField("Folio inicial", "El 1, si no lo cambia.", optional=True),
    )


def _buttons(page: Step) -> tuple[str, ...]:
    """The buttons of a page, as its templates write them."""
    template = select_template(page.template_names).template
    found = BUTTON.findall(template.source)
    if "{% block actions %}" not in template.source:
        found += ["Guardar y continuar", *(["Omitir por ahora"] if page.optional else [])]
    return tuple(dict.fromkeys(found))


def digest(step: GuideStep) -> str:
    """Names what a step's page says."""
    return hashlib.sha256(json.dumps(asdict(step), sort_keys=True).encode()).hexdigest()[:16]


def made_of() -> dict[str, str]:
    """What each step's page said when its picture was taken."""
    found: dict[str, str] = json.loads(MADE_OF.read_text())
    return found


def note_what_it_is_made_of() -> None:
    """Called when all pictures have been taken anew."""
    MADE_OF.write_text(json.dumps({step.slug: digest(step) for step in steps()}, indent=1) + "\n")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`/manuales/guia/`: the guide as a page."""
    return render(request, "onboarding/guide.html", {"steps": steps()})


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """`/manuales/guia.pdf`: the same on paper."""
    response = HttpResponse(_paper(), content_type="application/pdf")
    response.headers["Content-Disposition"] = 'attachment; filename="guia-de-configuracion.pdf"'
    return response


@cache
def _paper() -> bytes:
    """The guide is the same for everybody until the next version of the site."""
    pictures = {path.stem: path.read_bytes() for path in PICTURES.glob("*.png")}
    return guide_pdf(Guide(settings.SITE_NAME, steps(), timezone.now()), pictures)

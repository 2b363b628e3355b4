"""The name that the SAT has on record: upper-case and without the régimen societario.

CFDI 4.0 compares the issuer's name with the SAT's record, which leaves out «S.A. DE C.V.» and its
like (Anexo 20, guía de llenado; the refusal is CFDI40139). Certificates carry the suffix, sometimes
twice, and people write it in many ways. What comes out of here is a proposal: the issuer decides.
Letters are never changed: an accent, a Ñ or an & is part of the name.
"""

import re
import unicodedata

from companies.rfc import Persona

# Forms of a company that may be followed by «DE CV».
_WITH_CAPITAL = (
    "SA",
    "SAB",
    "SAPI",
    "SAPIB",
    "SAS",
    "S DE RL",
    "S DE RL MI",
    "S DE RL DE IP",
    "S EN C",
    "S EN CS",
    "S EN C POR A",
    "S EN NC",
    "SC",
    "SCL",
    "SCP",
    "SCS",
    "SC DE RL",
    "SC DE RS",
    "SPR DE RL",
    "SPR DE RI",
    "SPR DE RS",
    "S DE PR DE RL",
)
_WITHOUT_CAPITAL = (
    "AC",
    "ABP",
    "IAP",
    "IASP",
    "IBP",
    "SNC",
    "SCU",
    "SSS",
    "S DE SS",
    "SC DE P",
    "SC DE C",
    "A EN P",
    "ARIC DE RL",
    "SADECV",
)
# The same in full. Accents are optional here because people leave them out.
_IN_FULL = (
    r"SOCIEDAD AN[OÓ]NIMA(?: PROMOTORA DE INVERSI[OÓ]N)?(?: BURS[AÁ]TIL)?(?: DE CAPITAL VARIABLE)?",
    r"SOCIEDAD DE RESPONSABILIDAD LIMITADA(?: MICROINDUSTRIAL)?(?: DE CAPITAL VARIABLE)?",
    r"SOCIEDAD POR ACCIONES SIMPLIFICADA(?: DE CAPITAL VARIABLE)?",
    r"SOCIEDAD EN COMANDITA(?: SIMPLE| POR ACCIONES)?(?: DE CAPITAL VARIABLE)?",
    r"SOCIEDAD EN NOMBRE COLECTIVO(?: DE CAPITAL VARIABLE)?",
    r"SOCIEDAD COOPERATIVA(?: DE RESPONSABILIDAD (?:LIMITADA|SUPLEMENTADA))?(?: DE CAPITAL VARIABLE)?",
    r"SOCIEDAD DE PRODUCCI[OÓ]N RURAL DE RESPONSABILIDAD (?:LIMITADA|ILIMITADA|SUPLEMENTADA)"
    r"(?: DE CAPITAL VARIABLE)?",
    r"SOCIEDAD DE SOLIDARIDAD SOCIAL",
    r"SOCIEDAD NACIONAL DE CR[EÉ]DITO",
    r"SOCIEDAD CIVIL",
    r"ASOCIACI[OÓ]N CIVIL",
    r"ASOCIACI[OÓ]N EN PARTICIPACI[OÓ]N",
    r"INSTITUCI[OÓ]N DE ASISTENCIA PRIVADA",
)
# A lender writes its licence after the form.
_LICENCE = r"(?:[\s,]+SOFOM[\s,]+E\.?\s?(?:N\.?\s?)?R\.?)?"
_LINKS = frozenset({"DE", "EN", "POR"})


def _abbreviated(form: str) -> str:
    """A pattern for one abbreviated form: «SA DE CV» also as «S.A. de C.V.», «S. A DE C V.»."""
    words = form.split()
    # Spaces alone may part the letters inside a longer form; the short ones need more care.
    between = r"\.?\s?" if len(words) > 1 else r"(?:\.\s?)?"
    patterns = [word if word in _LINKS else between.join(word) for word in words]
    return r"[.,\s]+".join(patterns) + r"\.?"


def _suffix() -> re.Pattern[str]:
    several = [f"{form} DE CV" for form in _WITH_CAPITAL]
    forms = sorted((*_WITH_CAPITAL, *_WITHOUT_CAPITAL, *several), key=len, reverse=True)
    long = [_abbreviated(form) for form in forms if " " in form]
    # «U. S. A.» and «U S A» end a name: an initial before a short form means that it is none.
    short = [rf"(?<!\b[A-ZÑ]\.\s){_abbreviated(form)}" for form in forms if " " not in form]
    spaced = [rf"(?<!\b[A-ZÑ]\s){' '.join(form)}" for form in forms if " " not in form]
    return re.compile(rf"[\s,;]+(?:{'|'.join((*long, *short, *spaced, *_IN_FULL))}){_LICENCE}[\s.,;]*$")


_SUFFIX = _suffix()


def propose(name: str, persona: Persona | None = None) -> str:
    """The name as the SAT asks for it; a person's (persona física) has no suffix to lose.

    Applying it twice changes nothing more. A name that is nothing but a suffix is left alone.
    """
    proposal = _upper(name)
    if persona is Persona.FISICA:
        return proposal
    while (shorter := _SUFFIX.sub("", proposal)) != proposal and shorter:
        proposal = shorter
    return proposal


def initials(name: str) -> str:
    """The initials of a person's name, at most four: «María del Carmen Ñáñez» → «MCÑ»."""
    words = [word for word in _upper(name).split() if word not in _PARTICLES]
    return "".join(word[0] for word in words if word[0].isalpha())[:4]


_PARTICLES = frozenset({"DE", "DEL", "LA", "LAS", "LOS", "Y", "E"})


def _upper(name: str) -> str:
    # Composed before and after: upper-casing takes some letters apart.
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper())
    return " ".join(composed.split()).rstrip(" ,;")

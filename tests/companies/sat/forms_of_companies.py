"""The forms of companies as the IMSS lists them, each with the ways in which people write it."""

from collections.abc import Iterator

# Facts; a public copy is in eclipxe13/CfdiUtils.
FORMS = """
A EN P
ABP
AC
AR DE IC
AR DE IC DE CV
AR DE IC DE CV DE RL
AR DE IC DE RI
AR DE IC DE RL
AR DE IC DE RL DE CV
C POR A
FC DE RL
I A S
IAP
IBP
INSTITUCION DE ASISTENCIA SOCIAL PRIVADA
INSTITUCION DE BANCA MULTIPLE
INSTITUTO DE ASISTENCIA SOCIAL
ORGANIZACIONES AUXILIARES DE CREDITO
P EN C
RL Y CV
S A P I DE CV
S C DE P S DE R L DE C V
S C P R DE R L
S DE CV
S DE I DE OL
S DE P DE RL
S DE PR DE RI
S DE PR DE RS
S DE RL
S DE RL ART
S DE RL DE CV
S DE RL DE CV MI
S DE RL DE IP
S DE RL DE IP DE CV
S DE RL MI
S DE RL MI ART
S DE RL MI DE CV
S DE SS
S DE SS DE R L
S DE SS DE RI
S EN C
S EN C DE CV
S EN C DE RI
S EN C DE RI DE CV
S EN C DE RL
S EN C DE RL DE CV
S EN C POR A
S EN C POR A DE CV
S EN C POR A DE RI
S EN C POR A DE RI DE CV
S EN C POR A DE RL
S EN C POR A DE RL DE CV
S EN CS DE CV
S EN NC DE CV
S EN NC DE RI
S EN NC DE RI DE CV
S EN NC DE RL
S EN NC DE RL DE CV
SA
SA DE CV
SA DE CV DE RL
SA DE CV S DE I DE C
SA DE CV SFOL
SA DE CV SFP
SA DE CV SIID
SA DE CV SIID PM
SA DE CV SIRV
SA DE CV SOFOM ENR
SA DE CV SOFOM ER
SA DE RI
SA DE RI DE CV
SA DE RL
SA DE RL DE CV
SA SOFOM EN R
SA SOFOM ER
SAB
SAB DE CV
SAPI
SAPI DE CV
SAPI DE CV,SOFOM,ENR
SAS
SAS DE CV
SC
SC DE C DE B Y S DE RL DE CV
SC DE C DE RL
SC DE C DE RL DE CV
SC DE C DE RS
SC DE C DE RS DE CV
SC DE CV
SC DE CV DE RL
SC DE P DE RL
SC DE P DE RL DE CV
SC DE P DE RS
SC DE P DE RS DE CV
SC DE RI
SC DE RL
SC DE RL DE CV
SC DE RL DE IP Y CV
SC DE RL MI
SC DE RS
SC DE RS DE CV
SC DE S DE RL DE CV
SC PBS RL
SCAPRL DE CV
SCL (LIMITADA)
SCL DE CV
SCP
SCPC DE RL DE CV
SCPR DE RL DE C V
SCS (SUPLEMENTADA)
SCU
SIN TIPO DE SOCIEDAD
SNC
SOCIEDAD CIVIL UNIVERSAL
SOCIEDAD COOPERATIVA
SOCIEDAD COOPERATIVA DE RESPONSABILIDAD LIMITADA
SOCIEDAD EN NOMBRE COLECTIVO
SOCIEDAD MUTUALISTA DE SEGUROS DE VIDA O DE DAÑOS
SOCIEDADES DE INVERSION COMUNES
SOCIEDADES DE INVERSION DE CAPITALES
SOCIEDADES DE INVERSIÓN
SOFOL
SP DE RL DE CV
SPA DE RL DE CV
SPR
SPR DE CV
SPR DE RI
SPR DE RI DE CV
SPR DE RL
SPR DE RL DE CV
SPR DE RS DE CV
U DE C
U DE E
U DE E DE R L
USPR DE RI
USPR DE RL
""".strip().split("\n")
# Listed there, too, and ordinary ends of names: «Galería Art», «Plan L», «Empaques EPS».
AMBIGUOUS = ["AA", "AF", "AFORE", "AG", "ALPR", "APL", "APN", "AR", "ART", "CEL", "EPE", "EPS", "FA", "L"]
AMBIGUOUS += ["MI", "RI", "SGC", "SIEFORE", "SIID", "SL", "UE"]
# What is a word in an abbreviated form, and not letters that may be parted.
WORDS = frozenset({"A", "DE", "EN", "POR", "Y"})


def spellings(form: str) -> Iterator[str]:
    """A form as people write it behind a name."""
    yield from (form, form.lower(), f"{form}.", form.replace(" ", "  "))
    yield from (f", {form}", f" - {form}", f" – {form}", f" ({form})", f"{form}, {form}")
    if any(len(word) > 5 for word in form.split()):
        return  # in words
    dotted = _parted(form, ".")
    yield from (dotted, f", {dotted}", f"- {dotted}", f" ({dotted})", f"{dotted} {form}")
    if " " in form:
        # One word alone may then be the initials that the name ends in.
        yield _parted(form, " ")
        yield _parted(form, ". ")
        yield from (_parted(form, mark) for mark in ("/", "-", "·", ".\u200b", ".\u00a0", " . "))
        yield from (form.replace(" ", mark) for mark in ("-", "_", "/", ".", " - ", "\u2011", "\u3000"))
        yield from (form.title(), _full_width(form), _full_width(dotted), f'"{form}"', f"«{dotted}»")


def _full_width(text: str) -> str:
    """«SA» as «ＳＡ», as a keyboard of East Asia writes it."""
    return "".join(chr(ord(char) + 0xFEE0) if char.isascii() and char != " " else char for char in text)


def _parted(form: str, mark: str) -> str:
    """«SA DE CV» as «S.A. DE C.V.», «S A DE C V» or «S. A. DE C. V.»."""
    return " ".join(word if word in WORDS else mark.join(word) + mark.rstrip() for word in form.split())

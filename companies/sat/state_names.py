"""How people write states, municipios and the country: short («Gto.», «Edomex»), longer, with «Estado de»."""

import re

from companies.sat.postal_codes import folded

# How people call the country.
_MEXICO = {"MEXICO", "MEX", "MX", "ESTADOS UNIDOS MEXICANOS", "REPUBLICA MEXICANA"}
# What they write before the names of states and municipios.
_BEFORE = re.compile(r"\A(?:ESTADO|EDO|MUNICIPIO|MPIO|ALCALDIA|DELEGACION|DEL)(?: DE)? (?=.)")
# As the post, plates and old addresses shorten the states; without their points.
_SHORT = {
    "AGS": "AGUASCALIENTES",
    "BC": "BAJA CALIFORNIA",
    "BCN": "BAJA CALIFORNIA",
    "BCS": "BAJA CALIFORNIA SUR",
    "CAMP": "CAMPECHE",
    "CHIH": "CHIHUAHUA",
    "CHIS": "CHIAPAS",
    "CDMX": "CIUDAD DE MEXICO",
    "DF": "CIUDAD DE MEXICO",
    "DISTRITO FEDERAL": "CIUDAD DE MEXICO",
    "MEXICO DF": "CIUDAD DE MEXICO",
    "COAH": "COAHUILA",
    "COL": "COLIMA",
    "DGO": "DURANGO",
    "EDOMEX": "MEXICO",
    "MEX": "MEXICO",
    "GRO": "GUERRERO",
    "GTO": "GUANAJUATO",
    "HGO": "HIDALGO",
    "JAL": "JALISCO",
    "MICH": "MICHOACAN",
    "MOR": "MORELOS",
    "NAY": "NAYARIT",
    "NL": "NUEVO LEON",
    "OAX": "OAXACA",
    "PUE": "PUEBLA",
    "QRO": "QUERETARO",
    "QROO": "QUINTANA ROO",
    "SIN": "SINALOA",
    "SLP": "SAN LUIS POTOSI",
    "SON": "SONORA",
    "TAB": "TABASCO",
    "TAMPS": "TAMAULIPAS",
    "TLAX": "TLAXCALA",
    "VER": "VERACRUZ",
    "YUC": "YUCATAN",
    "ZAC": "ZACATECAS",
}


def is_mexico(country: str) -> bool:
    """Whether a country's name is Mexico's."""
    return _plain(country) in _MEXICO


def same_place(written: str, said: str) -> bool:
    """«Coahuila» is «Coahuila de Zaragoza»; «Baja California» is not «Baja California Sur»."""
    shorter, longer = sorted((_bare(written), _bare(said)), key=len)
    return shorter == longer or longer.startswith((f"{shorter} DE ", f"{shorter} DEL "))


def _bare(name: str) -> str:
    bare = _BEFORE.sub("", _plain(name))
    # «Q. Roo» and «S. L. P.» have lost their points already.
    return _SHORT.get(bare.replace(" ", ""), _SHORT.get(bare, bare))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[.,]", " ", folded(text)).split())

"""Headings as people write them: which field each one means, and which row of a sheet holds them.

No Django here: the child that takes sheets apart imports this module.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

# A title, a logo's place, an address, a date: the headings come soon after.
SEARCHED_ROWS = 25

_NUMBERED = re.compile(r"\s*\d{1,2}\s*[.)-]\s*(?=\D)")

# What client lists call a field besides its label, the surest first. Written as `key` makes them.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "name": (
        *("razonsocial", "nombreorazonsocial", "razonsocialonombre", "denominacionorazonsocial"),
        *("denominacionsocial", "denominacion", "nombrerazonsocial", "nombredenominacionorazonsocial"),
        *("nombredelaempresa", "nombreempresa", "empresa", "nombrefiscal", "nombredelcontribuyente"),
        *("contribuyente", "nombredelcliente", "nombrecliente", "cliente", "clientes", "emisor", "negocio"),
        *("razonsocialdelaempresa", "razonsocialdelcliente", "razonsocialsat", "compania", "sociedad"),
        *("companyname", "company", "customername", "customer", "clientname", "client", "legalname"),
    ),
    "rfc": (
        *("registrofederaldecontribuyentes", "rfccliente", "rfcdelcliente", "rfcempresa", "rfcdelaempresa"),
        *("rfcemisor", "rfccontribuyente", "claverfc", "rfcsat", "taxid"),
    ),
    "full_name": (
        *("contacto", "nombredelcontacto", "nombrecontacto", "nombrecompleto", "personadecontacto"),
        *("contactoprincipal", "nombredecontacto", "responsable", "nombredelresponsable", "encargado"),
        *("representantelegal", "representante", "atencion", "atenciona", "dueno", "propietario", "titular"),
        *("contactname", "contact", "contactperson", "fullname"),
    ),
    "email": (
        *("correo", "email", "mail", "correoe", "emails", "correoelectronicodelcontacto", "correocontacto"),
        *("correodelcontacto", "correodecontacto", "emaildecontacto", "emailcontacto", "correos"),
        *("direcciondecorreo", "direcciondecorreoelectronico", "correoelectronicodecontacto", "correoelec"),
        *("correoelectronico1", "correo1", "email1", "ecorreo", "correoelectronicoemail"),
        *("emailaddress", "contactemail"),
    ),
    "phone": (
        *("tel", "telefonos", "telefonodecontacto", "telefonodelcontacto", "telcontacto", "telefonocontacto"),
        *("teldecontacto", "numerodetelefono", "numerotelefonico", "notelefono", "notel", "numtel", "telf"),
        *("telefono1", "tel1", "telefonocelular", "telefonomovil", "celular", "cel", "movil", "whatsapp"),
        *("telefonofijo", "phone", "telcel", "numerodecelular", "numcelular", "nocelular", "telefonoempresa"),
        *("phonenumber", "telephone", "mobile", "mobilephone"),
    ),
    "username": ("nombredeusuario", "user", "username", "login", "usuariodeacceso"),
    "expedition_place": (
        *("lugardeexpedicion", "lugarexpedicion", "cpdeexpedicion", "cpexpedicion", "lugardeexpedicioncp"),
        *("codigopostaldeexpedicion", "cplugardeexpedicion", "codigopostallugardeexpedicion"),
    ),
    "tax_regime": (
        *("regimen", "regimenfiscalsat", "regimensat", "clavederegimenfiscal", "claveregimenfiscal"),
        *("claveregimen", "clavederegimen", "cregimenfiscal", "regimenfiscaldelemisor", "regimentributario"),
        *("regimenfiscalclave", "codigoregimen", "regimenes", "regimenesfiscales"),
        *("taxregime",),
    ),
    "postal_code": ("cp", "codpostal", "codigopostalfiscal", "cpfiscal", "zip", "zipcode", "codigop"),
    "neighborhood": (
        "col",
        "fraccionamiento",
        "asentamiento",
        "nombredelacolonia",
        "coloniaofraccionamiento",
    ),
    "street": (
        *("vialidad", "nombredevialidad", "nombredelavialidad", "callefiscal", "nombredelacalle"),
        *("calleoavenida", "avenida"),
    ),
    "exterior_number": (
        *("noexterior", "noext", "numext", "numexterior", "nexterior", "next", "exterior", "ext", "nroext"),
        *("numeroext", "numerodeexterior", "nroexterior", "numero", "num"),
    ),
    "interior_number": (
        *("nointerior", "noint", "numint", "numinterior", "ninterior", "nint", "interior", "int", "nroint"),
        *("numeroint", "numerodeinterior", "nrointerior", "depto", "departamento"),
    ),
    "reference": ("referencias", "entrecalles", "referenciasdeldomicilio", "referenciadomicilio"),
    "locality": ("ciudad", "poblacion", "nombredelalocalidad", "ciudadolocalidad"),
    "municipality": (
        *("mpio", "delegacion", "alcaldia", "municipioodelegacion", "delegacionomunicipio", "demarcacion"),
        *("municipiooalcaldia", "alcaldiaomunicipio", "municipiodelegacion", "delegacionmunicipio"),
        *("alcaldiamunicipio", "municipioalcaldia", "nombredelmunicipio"),
    ),
    "state": ("entidad", "entidadfederativa", "edo", "estadofederativo", "nombredelaentidadfederativa"),
    "country": ("paisdelaempresa", "country"),
}


def key(heading: str) -> str:
    """A heading's letters and digits, without case and accents, nor what is in parentheses.

    «Correo Electrónico (opcional) *», «correo_electronico», «CORREO ELECTRONICO:» and «4. Correo electrónico»
    are the same; so are «C.P.» and «cp».
    """
    heading = _NUMBERED.sub("", heading)
    return _letters(re.sub(r"\([^)]*\)", " ", heading)) or _letters(heading)


def _letters(text: str) -> str:
    # The sign of «N° Ext.» is a letter to Unicode.
    plain = unicodedata.normalize("NFD", re.sub("[ªº°#]", "", text).casefold())
    return "".join(char for char in plain if char.isalnum())


def known_keys(labels: Mapping[str, str]) -> dict[str, str]:
    """Every heading that is known, with its field. `labels` are the fields' own; they win."""
    known = {word: field for field, words in SYNONYMS.items() if field in labels for word in words}
    return known | {key(label): field for field, label in labels.items()}


def matched(cells: Sequence[str], known: Collection[str]) -> int:
    """How many different known headings stand in a row."""
    return len({found for cell in cells if (found := key(cell)) in known})


def row_of_headings(rows: Sequence[Sequence[str]], known: Collection[str]) -> int:
    """The index of the row with most of them among the first ones.

    Of equals the one with most cells: «CLIENTES» alone is a title. Where none has any, the first one with
    more than one cell.
    """
    first = rows[:SEARCHED_ROWS]
    scores = [(matched(cells, known), filled(cells)) for cells in first]
    best = max(scores, default=(0, 0))
    if best[0]:
        return scores.index(best)
    return next((index for index, (_, cells) in enumerate(scores) if cells > 1), 0)


def joined(upper: Sequence[str], lower: Sequence[str], known: Collection[str]) -> list[str]:
    """The headings that stand in two rows, «Contacto» over «Nombre» and «Correo»; empty where they do not.

    The lower row has then nothing but known ones: each of them says more than the group above it.
    """
    filled_ones = [cell for cell in lower if cell]
    if not filled_ones or any(key(cell) not in known for cell in filled_ones):
        return []
    longest = max(len(upper), len(lower))
    above, below = ([*cells, *[""] * (longest - len(cells))] for cells in (upper, lower))
    return [each or group for group, each in zip(above, below, strict=True)]


def filled(cells: Sequence[str]) -> int:
    """How many cells of a row have something in them."""
    return sum(1 for cell in cells if cell)


def letters(position: int) -> str:
    """A column as spreadsheets name it: 0 is A, 26 is AA."""
    found = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        found = chr(65 + rest) + found
    return found

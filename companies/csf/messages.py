"""What is said to people of a file from which nothing could be taken."""

from companies.csf.result import CsfSource

MAX_BYTES = 2 * 1024 * 1024
MAX_PAGES = 10

GET_IT = (
    "Descárguela del portal del SAT («Genera tu Constancia de Situación Fiscal») y súbala tal como llega."
)
REFUSED = {
    "empty": f"El archivo está vacío. {GET_IT}",
    "too_big": f"El archivo pesa más de {MAX_BYTES // 1024**2} MB; el del SAT pesa mucho menos. {GET_IT}",
    "picture": f"Esto es una foto o una imagen, y de ella no podemos leer los datos. {GET_IT}",
    "not_pdf": f"Este archivo no es un PDF. {GET_IT}",
    "scan": f"Este PDF es una foto o un escaneo: no contiene texto que podamos leer. {GET_IT}",
    "little_text": "Este PDF trae muy poco texto, como una foto o un escaneo: no alcanza para leer los "
    f"datos. {GET_IT}",
    "password": f"Este PDF está protegido con contraseña. {GET_IT}",
    "broken": f"Este PDF está dañado o incompleto. {GET_IT}",
    "too_long": f"Este PDF tiene más de {MAX_PAGES} hojas y no parece una constancia. {GET_IT}",
    "too_slow": f"No pudimos leer este PDF a tiempo. {GET_IT}",
    "unavailable": "No pudimos revisar el archivo en este momento. Vuelva a subirlo en un minuto.",
    "other_pdf": f"Este PDF no es una Constancia de Situación Fiscal. {GET_IT}",
    "compliance_opinion": "Esto es una Opinión de cumplimiento del SAT, no la Constancia de Situación "
    f"Fiscal. {GET_IT}",
    "receipt": f"Esto es un acuse del SAT, no la Constancia de Situación Fiscal. {GET_IT}",
    "invoice": f"Esto es una factura (CFDI), no la Constancia de Situación Fiscal. {GET_IT}",
    "no_rfc": f"Parece una constancia, pero no encontramos en ella un RFC completo. {GET_IT}",
    "rfc_disagrees": "El RFC no es el mismo en todas las partes de este PDF y no podemos confiar en él. "
    f"{GET_IT}",
    "other_rfc": "Esta constancia es de otro RFC, no del de su empresa. Suba la de su empresa o, si su RFC "
    "está mal escrito, corríjalo primero en el paso «Datos fiscales».",
}
# A scan or a photograph of which the QR code can be read: it says whose it is, and no more.
QR_ONLY = (
    "De este archivo solo pudimos leer el código QR, que dice que es del RFC {rfc}{id_cif}. Los demás datos "
    f"no se pueden leer de una foto o un escaneo. {GET_IT}"
)
ID_CIF = " (idCIF {})"

READ = {
    CsfSource.CONSTANCIA: "Leímos la constancia del RFC {}.",
    CsfSource.CEDULA: "Leímos la Cédula de Datos Fiscales del RFC {}.",
    CsfSource.VALIDATOR: "Leímos la página del validador del SAT del RFC {}.",
}
PARTIAL = "Solo pudimos leer una parte de este documento: compare cada dato y escriba lo que falta."
NO_REGIME = "Según el documento, ningún régimen está vigente, y sin régimen no se pueden timbrar facturas."
NO_ADDRESS = (
    "La Cédula de Datos Fiscales trae el nombre, el régimen y el código postal, y no el resto de la "
    "dirección. Con su Constancia de Situación Fiscal se llena también la dirección."
)
DATES_DISAGREE = (
    "La fecha de emisión no es la misma arriba que en la cadena original de este documento. Descargue otro."
)

RFC_MISREAD = (
    "En este PDF, cuyo texto no trae Ñ ni acentos, el RFC se lee «{}». Compruebe que la constancia sea de "
    "su empresa."
)
TWICE = "El documento lo dice dos veces, y no igual."
NAME_DIFFERS = "En el encabezado del documento dice «{}»."
NAME_DIFFERS_IN_ACCENTS = "En el encabezado del documento dice «{}», con otros acentos."
NAME_DIFFERS_IN_SPACES = "En el encabezado del documento dice «{}», con otros espacios."
NAME_ONLY_IN_HEAD = "Solo lo encontramos en el encabezado del documento."
NAME_INCOMPLETE = "No encontramos todas sus partes."
NAME_WITHOUT_ACCENTS = "El texto de este PDF no trae acentos ni Ñ, y el nombre puede llevarlos."
CUT_OFF = "La orilla de la hoja lo corta, o corta algo de lo que se compone."
TEXT_WITHOUT_ACCENTS = "El texto de este PDF no trae acentos ni Ñ, y este dato puede llevarlos."
LABELS_MISSING = "Faltan varios datos de la dirección, y este puede ser parte de otro."
MORE_THAN_THIS = "Parece traer también texto de otro dato."
MAYBE_MORE = "Cerca hay otro texto, y no es seguro cuál de los dos es este dato."
KIND_MISSING = "No encontramos el tipo de vialidad, que va antes del nombre."
GLUED = "Parecen varias palabras pegadas."
NOT_FIVE_DIGITS = "No son los cinco dígitos de un código postal."
TOO_LONG = "Es demasiado largo para este dato."

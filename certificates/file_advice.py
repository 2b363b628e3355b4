"""What a file is called that is not the one its field asks for, and what to do next. Pure.

The facts about the SAT's own programs: Certifica leaves the .key and a request on the disk (.sdg for sellos,
.ren for renewing the e.firma, .req for the first one); requests go to the SAT in CertiSAT Web, and there the
.cer is fetched. Nobody but the issuer has the .key.
"""

from dataclasses import dataclass

from certificates.file_types import FileType

LABELS = {"certificate": "Archivo certificado", "key": "Archivo llave"}

_GET_CERTIFICATE = "Suba el .cer de su CSD; se descarga en CertiSAT Web → Recuperación de certificados."
_FIND_KEY = (
    "Suba el .key de su CSD: su nombre empieza con CSD_ y está en la computadora donde se pidió con "
    "Certifica; el SAT no tiene copia."
)
_NOT_OF_THE_SAT = "No viene del SAT."
_NO_PICTURE = "Una foto o captura de pantalla no sirve: hacen falta los archivos mismos."
_KEY_BESIDE = "Suba el .key que Certifica guardó en la misma carpeta que esta solicitud."


@dataclass(frozen=True)
class Advice:
    """The name, one sentence on what it is, and the next action in each of the two fields."""

    name: str
    what: str = ""
    certificate: str = _GET_CERTIFICATE
    key: str = _FIND_KEY


def _inside(verb: str) -> dict[str, str]:
    return {
        "certificate": f"{verb} y suba aquí el archivo que termina en .cer.",
        "key": f"{verb} y suba aquí el archivo que termina en .key.",
    }


def _again(what: str) -> dict[str, str]:
    return {
        "certificate": f"Descárguelo otra vez en CertiSAT Web → Recuperación de certificados{what}.",
        "key": f"Descárguelo otra vez, o cópielo de la computadora donde se generó el CSD{what}.",
    }


ADVICE = {
    FileType.CERTIFICATE: Advice("un certificado", "Su lugar es «Archivo certificado»."),
    FileType.ENCRYPTED_KEY: Advice("una llave privada", "Su lugar es «Archivo llave»."),
    FileType.PLAIN_KEY: Advice("una llave privada sin contraseña", "Las del SAT siempre la llevan."),
    FileType.CONVERTED_KEY: Advice(
        "una llave privada que convirtió otro programa", "Y su lugar es «Archivo llave»."
    ),
    FileType.PUBLIC_KEY: Advice("una llave pública", "No es el certificado ni la llave privada."),
    # --- what the SAT's programs leave
    FileType.SDG: Advice(
        "una solicitud de sellos (.sdg)",
        "Es la solicitud que se envía al SAT, no su respuesta.",
        "Si no la ha enviado, hágalo en CertiSAT Web → Envío de solicitud de certificados de sello digital. "
        "Cuando el SAT la acepte, el .cer se descarga en CertiSAT Web → Recuperación de certificados.",
        _KEY_BESIDE,
    ),
    FileType.REN: Advice(
        "una solicitud para renovar la e.firma (.ren)",
        "Es la solicitud que se envía al SAT para renovar la FIEL; no es de un CSD.",
        "El .cer de su CSD se descarga en CertiSAT Web → Recuperación de certificados.",
    ),
    FileType.REQUEST: Advice(
        "una solicitud de certificado (.req)",
        "Es la solicitud que se envía al SAT, no su respuesta.",
        "El .cer se descarga en CertiSAT Web → Recuperación de certificados.",
        _KEY_BESIDE,
    ),
    FileType.PDF: Advice("un PDF", "El acuse no sirve para facturar."),
    FileType.PROGRAM: Advice("un programa", "Quizá es Certifica mismo, y no los archivos que genera."),
    FileType.HTML: Advice(
        "una página web",
        "En lugar del archivo se guardó la página; suele pasar cuando la sesión del SAT terminó.",
        **_again(""),
    ),
    # --- other formats of certificates and keys
    FileType.PKCS12: Advice(
        "un archivo .pfx o .p12", "Ese formato junta los dos archivos en uno, y el SAT no lo usa."
    ),
    FileType.PKCS7: Advice("un archivo .p7b", "Ese formato no viene del SAT."),
    FileType.SIGNED: Advice("un archivo firmado o cifrado (.p7m)", "No es un certificado ni una llave."),
    FileType.REVOCATIONS: Advice("una lista de certificados revocados (.crl)"),
    FileType.KEYSTORE: Advice("un almacén de llaves (.jks o de Mac)", "Ese formato no viene del SAT."),
    FileType.SSH_KEY: Advice("una llave de SSH", "Sirve para entrar a servidores. " + _NOT_OF_THE_SAT),
    FileType.PGP: Advice("un archivo de PGP", _NOT_OF_THE_SAT),
    # --- wrapped
    FileType.ZIP: Advice("un archivo comprimido (.zip)", **_inside("Ábralo")),
    FileType.ZIP_PAIR: Advice(
        "un archivo comprimido (.zip)", "Trae dentro un .cer y un .key.", **_inside("Ábralo")
    ),
    FileType.ZIP_CERTIFICATE: Advice(
        "un archivo comprimido (.zip)",
        "Trae dentro un .cer, y ningún .key.",
        _inside("Ábralo")["certificate"],
    ),
    FileType.ZIP_KEY: Advice(
        "un archivo comprimido (.zip)",
        "Trae dentro un .key, y ningún .cer.",
        key=_inside("Ábralo")["key"],
    ),
    FileType.ZIP_REQUEST: Advice(
        "un archivo comprimido (.zip)",
        "Trae dentro una solicitud (.req, .sdg o .ren), que es la que se envía al SAT; ningún .cer ni .key.",
    ),
    FileType.ZIP_OTHER: Advice("un archivo comprimido (.zip)", "Dentro no hay ningún .cer ni .key."),
    FileType.RAR: Advice("un archivo comprimido (.rar)", **_inside("Ábralo")),
    FileType.ARCHIVE: Advice("un archivo comprimido", **_inside("Ábralo")),
    FileType.MAIL: Advice("un correo", **_inside("Ábralo, guarde los archivos adjuntos")),
    FileType.SHORTCUT: Advice(
        "un acceso directo", "Solo dice dónde está el original.", **_inside("Abra la carpeta del original")
    ),
    FileType.MAC: Advice(
        "un archivo auxiliar de Mac", "Aparece junto al verdadero y no contiene nada de él."
    ),
    # --- strangers
    FileType.JPEG: Advice("una imagen JPEG", _NO_PICTURE),
    FileType.PNG: Advice("una imagen PNG", _NO_PICTURE),
    FileType.HEIC: Advice("una imagen HEIC, de un iPhone", _NO_PICTURE),
    FileType.AVIF: Advice("una imagen AVIF", _NO_PICTURE),
    FileType.IMAGE: Advice("una imagen", _NO_PICTURE),
    FileType.MEDIA: Advice("un video o un audio"),
    FileType.WORD: Advice("un documento de Word"),
    FileType.EXCEL: Advice("una hoja de Excel"),
    FileType.DOCUMENT: Advice("un documento de oficina"),
    FileType.OLD_OFFICE: Advice("un documento de Office"),
    FileType.CFDI: Advice("una factura (XML)", "Es un comprobante ya hecho, no lo que lo sella."),
    FileType.XML: Advice("un archivo XML"),
    FileType.TEXT: Advice("un texto"),
    # --- damaged
    FileType.EMPTY: Advice("un archivo vacío", "Quizá la descarga se interrumpió.", **_again("")),
    FileType.BLANK: Advice(
        "un archivo que solo tiene ceros o espacios", "Se dañó al copiarse.", **_again("")
    ),
    FileType.CUT: Advice(
        "un archivo al que le falta el final", "La descarga o la copia se interrumpió.", **_again("")
    ),
    FileType.DAMAGED_AS_TEXT: Advice(
        "un archivo que se dañó al copiarse como texto",
        "Suele pasar al pegarlo en un correo, abrirlo en un editor o enviarlo por FTP.",
        **_again(", sin abrirlo"),
    ),
    FileType.TOO_BIG: Advice("un archivo demasiado grande", "Los del SAT pesan menos de 16 KB."),
    FileType.OTHER: Advice("un archivo que no conocemos o está dañado"),
}


def sentence(field: str, file_type: FileType) -> str:
    """«En «Archivo llave» subió un PDF. El acuse no sirve para facturar.»"""
    advice = ADVICE[file_type]
    return f"En «{LABELS[field]}» subió {advice.name}. {advice.what}".rstrip()


def action(field: str, file_type: FileType) -> str:
    """What to do next in that field."""
    advice = ADVICE[file_type]
    return advice.key if field == "key" else advice.certificate


def of_reason(reason: str) -> dict[str, str]:
    """Sentence and action for each field that a check's reason names («certificate:zip+key:pdf»)."""
    named = dict(part.split(":") for part in reason.split("+") if ":" in part)
    return {
        field: f"{sentence(field, FileType(file_type))} {action(field, FileType(file_type))}"
        for field, file_type in named.items()
    }

"""What is said of a domain's records, in Spanish: title, sentence, and how much it matters."""

from dataclasses import dataclass

GOOD, WARNING, UNKNOWN = "good", "warning", "unknown"


@dataclass(frozen=True)
class ArrivalSentence:
    """One thing found. In the text stand {domain}, {way} (who sends) and {what} (what is at fault)."""

    level: str
    title: str
    text: str


def _unknown(title: str) -> ArrivalSentence:
    return ArrivalSentence(
        UNKNOWN, title, "El DNS de {domain} no contestó a tiempo. Vuelva a probar más tarde."
    )


def _dkim(level: str, text: str) -> ArrivalSentence:
    return ArrivalSentence(level, "Firma DKIM", text)


def _spf(level: str, text: str) -> ArrivalSentence:
    return ArrivalSentence(level, "Permiso SPF", text)


def _dmarc(level: str, text: str) -> ArrivalSentence:
    return ArrivalSentence(level, "Política DMARC", text)


def _mx(level: str, text: str) -> ArrivalSentence:
    return ArrivalSentence(level, "Correo de regreso (MX)", text)


SENTENCES = {
    "public": ArrivalSentence(
        GOOD, "Dirección de {way}", "Sale de los servidores de su proveedor, que se encarga de todo."
    ),
    "public_elsewhere": ArrivalSentence(
        WARNING,
        "Dirección de {way}",
        "Las direcciones de {domain} deben salir de los servidores de {way}, y esta sale de {what}: "
        "muchos la "
        "tomarán por falsa. Use los datos de {way}, o una dirección con dominio propio.",
    ),
    "no_domain": ArrivalSentence(
        WARNING, "Dominio", "El dominio {domain} no existe: sus clientes no recibirán nada que venga de él."
    ),
    "mx_ok": _mx(GOOD, "{domain} recibe correo en {what}."),
    "mx_missing": _mx(
        WARNING,
        "{domain} no dice quién recibe su correo: las respuestas de sus clientes no llegan, y muchos "
        "servidores "
        "rechazan lo que viene de un dominio así.",
    ),
    "mx_dead": _mx(
        WARNING,
        "{domain} dice que recibe su correo en {what}, y ahí no hay ningún servidor: las respuestas de sus "
        "clientes no llegan, y muchos servidores rechazan lo que viene de un dominio así.",
    ),
    "mx_null": _mx(
        WARNING,
        "{domain} dice que no recibe correo (MX «.»): muchos servidores rechazan lo que viene de un "
        "dominio así.",
    ),
    "mx_unknown": _unknown("Correo de regreso (MX)"),
    "spf_ok": _spf(GOOD, "{domain} permite que {way} envíe en su nombre."),
    "spf_none": _spf(
        WARNING,
        "{domain} no tiene registro SPF: nada dice que {way} pueda enviar en su nombre, y sus facturas "
        "pueden "
        "acabar en correo no deseado.",
    ),
    "spf_fail": _spf(
        WARNING,
        "El SPF de {domain} no menciona a {way} y pide rechazar a los demás («-all»): sus facturas no "
        "llegarán a "
        "muchos clientes.",
    ),
    "spf_softfail": _spf(
        WARNING,
        "El SPF de {domain} no menciona a {way}: sus facturas pueden acabar en correo no deseado.",
    ),
    "spf_neutral": _spf(
        WARNING,
        "El SPF de {domain} no menciona a {way} ni dice qué hacer con los demás: no ayuda a que sus facturas "
        "lleguen.",
    ),
    "spf_open": _spf(
        WARNING,
        "El SPF de {domain} permite que cualquiera envíe en su nombre («+all»): muchos no confían en un "
        "dominio "
        "así.",
    ),
    "spf_two": _spf(
        WARNING,
        "{what} tiene más de un registro SPF; debe haber uno solo, y así no vale ninguno. Deje este en "
        "lugar de "
        "todos.",
    ),
    "spf_too_many": _spf(
        WARNING,
        "El SPF de {domain} necesita más de diez consultas al DNS y por eso muchos no lo toman en cuenta. "
        "El registro de abajo cabe porque deja fuera lo que pasa de diez ({what}). Antes de copiarlo, quite "
        "de él lo que ya no use y ponga en su lugar lo que sí.",
    ),
    "spf_void": _spf(
        WARNING,
        "El SPF de {domain} nombra más de dos servidores que no existen (el último: {what}) y por eso "
        "no vale. "
        "Quítelos.",
    ),
    "spf_loop": _spf(
        WARNING, "El SPF de {domain} se incluye a sí mismo (en {what}) y por eso no vale. Quite esa parte."
    ),
    "spf_missing_include": _spf(
        WARNING,
        "El SPF de {domain} incluye a {what}, que no tiene SPF, y por eso no vale ninguna parte. Quítela.",
    ),
    "spf_syntax": _spf(WARNING, "El SPF de {domain} tiene un error en «{what}» y por eso no vale."),
    "spf_elsewhere": _spf(
        GOOD,
        "{way} envía con su propio dominio en el sobre: el SPF de {domain} no cuenta, cuenta la firma DKIM.",
    ),
    "spf_unknown": _unknown("Permiso SPF"),
    "dkim_ok": _dkim(GOOD, "{domain} tiene la llave con que se firma su correo ({what})."),
    "dkim_missing": _dkim(
        WARNING,
        "No encontramos la llave de {way} en {domain}: su correo sale sin una firma propia. Actívela en la "
        "configuración de {way} (DKIM o «autenticación del dominio») y publique el registro que le dé.",
    ),
    "dkim_revoked": _dkim(
        WARNING, "La llave {what} de {domain} está retirada (vacía): las firmas no valen. Pida otra a {way}."
    ),
    "dkim_weak": _dkim(
        WARNING,
        "La llave {what} de {domain} es de menos de 1024 bits: no la aceptan. Pida a {way} una de 2048.",
    ),
    "dkim_broken": _dkim(
        WARNING,
        "La llave {what} de {domain} no se puede leer: cópiela otra vez, completa, de la página de {way}.",
    ),
    "dkim_above": _dkim(
        WARNING,
        "La firma es de {what}, y la política DMARC pide que sea exactamente de {domain} («adkim=s»).",
    ),
    "dkim_unknown": _unknown("Firma DKIM"),
    "dmarc_ok": _dmarc(GOOD, "{domain} tiene política («p={what}») y su correo la cumple."),
    "dmarc_watching": _dmarc(GOOD, "{domain} tiene política que solo observa («p=none»)."),
    "dmarc_none": _dmarc(
        WARNING,
        "{domain} no tiene política DMARC: Gmail, Yahoo y Outlook confían menos en un dominio sin ella.",
    ),
    "dmarc_two": _dmarc(
        WARNING,
        "{domain} tiene más de un registro DMARC; debe haber uno solo, y así no vale ninguno. Deje este.",
    ),
    "dmarc_syntax": _dmarc(WARNING, "El registro DMARC de {domain} está mal escrito y no vale."),
    "dmarc_quarantine": _dmarc(
        WARNING,
        "{domain} pide que lo que no se compruebe vaya a correo no deseado («p=quarantine»), y lo que "
        "sale por "
        "{way} no se puede comprobar: arregle SPF o DKIM.",
    ),
    "dmarc_reject": _dmarc(
        WARNING,
        "{domain} pide que se rechace lo que no se compruebe («p=reject»), y lo que sale por {way} no "
        "se puede "
        "comprobar: sus facturas no llegarán. Arregle SPF o DKIM.",
    ),
    "dmarc_unknown": _unknown("Política DMARC"),
}
HEADINGS = {
    GOOD: "Todo indica que sus facturas llegarán",
    WARNING: "Puede que algunas de sus facturas no lleguen",
    UNKNOWN: "No se pudo comprobar si sus facturas llegarán",
}

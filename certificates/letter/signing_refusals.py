"""Why we refuse to let a letter be signed: one exception with a code, and its sentence. Pure.

Why a PAC refuses one that was signed is read in its own file, in `pacs/`.
"""

from certificates.letter.limits import DRAFTS_PER_HOUR, MINUTES

SENTENCES = {
    "unreadable": "No pudimos leer su certificado. Elija el archivo .cer de su e.firma, tal como lo bajó "
    "del SAT.",
    "key": "Ese archivo es una llave (.key). Aquí va el certificado de su e.firma (.cer); la llave no sale "
    "de su equipo.",
    "csd": "Ese certificado es un CSD, el que sella facturas. La carta se firma con la e.firma (FIEL).",
    "not_fiel": "Ese certificado no es de una e.firma. Elija el archivo .cer de su e.firma (FIEL).",
    "expired": "Su e.firma ya venció. Renuévela en el portal del SAT y firme con la nueva.",
    "early": "Su e.firma todavía no está vigente. Vuelva a intentarlo el día en que empiece.",
    "altered": "El certificado está alterado: la firma de su autoridad no corresponde. Bájelo otra vez "
    "del SAT.",
    "unknown_issuer": "No conocemos a la autoridad que emitió ese certificado, así que no podemos aceptarlo. "
    "Firme en el sitio del PAC, o pregunte a Asistencia.",
    "test": "Ese certificado es de pruebas del SAT y no sirve para firmar la carta.",
    "representative": "Esa e.firma es de una persona. La carta se firma con la e.firma de su empresa, la que "
    "tramitó su representante.",
    "other_rfc": "Esa e.firma es de otro RFC, no del de su empresa.",
    "no_company_data": "Complete primero su nombre y su RFC en «Datos fiscales».",
    "pac_unset": "Todavía no tenemos los datos del PAC. Pregunte a Asistencia, o use el manual.",
    "pac_silent": "El PAC no nos dio el texto de la carta. Intente en unos minutos, o use el manual.",
    "already": "La carta ya está firmada. Vuelva a cargar esta página para ver cómo va.",
    "too_many": f"Ya lo intentó {DRAFTS_PER_HOUR} veces en la última hora. Espere un poco y vuelva a "
    "intentarlo.",
    "unknown": "Esa firma no corresponde a ninguna carta que le hayamos mostrado. Empiece otra vez.",
    # Also where the answer got lost on its way: then it is signed.
    "used": "Esa carta ya se usó. Vuelva a cargar esta página: si no quedó firmada, empiece otra vez.",
    "expired_draft": f"Pasaron más de {MINUTES} minutos desde que le mostramos la carta. Empiece otra vez.",
    "changed": "El texto de la carta cambió mientras la leía. Empiece otra vez y léala de nuevo.",
    "bad_signature": "La firma no corresponde a la carta y al certificado que nos mandó. Empiece otra vez.",
    "wrong_hash": "La firma se hizo con otro algoritmo del que pide el PAC. Empiece otra vez.",
    "malformed": "No pudimos leer lo que mandó la página. Vuelva a cargarla y empiece otra vez.",
    "session": "Su sesión terminó. Entre otra vez y vuelva a este paso; su llave no salió de su equipo.",
    "notice": "Acepte primero el aviso de privacidad.",
    "closed": "Su usuario no puede firmar la carta.",
}
# 409: another state of things would do; 429: later would do; all others are wrong in themselves.
STATUS = {
    "already": 409,
    "changed": 409,
    "expired_draft": 409,
    "used": 409,
    "unknown": 409,
    "pac_unset": 409,
    "pac_silent": 409,
    "no_company_data": 409,
    "notice": 409,
    "too_many": 429,
    "session": 401,
    "closed": 403,
}


class SigningRefused(Exception):
    """The letter is not signed. `code` is one of SENTENCES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def message(self) -> str:
        return SENTENCES[self.code]

    @property
    def status(self) -> int:
        return STATUS.get(self.code, 400)

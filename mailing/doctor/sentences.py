"""What the doctor says, in Spanish, by the code of what ails a mailbox. Plain data.

What a provider of its own wants done goes before these: `provider_catalogue`.
"""

_SUPPORT = "Si no sabe cuál es, pregunte a quien le da su correo."
_RETRY = "Espere unos minutos y pruebe otra vez."
_LOOK_AT_BOX = "Marque SSL y use el puerto 465 o el 587."

# code: (what happened, what to do). {host}, {port}, {email} and {username} are the issuer's.
ADVICE = {
    "name_not_found": (
        "No existe ningún servidor con el nombre «{host}».",
        "Revise cómo está escrito el Servidor SMTP. " + _SUPPORT,
    ),
    "internal": (
        "«{host}» no es un servidor de correo en internet.",
        "Escriba el nombre del servidor de su proveedor, por ejemplo mail.suempresa.com.",
    ),
    "blocked_port": (
        "El puerto {port} no es de envío de correo.",
        "Use el puerto 465 o el 587, los dos con SSL marcado.",
    ),
    "refused": (
        "El servidor «{host}» no recibe conexiones en el puerto {port}.",
        "Revise el Puerto SMTP: los habituales son 465 y 587.",
    ),
    "unreachable": (
        "No hay camino hasta el servidor «{host}».",
        "Revise el Servidor SMTP. Si está bien escrito, espere unos minutos y pruebe otra vez.",
    ),
    "timeout": (
        "El servidor «{host}» no contestó a tiempo en el puerto {port}.",
        "Revise el Servidor SMTP y el puerto. Si están bien, " + _RETRY[0].lower() + _RETRY[1:],
    ),
    "silent": (
        "El servidor «{host}» aceptó la conexión en el puerto {port}, pero no saludó.",
        "Pruebe con el puerto 465 o el 587, los dos con SSL marcado.",
    ),
    "closed": (
        "El servidor «{host}» cortó la conexión.",
        "Revise el puerto y SSL. Si están bien, " + _RETRY[0].lower() + _RETRY[1:],
    ),
    "flood": (
        "El servidor «{host}» contestó mucho más de lo que contesta un servidor de correo.",
        "Revise el Servidor SMTP. " + _SUPPORT,
    ),
    "not_smtp": (
        "Lo que contesta «{host}» en el puerto {port} no es un servidor de envío de correo.",
        "Revise el Servidor SMTP y el puerto. " + _SUPPORT,
    ),
    "greeting_refused": ("El servidor «{host}» no nos atiende por ahora.", _RETRY),
    "hello_refused": (
        "El servidor «{host}» no acepta hablar con nosotros.",
        "Pregunte a su proveedor si permite enviar desde otros programas.",
    ),
    "speaks_clear": (
        "En el puerto {port}, «{host}» no empieza con una conexión segura.",
        "Use el puerto 587 con SSL marcado: ahí la conexión se asegura después del saludo.",
    ),
    "speaks_tls": (
        "En el puerto {port}, «{host}» solo acepta conexiones seguras desde el principio.",
        "Marque SSL y use el puerto 465.",
    ),
    "needs_tls": ("El servidor «{host}» exige una conexión segura.", _LOOK_AT_BOX),
    "no_starttls": (
        "El servidor «{host}» no ofrece una conexión segura en el puerto {port}; "
        "no enviamos su contraseña sin ella.",
        "Use el puerto 465 con SSL marcado.",
    ),
    "injected": (
        "Alguien se metió en la conexión con «{host}» antes de asegurarla; la cortamos.",
        "Use el puerto 465 con SSL marcado y avise a quien le da su correo.",
    ),
    "certificate_expired": (
        "El certificado de seguridad de «{host}» no está vigente.",
        "Avise a quien le da su correo: debe renovarlo. Mientras tanto sus facturas salen del nuestro.",
    ),
    "certificate_self_signed": (
        "El certificado de seguridad de «{host}» está firmado por él mismo y no prueba nada.",
        "Pida a quien le da su correo un certificado reconocido, o el nombre de su servidor compartido.",
    ),
    "certificate_host": (
        "El certificado de seguridad es de otro servidor, no de «{host}».",
        "Pregunte a quien le da su correo el nombre exacto del Servidor SMTP.",
    ),
    "certificate_untrusted": (
        "No se pudo comprobar el certificado de seguridad de «{host}».",
        "Pida a quien le da su correo que instale la cadena completa del certificado.",
    ),
    "tls_old": (
        "El servidor «{host}» solo ofrece una seguridad anticuada.",
        "Avise a quien le da su correo: debe permitir TLS 1.2 o más reciente.",
    ),
    "tls_failed": (
        "No se pudo asegurar la conexión con «{host}» en el puerto {port}.",
        "Pruebe con el otro puerto: 465 o 587, los dos con SSL marcado.",
    ),
    "password_in_clear": ("Sin una conexión segura no enviamos su contraseña.", _LOOK_AT_BOX),
    "auth_not_offered": (
        "El servidor «{host}» no acepta usuario y contraseña en el puerto {port}.",
        "Pruebe con el puerto 465 o el 587, los dos con SSL marcado. Si ya lo hizo, pregunte a quien le "
        "da su "
        "correo cómo se inicia sesión.",
    ),
    "auth_refused": ("El servidor no aceptó el usuario «{username}» o su contraseña.", "{retype}"),
    "auth_app_password": (
        "El servidor no aceptó la contraseña.",
        "Cree una «contraseña de aplicación» en la página de seguridad de su cuenta y úsela aquí.",
    ),
    "auth_disabled": (
        "Su proveedor ya no permite enviar con usuario y contraseña desde otros programas.",
        "Pulse «Omitir por ahora»: sus facturas saldrán de nuestro correo, con su nombre y con respuesta "
        "a su dirección.",
    ),
    "auth_switched_off": (
        "El envío desde otros programas (SMTP) está apagado en su cuenta.",
        "Enciéndalo en la configuración de su correo, o pida a quien se lo da que lo encienda, y pruebe "
        "otra vez.",
    ),
    "auth_policy": (
        "Una regla de seguridad de su organización no dejó entrar a «{username}».",
        "Pida al administrador de su correo que permita a esta cuenta enviar con usuario y contraseña "
        "(SMTP).",
    ),
    "auth_webmail": (
        "Antes de enviar, el servidor pide que entre usted mismo a su correo.",
        "Entre a su correo por internet con el navegador, haga lo que le pida (confirmar que es usted, "
        "cambiar la "
        "contraseña) y pruebe otra vez.",
    ),
    "auth_too_long": (
        "La contraseña es demasiado larga para este servidor.",
        "Cambie la contraseña de su correo por una más corta, o cree una «contraseña de aplicación».",
    ),
    "auth_too_many": (
        "El servidor recibió demasiados intentos de iniciar sesión y no acepta más por ahora.",
        "Espere una hora, revise usuario y contraseña, y pruebe otra vez.",
    ),
    "auth_two_factor": (
        "Su cuenta tiene verificación en dos pasos y el servidor no aceptó la contraseña.",
        "Cree una «contraseña de aplicación» en la página de seguridad de su cuenta y úsela aquí.",
    ),
    "auth_later": ("El servidor no pudo comprobar su contraseña por ahora.", _RETRY),
    "auth_required": (
        "El servidor «{host}» pide usuario y contraseña.",
        "Escríbalos y marque SSL.",
    ),
    "our_ip_not_allowed": (
        "Su proveedor solo acepta envíos desde las direcciones IP que usted autorizó.",
        "Quite esa restricción en la configuración de seguridad de su proveedor, o autorice la nuestra.",
    ),
    "our_address_listed": (
        "El servidor «{host}» no acepta correo desde nuestra dirección en internet.",
        "No es por sus datos. Avísenos; mientras tanto pulse «Omitir por ahora» y sus facturas saldrán "
        "de nuestro "
        "correo.",
    ),
    "our_name_refused": (
        "El servidor «{host}» no acepta el nombre con que lo saludamos.",
        "No es por sus datos. Avísenos; mientras tanto pulse «Omitir por ahora» y sus facturas saldrán "
        "de nuestro "
        "correo.",
    ),
    "account_suspended": (
        "Su proveedor suspendió esta cuenta o su correo de salida.",
        "Pregunte a quien le da su correo por qué, y pruebe otra vez cuando la haya reactivado.",
    ),
    "account_unverified": (
        "Su proveedor pide verificar la cuenta antes de dejarla enviar.",
        "Entre a su correo por internet con el navegador, confirme que es usted y pruebe otra vez.",
    ),
    "sandbox": (
        "Su cuenta con el proveedor todavía es de prueba: solo envía a direcciones autorizadas.",
        "Pida a su proveedor que la active para enviar a cualquiera, o dé de alta su dominio, y pruebe "
        "otra vez.",
    ),
    "sender_refused": (
        "El servidor no aceptó «{email}» como remitente.",
        "Escriba en Dirección de correo electrónico la misma cuenta con que inicia sesión en su correo.",
    ),
    "sender_not_allowed": (
        "El servidor no permite enviar desde «{email}»{as_user}.",
        "Escriba en Dirección de correo electrónico la misma cuenta con que inicia sesión en su correo.",
    ),
    "sender_not_verified": (
        "Su proveedor no tiene verificado que «{email}», o su dominio, sea suyo.",
        "Dé de alta y verifique ese remitente o su dominio en la página de su proveedor, y pruebe otra vez.",
    ),
    "sender_unknown": (
        "El servidor no encuentra la dirección «{email}» o su dominio.",
        "Revise cómo está escrita la Dirección de correo electrónico: debe existir y poder recibir correo.",
    ),
    "domain_authentication": (
        "El correo se rechazó porque el dominio de «{email}» no autoriza a este servidor (SPF, DKIM o "
        "DMARC).",
        "Pida a quien lleva su dominio que agregue los registros SPF y DKIM de «{host}».",
    ),
    "relay_denied": (
        "El servidor «{host}» no permite enviar hacia fuera desde «{email}»{as_user}.",
        "Revise que usuario y contraseña estén escritos, que la dirección sea la de esa cuenta y que el "
        "servidor "
        "sea el de salida de su proveedor.",
    ),
    "recipient_refused": (
        "El servidor no aceptó la dirección a la que enviamos la prueba.",
        "Revise su correo electrónico y el alterno en «Usuario» y pruebe otra vez.",
    ),
    "message_refused": (
        "El filtro del servidor no aceptó el mensaje.",
        "Pregunte a quien le da su correo: puede ser su filtro de correo no deseado o su límite de envíos.",
    ),
    "too_large": (
        "El servidor dice que el mensaje es demasiado grande.",
        "El de prueba es pequeño: pregunte a quien le da su correo por el tamaño que permite.",
    ),
    "rate": (
        "La cuenta llegó al límite de envíos de su proveedor.",
        "Espere una hora, o a mañana si el límite es diario, y pruebe otra vez.",
    ),
    "quota": ("El buzón está lleno.", "Libere espacio y pruebe otra vez."),
    "server_full": (
        "El servidor de su proveedor se quedó sin espacio o sin recursos.",
        "No es por sus datos. Avise a quien le da su correo y pruebe más tarde.",
    ),
    "greylisted": (
        "El servidor pide que lo intentemos más tarde.",
        "Suele ser una medida contra el correo no deseado. " + _RETRY,
    ),
    "later": ("El servidor no aceptó el correo por ahora.", _RETRY),
    "unknown": (
        "El servidor no aceptó el correo.",
        "Pregunte a quien le da su correo qué significa esa frase.",
    ),
    "interrupted": ("La prueba se interrumpió.", "Pruebe otra vez."),
}

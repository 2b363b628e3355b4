"""What each mail provider that Mexicans use asks for. Plain data, from their own help pages.

They change without telling us, so that the sentences promise nothing: what holds, the test mail shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mailing.doctor.smtp_settings import SmtpSettings

# What a refused user or password may turn out to be, by the provider.
PASSWORD_CODES = ("auth_refused", "auth_app_password", "auth_two_factor", "auth_disabled")


@dataclass(frozen=True)
class Provider:
    """A provider: its name, its server, and what its users stumble over."""

    name: str
    settings: SmtpSettings
    # Spanish: what user and password must be. Empty: the mailbox's own.
    hint: str = ""
    # Whether it wants another password here than the mailbox's own.
    app_password: bool = False
    # Whether it has stopped accepting passwords from programs altogether.
    refuses_passwords: bool = False
    # What to do, in Spanish, by the code of what went wrong; for the rest the advice for everybody holds.
    actions: Mapping[str, str] = field(default_factory=dict)
    # Its own help: by code, and for signing in.
    pages: Mapping[str, str] = field(default_factory=dict)
    sign_in_page: str = ""

    def page_about(self, code: str) -> str:
        """Its own page about what went wrong; empty when we know none."""
        return self.pages.get(code) or (self.sign_in_page if code.startswith("auth_") else "")


OMIT = "Si no funciona, pulse «Omitir por ahora»: sus facturas saldrán de nuestro correo, con su nombre."
_OTHER_WORD = (
    "{name} no acepta aquí la contraseña de siempre: cree una «contraseña de aplicación» en {where} "
    "y péguela en el campo Contraseña."
)


def _with_app_password(
    name: str,
    settings: SmtpSettings,
    where: str,
    *,
    more: str = "",
    actions: Mapping[str, str] | None = None,
    pages: Mapping[str, str] | None = None,
) -> Provider:
    hint = " ".join([_OTHER_WORD.format(name=name, where=where), more]).strip()
    return Provider(
        name,
        settings,
        hint,
        app_password=True,
        actions={**dict.fromkeys(("auth_app_password", "auth_two_factor"), hint), **(actions or {})},
        pages=pages or {},
        sign_in_page=f"https://{where}",
    )


GOOGLE = _with_app_password(
    "Gmail",
    SmtpSettings("smtp.gmail.com", 587),
    "myaccount.google.com/apppasswords",
    more="Active antes la verificación en dos pasos: sin ella esa página no existe.",
    actions={
        "sender_not_allowed": "En Gmail, agregue esa dirección en Configuración, Cuentas, «Enviar como», o "
        "escriba la misma con que inicia sesión.",
    },
    pages={
        "rate": "https://support.google.com/a/answer/166852",
        "auth_webmail": "https://support.google.com/mail/answer/78754",
        "domain_authentication": "https://support.google.com/a/answer/33786",
        "relay_denied": "https://support.google.com/a/answer/2956491",
    },
)
_ASK_ADMIN = (
    "Pida al administrador de Microsoft 365 que en el Centro de administración abra Usuarios activos, "
    "su cuenta, "
    "Correo, «Administrar aplicaciones de correo», y marque «SMTP autenticado»."
)
MICROSOFT = Provider(
    "Microsoft 365",
    SmtpSettings("smtp.office365.com", 587),
    "En Microsoft 365 el administrador puede tener apagado el envío desde otros programas («SMTP "
    "autenticado»): "
    f"pídale que lo encienda para su cuenta. {OMIT}",
    actions={
        "auth_refused": f"Escriba otra vez usuario y contraseña. Si son los correctos, el envío puede "
        f"estar apagado. "
        f"{_ASK_ADMIN}",
        "auth_switched_off": f"{_ASK_ADMIN} Si lo apagó para toda la organización, debe encenderlo "
        f"también ahí.",
        "auth_policy": "Pida al administrador de Microsoft 365 que revise los «valores predeterminados "
        "de seguridad» y "
        f"las reglas de acceso condicional: con ellos no se envía con contraseña. {OMIT}",
        "auth_required": f"Escriba usuario y contraseña, y marque SSL. Si ya lo hizo: {_ASK_ADMIN}",
        "sender_not_allowed": "Pida al administrador de Microsoft 365 el permiso «Enviar como» sobre "
        "esa dirección, o "
        "escriba la misma con que inicia sesión.",
    },
    pages={"sender_not_allowed": "https://aka.ms/sendas"},
    sign_in_page="https://aka.ms/smtp_auth_disabled",
)
OUTLOOK = Provider(
    "Outlook o Hotmail",
    SmtpSettings("smtp-mail.outlook.com", 587),
    f"Es probable que Outlook y Hotmail no acepten usuario y contraseña desde otros programas. {OMIT}",
    refuses_passwords=True,
    sign_in_page="https://account.microsoft.com/security",
    actions={
        "account_unverified": "Entre a outlook.com con el navegador, confirme su cuenta con el código "
        "que le envíen y "
        "pruebe otra vez.",
    },
    pages={"account_unverified": "https://outlook.live.com"},
)
YAHOO = _with_app_password(
    "Yahoo", SmtpSettings("smtp.mail.yahoo.com", 465), "login.yahoo.com/account/security"
)
AOL = _with_app_password("AOL", SmtpSettings("smtp.aol.com", 465), "login.aol.com/account/security")
ATT = _with_app_password(
    "AT&T (Estados Unidos)", SmtpSettings("smtp.mail.att.net", 465), "www.att.com/acctmgmt/profile"
)
ICLOUD = _with_app_password("iCloud", SmtpSettings("smtp.mail.me.com", 587), "account.apple.com")
FASTMAIL = _with_app_password(
    "Fastmail", SmtpSettings("smtp.fastmail.com", 465), "app.fastmail.com/settings/security"
)
YANDEX = _with_app_password(
    "Yandex", SmtpSettings("smtp.yandex.com", 465), "id.yandex.com/security/app-passwords"
)
_ZOHO_WORD = (
    "Si su cuenta de Zoho tiene verificación en dos pasos, cree una «contraseña de aplicación» en "
    "accounts.zoho.com y péguela en el campo Contraseña."
)


def zoho(host: str) -> Provider:
    """Zoho by one of its servers: each region has its own, and takes only its own accounts."""
    return Provider(
        "Zoho",
        SmtpSettings(host, 465),
        _ZOHO_WORD,
        actions={
            "auth_refused": f"Escríbalos otra vez. {_ZOHO_WORD}",
            "auth_app_password": _ZOHO_WORD,
            "auth_switched_off": "En Zoho Mail abra Configuración, Cuentas de correo, SMTP, y actívelo; "
            "después "
            "pruebe otra vez.",
            "sender_not_verified": "Dé de alta y verifique su dominio en la consola de administración "
            "de Zoho "
            "(mailadmin.zoho.com), y pruebe otra vez.",
            "sender_not_allowed": "Escriba la misma cuenta con que inicia sesión, o agregue esa "
            "dirección como "
            "alias en Zoho.",
        },
        pages={"sender_not_verified": "https://mailadmin.zoho.com"},
        sign_in_page="https://accounts.zoho.com",
    )


ZOHO = zoho("smtp.zoho.com")
# With a domain of one's own.
ZOHO_BUSINESS = zoho("smtppro.zoho.com")
PRODIGY = Provider(
    "Prodigy (Telmex)",
    OUTLOOK.settings,
    f"Es probable que Prodigy no acepte usuario y contraseña desde otros programas. {OMIT}",
    refuses_passwords=True,
)
GODADDY = Provider(
    "GoDaddy",
    SmtpSettings("smtpout.secureserver.net", 465),
    pages={"rate": "https://www.godaddy.com/help/what-does-the-bounce-email-mean-3568"},
)
HOSTINGER = Provider(
    "Hostinger",
    SmtpSettings("smtp.hostinger.com", 465),
    actions={
        "auth_switched_off": "En hPanel abra Correos, su buzón, y encienda el envío; después pruebe "
        "otra vez.",
    },
    pages={"auth_switched_off": "https://hpanel.hostinger.com"},
)
TITAN = Provider(
    "Titan",
    SmtpSettings("smtp.titan.email", 465),
    "En Titan active antes el acceso de otras aplicaciones: Configuración, «Habilitar Titan en otras "
    "aplicaciones».",
    actions={
        "auth_switched_off": "En Titan abra Configuración, «Habilitar Titan en otras aplicaciones», "
        "actívelo y pruebe "
        "otra vez.",
        "auth_refused": "Escríbalos otra vez, y compruebe en Titan que está activo «Habilitar Titan en otras "
        "aplicaciones».",
    },
    sign_in_page="https://support.titan.email",
)
PROTON = Provider(
    "Proton",
    SmtpSettings("smtp.protonmail.ch", 587),
    f"Proton solo deja enviar con un «token SMTP», de planes de pago y con dominio propio. {OMIT}",
    actions={"auth_refused": f"La contraseña debe ser un «token SMTP» de Proton. {OMIT}"},
    sign_in_page="https://proton.me/support/smtp-submission",
)
RACKSPACE = Provider("Rackspace", SmtpSettings("secure.emailsrvr.com", 465))
IONOS = Provider("IONOS", SmtpSettings("smtp.ionos.mx", 465))
NAMECHEAP = Provider("Namecheap", SmtpSettings("mail.privateemail.com", 465))
OVH = Provider("OVH", SmtpSettings("ssl0.ovh.net", 465))
GANDI = Provider("Gandi", SmtpSettings("mail.gandi.net", 465))
DREAMHOST = Provider("DreamHost", SmtpSettings("smtp.dreamhost.com", 465))
NEO = Provider("Neo", SmtpSettings("smtp0001.neo.space", 465))
MIGADU = Provider("Migadu", SmtpSettings("smtp.migadu.com", 465))
MAILBOX_ORG = Provider("mailbox.org", SmtpSettings("smtp.mailbox.org", 465))
INFOMANIAK = Provider("Infomaniak", SmtpSettings("mail.infomaniak.com", 465))
PURELYMAIL = Provider("Purelymail", SmtpSettings("smtp.purelymail.com", 465))
LARK = Provider(
    "Lark",
    SmtpSettings("smtp.larksuite.com", 465),
    "Lark pide aquí una contraseña aparte: créela en Configuración, «Clientes de correo de terceros».",
)
GMX = Provider(
    "GMX",
    SmtpSettings("mail.gmx.com", 587),
    "En GMX active antes «POP3 e IMAP» en la configuración de su correo.",
    actions={
        "auth_refused": "Escríbalos otra vez, y active «POP3 e IMAP» en la configuración de su correo: "
        "sin eso no se "
        "envía desde otros programas.",
    },
)
MAIL_COM = Provider("mail.com", SmtpSettings("smtp.mail.com", 587), GMX.hint.replace("GMX", "mail.com"))


# --- those that send for programs: their user is no address, and their password is a key


def _with_key(name: str, host: str, hint: str, page: str, verify: str) -> Provider:
    return Provider(
        name,
        SmtpSettings(host, 587),
        hint,
        actions={
            "auth_refused": hint,
            "auth_required": f"Marque SSL. {hint}",
            "sender_not_verified": f"Verifique en {name} ese remitente o su dominio, y pruebe otra vez.",
            "sender_not_allowed": f"Verifique en {name} ese remitente o su dominio, o escriba uno que "
            f"ya lo esté.",
            "our_ip_not_allowed": f"En la seguridad de su cuenta de {name}, quite la restricción por "
            f"direcciones IP o "
            "autorice la nuestra.",
        },
        pages=dict.fromkeys(("sender_not_verified", "sender_not_allowed", "sandbox"), verify),
        sign_in_page=page,
    )


SES = _with_key(
    "Amazon SES",
    "email-smtp.us-east-1.amazonaws.com",
    "Usuario y contraseña son las «credenciales SMTP» que se crean en la consola de Amazon SES: ni su "
    "correo, ni "
    "las claves de acceso de AWS.",
    "https://docs.aws.amazon.com/ses/latest/dg/smtp-credentials.html",
    "https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html",
)
SENDGRID = _with_key(
    "SendGrid",
    "smtp.sendgrid.net",
    "En Usuario va la palabra «apikey», tal cual, y en Contraseña su clave de API de SendGrid.",
    "https://app.sendgrid.com/settings/api_keys",
    "https://app.sendgrid.com/settings/sender_auth",
)
MAILGUN = _with_key(
    "Mailgun",
    "smtp.mailgun.org",
    "Use el usuario y la contraseña SMTP de su dominio en Mailgun (Sending, Domain settings, SMTP "
    "credentials), no "
    "la clave de API.",
    "https://app.mailgun.com/mg/sending/domains",
    "https://app.mailgun.com/mg/sending/domains",
)
BREVO = _with_key(
    "Brevo",
    "smtp-relay.brevo.com",
    "Use el «identificador» y la «clave SMTP» de la página «SMTP y API» de Brevo, no la contraseña de "
    "su cuenta.",
    "https://app.brevo.com/settings/keys/smtp",
    "https://app.brevo.com/senders",
)
MAILJET = _with_key(
    "Mailjet",
    "in-v3.mailjet.com",
    "En Usuario va su «clave de API» de Mailjet y en Contraseña su «clave secreta».",
    "https://app.mailjet.com/account/apikeys",
    "https://app.mailjet.com/account/sender",
)
POSTMARK = _with_key(
    "Postmark",
    "smtp.postmarkapp.com",
    "En Usuario y en Contraseña va el mismo «Server API token» de Postmark.",
    "https://account.postmarkapp.com/servers",
    "https://account.postmarkapp.com/signature_domains",
)
RESEND = _with_key(
    "Resend",
    "smtp.resend.com",
    "En Usuario va la palabra «resend», tal cual, y en Contraseña su clave de API de Resend.",
    "https://resend.com/api-keys",
    "https://resend.com/domains",
)

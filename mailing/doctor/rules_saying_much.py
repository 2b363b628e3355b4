"""Refusals that say what they are about: how to connect or sign in, the account, how much. Plain data."""

from mailing.doctor.words import ALLOWED, AUTH, DEAD, IS, LIMIT, NEAR, OFF, PERIOD, WORD, Rule, rule

SAYING_MUCH: tuple[Rule, ...] = (
    # --- the sender, where Postfix says what is wrong with how it is written
    rule(
        "sender_unknown",
        r"sender address rejected: (need fully|malformed|improper)|invalid dns mx",
        r"address must contain a domain|domain name required for sender|^517 domain",
    ),
    rule("later", r"^4\d\d .*(server configuration (problem|error)|(recipient|mailbox) temporarily unavail)"),
    # --- the connection
    rule("no_starttls", rf"tls {IS}(not available|unavailable)"),
    rule(
        "needs_tls",
        r"must (first )?issue an? ?starttls|starttls (command )?(first|required|is required)",
        r"(use|usar|requires?|need|issue|with) (starttls|tls|ssl)\b",
        r"(tls|ssl|encryption|(encrypted|secure) connection) (is )?(required|needed|mandatory)|"
        r"must be encrypted",
        r"^538 |5\.7\.11\b|(requiere|exige|necesita) (una )?(conexion segura|tls|ssl|cifrado)",
    ),
    rule("tls_failed", r"tls ?v?1\.[01]\b|update your client to support tls"),
    rule(
        "our_name_refused",
        rf"\b(helo|ehlo)\b{NEAR}(rejected|invalid|not (found|match|valid)|denied|refused|bad|forged|"
        r"resolve|fqdn|should|must)",
        r"\b(helo|ehlo) (no (es )?valid|invalid|incorrect|rechazad)",
        r"debe ser un nombre (de dominio )?completo",
        r"(invalid|bad|bogus|forged|rejected) (helo|ehlo)|fully[- ]qualified (host|domain)",
        r"(cannot|can't|could not|unable to) (find|resolve) your (reverse )?(host|reverse)",
        r"reverse (dns|host\w*|lookup)|\bptr\b|5\.7\.25\b|no rdns|\brdns\b",
    ),
    # --- the sign-in, where it says what it wants
    rule(
        "auth_webmail",
        r"4\.7\.12\b|password transition|5\.7\.14\b|webloginrequired|log ?in to (the )?webmail",
        r"log ?in (via|with|through|from) (your|a) (web ?)?browser|sign in (to|at) (your account|"
        r"outlook|webmail)",
        rf"{WORD} {IS}(expired|caducad|vencid|expirad|must be changed)|expired {WORD}",
        r"must change (your )?password|accept (the )?(eula|terms)|"
        r"acept\w+ (los |las )?(terminos|condiciones)",
    ),
    rule("auth_too_long", r"5\.5\.6\b|authentication exchange line"),
    rule(
        "auth_app_password",
        r"app(lication)?[- ]?(specific)?[- ]passwords?|app[- ]?specific|contrasena de (la )?aplicacion|"
        r"dedicated password",
        r"invalidsecondfactor|5\.7\.9 (application|app|username)|#auth0\d\d",
        r"authori[sz]ation code|third[- ]party password|senha de aplicativo|mot de passe d.application",
    ),
    rule(
        "auth_two_factor",
        r"two[- ]factor|(2|two)[- ]step|multi[- ]?factor|\b(2fa|mfa)\b|(dos|2) pasos|second factor",
    ),
    rule("auth_switched_off", r"smtpclientauth\w* (is )?disabled|smtp_auth_disabled"),
    rule(
        "auth_disabled",
        rf"not {ALLOWED} to use basic {AUTH}|modern {AUTH}",
        rf"5\.7\.30\b|basic {AUTH}( method)? {IS}(disabled|not supported|retired|deprecated|"
        rf"blocked|removed)",
        rf"(less secure apps?|legacy {AUTH}) {IS}(no longer|not|disabled|blocked)|autenticacion basica",
    ),
    rule(
        "auth_policy",
        r"5\.7\.139\b.*(security default|criteria|polic(y|ies)|conditional|locked|blocked|administrator)",
        rf"security defaults|conditional access|(?<!sender )blocked by (an? )?({AUTH} )?polic",
    ),
    rule("account_suspended", r"5\.7\.139\b.*\baccount (is|has been) disabled"),
    rule("auth_refused", r"5\.7\.139\b"),
    rule("auth_later", rf"{AUTH}.*\b(maintenance|mantenimiento|system (is )?busy|sistema (esta )?ocupado)\b"),
    rule("our_address_listed", r"not authori[sz]ed to send e?-?mail directly"),
    rule(
        "our_ip_not_allowed",
        r"^525 |(unauthori[sz]ed|unrecogni[sz]ed|unknown) ip\b|ip restrict\w*|restricted ip|"
        r"not whitelisted|ip access (management|list|control|rule|restriction)",
        rf"\bip\b( address)?{NEAR}not (in |on )?(your |the )?({ALLOWED}|(white|allow) ?list)",
        rf"restricted{NEAR}\bip\b",
    ),
    rule(
        "auth_policy",
        r"(log ?ins?|sign ?ins?|access|connections?) from (your|this|that) (country|location|region)",
        rf"\b(country|geo\w*|pais)\b{NEAR}(blocked|denied|restrict|not {ALLOWED}|bloquead)",
        rf"\bno (se )?(acepta|permite|admite)\w*{NEAR}\bpais\b",
    ),
    rule(
        "auth_switched_off",
        rf"(account|user|mailbox|cuenta|usuario)( \S+)? {IS}(not|isn't|no esta) "
        rf"(enabled|activated|provisioned|habilitad\w|activad\w) "
        rf"(for|para) (smtp|imap|pop|{AUTH}|submission|outgoing|external)|user has no permission",
        rf"\b(imap|pop3?|smtp)\b( {AUTH}| access| service| sending| login| protocol| submission)*"
        rf"( for [\w ]+)? {IS}{OFF}",
        rf"third[- ]party( \w+){{0,4}} {IS}({OFF}|off)|disabled by user|from hpanel",
        rf"external (clients?|apps?|access|smtp){NEAR}(disabled|not allowed|denied)",
        r"(habilite|active) (el )?(acceso|servicio)( \w+)? smtp",
        r"not (have )?access rights to this service|(enable|activate|turn on) (smtp|imap|pop|"
        r"third)\b(?! auth)",
        rf"(service|plan|feature|submission|access) {IS}(not available|not included|unavailable|"
        rf"not supported) "
        r"(for|in|on|with) (your|this)",
    ),
    # --- the provider's account
    rule(
        "account_unverified",
        r"showtierupgrade|wascl|outboundspamexception|verify your (account|identity|phone)",
    ),
    rule(
        "sandbox",
        r"sandbox|pending approval|under (review|validation)|en (revision|validacion)|"
        r"(test|testing) (mode|purposes|account)|"
        r"(trial|free|test) (account|plan|period)|on probation",
        r"account (has |is )?not (yet )?(been )?validated",
        r"authorized recipients|only send (test|testing|(e?-?mails? )?to )|account (is )?awaiting",
        r"not (yet )?(been )?(activated|approved)( yet| for sending|\b)",
    ),
    rule("our_address_listed", rf"5\.7\.(511|606|708)\b|\bip( address)?( \S+)? {IS}(black|block)?listed\b"),
    rule(
        "recipient_refused",
        r"tried to reach (is disabled|does not|is inactive)|5\.2\.1\b.*(mailbox|account|recipient|"
        r"inactive|disabled)",
        r"recipient address rejected: (user (unknown|not|does)|invalid|unverified|undeliverable|unknown|"
        r"domain|address|"
        r"mailbox|no such|recipient)|5\.4\.1 .*recipient address rejected",
        r"(recipient|rcpt|destinatario)( address)? (is )?(unknown|cannot be verified|"
        r"does( not|n't) exist|not found|"
        r"invalid|no existe|suppressed|(marked as )?inactive)|suppression list|inactive (recipient|address)",
    ),
    rule(
        "message_refused",
        r"(blocked|rejected|refused|bloquead\w|rechazad\w) (as|como|por ser) (spam|correo no deseado|basura)",
        r"[45]\.6\.\d{1,3}\b|mail ?policy violation",
    ),
    rule(
        "rate",
        rf"^(?!.*suspen).*(quota|cuota|limit\w*){NEAR}(per[- ](hour|day)|por (hora|dia)){NEAR}"
        r"(reached|exceeded|alcanzad|superad|excedid)",
    ),
    rule("auth_too_many", rf"tempora[rl]\w*{NEAR}(log ?in|password|attempt|intento)|exceso de intentos"),
    rule(
        "account_suspended",
        r"suspend|suspens|bad outbound sender|5\.7\.50[1-3]\b|5\.7\.705\b|compromised|unpaid|billing",
        r"(account|user|mailbox|sender|cuenta|usuario|buzon|dominio|domain|license|subscription)( \S+)?"
        rf"( for [^.]{{0,40}})? {IS}{DEAD}",
        rf"{DEAD} (user |e?-?mail )?(account|mailbox|user|sender)|(blocked|restricted|disabled|"
        rf"barred) from sending",
        rf"(outgoing|outbound|sending|envio|salientes?)( \w+){{0,6}} {IS}(disabled|blocked|paused|bloquead|"
        rf"restricted|desactivad|deshabilitad)",
        rf"not {ALLOWED} to send( any)?( more)? (mail|messages) (because|due)",
    ),
    # --- how much
    rule(
        "auth_too_many",
        rf"too many( \w+)? (login|log ?in|sign-?in|{AUTH}|password|logon|"
        r"(failed|invalid|bad)(?! (recipient|rcpt|address|user|command|deliver|message|mail)))\b",
        rf"(login|logon|{AUTH})( \w+)? (rate|attempts)( limit)? (exceeded|limit)|demasiados intentos",
        rf"(locked|blocked|banned|bloquead\w*){NEAR}(log ?in|password|attempt|intento)",
    ),
    rule(
        "too_large",
        r"[45]\.3\.4\b|5\.2\.3\b|tamano maximo|(maximum|max) (message|mail|allowed) ?size|"
        r"size (limit|exceed)",
        r"(message|mail|attachment|mensaje|correo|data|content)( \w+){0,3} "
        r"(size|too (large|big|long)|demasiado grande|tamano)",
        r"tamano del? (su )?(mensaje|correo)",
        r"(mensaje|correo|adjunto)s? (es |son )?(demasiado|muy) (grande|pesado)",
        r"exceed\w* (the )?(maximum |max )?(message|mail|size)[ \w]{0,12}size|exceeds? fixed limit",
    ),
    rule("quota", r"[45]\.2\.2\b"),
    rule("domain_authentication", r"[45]\.7\.2[0-467]\b|4\.7\.3[0-2]\b|because it is unauthenticated"),
    rule("rate", r"(not enough|insufficient|no more|out of) (\S+ )?credits"),
    rule(
        "server_full",
        r"[45]\.3\.1\b|insufficient (system|disk)|disk (is )?full|no space left|server (is )?full",
        r"(out of|low on|not enough) (disk|system|queue) ?(space|storage|resources)?",
    ),
    rule(
        "rate",
        r"5\.4\.5\b|submissionquota|thread limit|throttl|rate[- ]?limit|unusual (sending|rate)",
        r"max (emails|defers)|defers and failures|\bib1\d\d\b|6\.6\.0 error sending",
        rf"{PERIOD}[ -][^.;]{{0,60}}{LIMIT}|{LIMIT}[^.;]{{0,60}}{PERIOD}",
        rf"exceed\w*{NEAR}(emails|messages|mensajes|correos|recipients|credits|rate|relays|"
        rf"per hour|per day)",
        r"(emails|messages|mensajes|correos|recipients|credits|creditos|connections)"
        rf"{NEAR}(exceed|excedid|superad|agotad|exhausted)",
        r"too many (e-?mails|messages|recipients|connections|mails|concurrent|sessions|requests)",
        r"demasiad[oa]s (correos|mensajes|envios|conexiones|destinatarios)",
        r"too (fast|much mail)|over (the |your )?(sending|"
        r"daily|hourly)",
        r"(excedi|supera|alcanz)\w* (el|su|la) (numero|limite|cuota|maximo)|"
        r"too many (failed|invalid|bad|unknown) (recip|rcpt|user)",
        r"(limite|cuota) de (envio|correo|mensaje|salida)|\boverlimit\b|max \d+ reached",
        r"\bsent (more than|too many)|enviado (demasiad|mas de)|(cannot|can not|can't) send \w+ today",
    ),
    rule(
        "quota",
        r"(mail ?box|inbox|buzon( de\w* \w+)?|cuenta|user|account|recipient|storage)( \S+)? "
        rf"{IS}(over ?quota|full|llen[oa]|out of|sin espacio|exceed\w* (its |the |storage )?(quota|"
        rf"storage|space))",
        r"over ?quota|storage allocation|insufficient (storage|space|mailbox)|"
        r"(storage|mapiexception)quota",
        r"(quota|cuota|storage|espacio)( limit)?( \w+){0,3} "
        r"(exceeded|excedid|full|reached|superad|insuficiente|agotad)",
        r"exceed\w* (the |its |their |your |disk |mailbox |storage )*(quota|storage|space)",
    ),
    rule(
        "rate",
        rf"(limit|limite|maximum)\w*{NEAR}(exceeded|reached|excedid|alcanzad|superad)",
        r"(exceeded|reached|over) (your |the |its |their )?(\w+ ){0,3}(limit|quota|maximum)",
    ),
)

"""The ordered table of refusals: which words mean which code. Plain data.

They come from servers' own sources, their providers' help pages and bug reports; `tests/mailing/doctor` has a
real reply for nearly each.
"""

from mailing.doctor.words import (
    ALLOWED,
    AUTH,
    DEAD,
    DENIED,
    IS,
    LIMIT,
    NEAR,
    OFF,
    PERIOD,
    SENDER,
    WORD,
    Rule,
    rule,
)

# The first that fits counts: what says more comes first, what says little last.
RULES: tuple[Rule, ...] = (
    # --- the connection
    rule("no_starttls", rf"tls {IS}(not available|unavailable)"),
    rule(
        "needs_tls",
        r"must (first )?issue an? ?starttls|starttls (command )?(first|required|is required)",
        r"(use|requires?|need|issue|with) (starttls|tls|ssl)\b",
        r"(tls|ssl|encryption|(encrypted|secure) connection) (is )?(required|needed|mandatory)|"
        r"must be encrypted",
        r"^538 |5\.7\.11\b|(requiere|exige|necesita) (una )?(conexion segura|tls|ssl|cifrado)",
    ),
    rule(
        "our_name_refused",
        rf"\b(helo|ehlo)\b{NEAR}(rejected|invalid|not (found|match)|denied|refused|bad|forged|resolve)",
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
        r"must change (your )?password",
    ),
    rule("auth_too_long", r"5\.5\.6\b|authentication exchange line"),
    rule(
        "auth_app_password",
        r"app(lication)?[- ]?(specific)?[- ]passwords?|app[- ]?specific|contrasena de (la )?aplicacion",
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
        rf"5\.7\.30\b|basic {AUTH}( method)? {IS}(disabled|not supported|retired|deprecated|"
        rf"blocked|removed)",
        rf"(less secure apps?|legacy {AUTH}) {IS}(no longer|not|disabled|blocked)|autenticacion basica",
    ),
    rule(
        "auth_policy",
        r"5\.7\.139\b.*(security default|criteria|polic(y|ies)|conditional|locked|blocked|administrator)",
        rf"security defaults|conditional access|blocked by (an? )?({AUTH} )?polic",
    ),
    rule("auth_refused", r"5\.7\.139\b"),
    rule("our_address_listed", r"not authori[sz]ed to send e?-?mail directly"),
    rule(
        "our_ip_not_allowed",
        r"^525 |(unauthori[sz]ed|unrecogni[sz]ed|unknown) ip\b|ip restrict\w*|restricted ip|"
        r"not whitelisted",
        rf"\bip\b( address)?{NEAR}not (in |on )?(your |the )?({ALLOWED}|(white|allow) ?list)",
        rf"restricted{NEAR}\bip\b",
    ),
    rule(
        "auth_switched_off",
        rf"\b(imap|pop3?|smtp)\b( {AUTH}| access| service| sending| login| protocol| submission)*"
        rf"( for [\w ]+)? {IS}{OFF}",
        rf"third[- ]party( \w+){{0,4}} {IS}({OFF}|off)|disabled by user|from hpanel",
        rf"external (clients?|apps?|access|smtp){NEAR}(disabled|not allowed|denied)",
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
        r"sandbox|pending approval|under review|(test|testing) (mode|purposes|account)|trial account",
        r"authorized recipients|only send (test|testing|e?-?mails to)|account (is )?awaiting",
        r"not (yet )?(been )?(activated|approved)( yet| for sending|\b)",
    ),
    rule(
        "recipient_refused",
        r"tried to reach (is disabled|does not|is inactive)|5\.2\.1\b.*(mailbox|account|recipient|"
        r"inactive|disabled)",
        r"recipient address rejected: (user (unknown|not|does)|unverified|undeliverable|unknown|"
        r"domain|address|"
        r"mailbox|no such|recipient)|5\.4\.1 .*recipient address rejected",
        r"(recipient|rcpt|destinatario)( address)? (is )?(unknown|cannot be verified|"
        r"does( not|n't) exist|not found|"
        r"invalid|no existe)",
    ),
    rule(
        "account_suspended",
        r"suspend|suspens|bad outbound sender|5\.7\.50[1-3]\b|5\.7\.705\b|compromised|unpaid|billing",
        r"(account|user|mailbox|sender|cuenta|usuario|buzon|dominio|domain|license|subscription)( \S+)?"
        rf"( for [^.]{{0,40}})? {IS}{DEAD}",
        rf"{DEAD} (user |e?-?mail )?(account|mailbox|user|sender)|(blocked|restricted|disabled|"
        rf"barred) from sending",
        rf"(outgoing|outbound|sending|envio)( \w+){{0,6}} {IS}(disabled|blocked|paused|bloquead|"
        rf"restricted)",
        rf"not {ALLOWED} to send( any)?( more)? (mail|messages) (because|due)",
    ),
    # --- how much
    rule(
        "auth_too_many",
        rf"too many( \w+)? (login|log ?in|sign-?in|{AUTH}|password|logon|failed|invalid|bad)\b",
        rf"(login|logon|{AUTH})( \w+)? (rate|attempts)( limit)? (exceeded|limit)|demasiados intentos",
        rf"(temporarily|temporalmente) (locked|blocked|bloquead\w*){NEAR}(login|password|attempt|intento)",
    ),
    rule(
        "too_large",
        r"[45]\.3\.4\b|5\.2\.3\b|tamano maximo|(maximum|max) (message|mail|allowed) ?size|"
        r"size (limit|exceed)",
        r"(message|mail|attachment|mensaje|correo|data|content)( \w+){0,3} "
        r"(size|too (large|big|long)|demasiado grande|tamano)",
        r"exceed\w* (the )?(maximum |max )?(message|mail|size)[ \w]{0,12}size|exceeds? fixed limit",
    ),
    rule("quota", r"[45]\.2\.2\b"),
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
        r"too (fast|much mail)|demasiados (correos|mensajes|envios)|over (the |your )?(sending|"
        r"daily|hourly)",
        r"(out of|no|insufficient|not enough) (e?-?mail )?credits|excedi\w* (el|su|la) (numero|"
        r"limite|cuota)",
        r"(limite|cuota) de (envio|correo|mensaje|salida)",
    ),
    rule(
        "quota",
        r"(mail ?box|inbox|buzon|cuenta|user|account|recipient|storage)( \S+)? "
        rf"{IS}(over ?quota|full|llen[oa]|out of|sin espacio|exceed\w* (its |the |storage )?(quota|"
        rf"storage|space))",
        r"over ?quota|storage allocation|insufficient (storage|space|mailbox)",
        r"(quota|cuota|storage|espacio)( limit)?( \w+){0,3} "
        r"(exceeded|excedid|full|reached|superad|insuficiente|agotad)",
        r"exceed\w* (the |its |their |your |disk |mailbox |storage )*(quota|storage|space)",
    ),
    rule(
        "rate",
        rf"(limit|limite|maximum)\w*{NEAR}(exceeded|reached|excedid|alcanzad|superad)",
        r"(exceeded|reached|over) (your |the |its |their )?(\w+ ){0,3}(limit|quota|maximum)",
    ),
    # --- who sends
    rule(
        "sender_not_verified",
        r"not( \w+)? verified|un-?verified( sender| domain| and|$)|verified sender|sender signature",
        rf"(sender|address|domain|from)( \S+)? {IS}not (been )?(validated|confirmed|registered|activated)",
        r"not (a )?(validated|confirmed|registered) (sender|domain|address|from)",
        r"(validate|verify|confirm|authenticate|authori[sz]e|register) (your|the|this) "
        r"(sender|domain|e?-?mail|address|from|sending)",
        r"must be (a )?(verified|validated|confirmed)|unconfigured sending domain|domain ownership",
        r"(not|isn't) (associated|registered|found|configured|linked|set ?up|added) "
        r"(with|in|on|to|for|under) (your|this|the|our) (account|server|system|organi[sz]ation)",
        r"relaying disallowed.{0,3}invalid domain|sender you used|requires dns configuration",
        r"(remitente|dominio|correo) (no|sin) (esta )?(verificad|validad|confirmad)",
    ),
    rule(
        "sender_unknown",
        r"sender verif\w+( \w+)* fail|verification failed for|domain of sender|unknown sender|"
        r"no such sender",
        r"sender (address )?rejected: (user unknown|unverified|domain|undeliverable|unknown|no such|"
        r"mailbox)",
        r"(sender|from)('s)?( address| domain| user| account| mailbox)*( \S+)? ?(is |was )?"
        r"(unknown|does( not|n't) exist|not found|must (exist|resolve)|unresolvable|has no (mx|a|dns))",
        r"(unable|failed|could not|cannot)( \w+)? (to )?(verify|resolve) (the )?(sender|from)",
        r"\d\.1\.8\b.*(domain|sender address rejected)",
    ),
    rule("account_suspended", r"5\.1\.8\b"),
    rule(
        "domain_authentication",
        r"\b(spf|dkim|dmarc|domainkeys|arc)\b|5\.7\.2[0-46-9]\b|5\.7\.5(09|15)\b",
        r"(sender|mail|message|e-?mail)( is| was)? unauthenticated|not permitted sender|designated sender",
    ),
    rule(
        "auth_required",
        r"not logged in|unauthenticated senders|mail from is local then you must",
        r"not have permissions? to submit",
    ),
    rule(
        "sender_not_allowed",
        r"not owned by|send ?-?as\b|send ?as ?denied|5\.7\.60\b|5\.2\.252\b|relaying disallowed as|"
        r"\bib50\d\b",
        rf"in header from|permissions? to send|not {ALLOWED} to (perform `?ses:)?send",
        rf"not {ALLOWED} to use( this| that| the)? ?(from|sender|address|mail|as|domain)",
        rf"{SENDER}{NEAR}{DENIED}",
        rf"(not {ALLOWED}|cannot|can't|may not|must not){NEAR}\b(as|from|using) (this |the |that )?"
        r"(sender|from|address|domain)",
        rf"(user|account|login|usuario){NEAR}(not {ALLOWED}|does( not|n't) (match|own)){NEAR}"
        r"(sender|from|address|domain|remitente)",
        r"sender address rejected: (access|not|policy)|does not match (the )?(authenticat|login|"
        r"logged|user)",
        r"invalid (sender|mail from)|sender (is )?(invalid|rejected|refused|denied)|(address|"
        r"sender) not allowed( for| to)",
        r"spoof|forged|(no|sin) (tiene )?(permiso|autoriza)\w* (para|de) (enviar|usar)",
        r"remitente (no|invalido|rechazad)|not your (own )?address",
    ),
    # --- the sign-in once more, by what it says in general
    rule(
        "auth_later",
        rf"temporary {AUTH}( \w+)? (failure|error)|^4\d\d .*(cannot|unable to) {AUTH}|"
        rf"^454 (4\.7\.0 )?temporary",
        rf"^4\d\d .*{AUTH}( \w+){{0,3}} (fail|error|unavail|not available|server|service|backend|try)",
        rf"{AUTH} (server|service|backend|system)( \w+){{0,3}} (unavailable|down|lost|error|timeout)",
        r"lost to authentication",
    ),
    rule(
        "auth_not_offered",
        rf"{AUTH}( command| mechanism| type| method)* {IS}(not|un)[- ]?"
        r"(enabled|available|supported|offered|recogni[sz]ed|implemented|advertised)",
        rf"(unrecogni[sz]ed|unsupported|invalid) {AUTH} (mechanism|type|method)|"
        rf"when not advertised|5\.7\.4\b",
        r"(mechanism|method|type)( \S+)? (is )?(not|un) ?(supported|available|known|recogni[sz]ed|offered)",
        rf"^50[24] (5\.[57]\.\d )?({AUTH}|command|unrecogni[sz]ed|unimplemented)",
        r"no (supported |suitable )?(authentication )?mechanism",
    ),
    rule("relay_denied", r"credentials for relay"),
    rule("sender_not_allowed", r"(from|sender)\S*( name)? is (not valid|invalid)"),
    rule(
        "auth_required",
        rf"^530 |5\.7\.57\b|{AUTH}( is| must| first)? (required|needed|first|necesaria|requerida|"
        rf"obligatoria)",
        rf"(needs?|requires?|without|turn on|enable|use|missing) (smtp )?{AUTH}|smtp {AUTH} turned on",
        rf"must (first )?(be )?({AUTH}|log(ged)? ?in|sign(ed)? ?in)|(not|wasn't|"
        rf"un) ?(been )?authenticated",
        rf"please (log ?in|{AUTH}|sign ?in)|(log ?in|authenticate|pop) (first|before)",
        r"(requiere|requerid|debe|necesita)\w* (autenti|iniciar sesion|identific)|no autenticad",
    ),
    rule(
        "relay_denied",
        r"\brelay|delivery is not allowed to this address|not a? ?local (domain|user)|rcpthosts",
        r"no permitido reenvi|reenvio (no|denegad)|outside (this|your) (domain|server)",
    ),
    rule(
        "auth_refused",
        r"^53[45] |5\.7\.[38]\b|credenti?al|fail\w* to auth|authentifizierung|api key",
        rf"{AUTH} (data|fail|unsuccessful|error|invalid|rejected|denied|incorrect)",
        r"(log ?in|logon|sign ?in)( \w+)? (fail|incorrect|invalid|denied|not)",
        r"(incorrect|invalid|wrong|bad|unknown|incorrect[oa]s?) (user\w*|log ?in|logon|smtp|account)?"
        rf"( ?(or|and|o|y|/|,) ?)?{WORD}",
        rf"{WORD}( \w+){{0,3}} (incorrect|invalid|wrong|not (accepted|valid|match)|erronea|falsch|"
        rf"no valida)",
        rf"(usuario|user ?name)( o | or |/| y | and ){WORD}|autenticacion (fallida|incorrecta|fallo)",
        r"no se pudo autenticar",
    ),
    # --- who asks, and from where
    rule(
        "message_refused",
        r"(url|link|content|message)s?( \w+){0,4} (listed|blacklisted)|(uribl|surbl|dbl\.)",
    ),
    rule(
        "greylisted",
        r"gr[ea]y[- ]?list|lista gris|postgrey|temporarily deferred|(delayed|deferred) (for|due|by)|"
        r"try again in \d+",
    ),
    rule(
        "our_address_listed",
        r"spamhaus|barracuda|spamcop|sorbs|\b(dns|r)?bl\b|\brbl|dnsbl|(black|block) ?list|lista negra",
        r"listed (at|in|by|on)|reputation|blocked using|5\.7\.(606|511|708)\b|s31[45]0\b|ib401\b",
        r"client host\b.{0,80}(rejected|blocked|denied)|banned sending ip",
        r"(your|sending|sender|client|this|the) ?(mta'?s? )?(ip|server|host|network|address|mta)( address)?"
        rf"( \S+)? {IS}(blocked|banned|rejected|denied|listed)",
        rf"access (denied|to this mail system){NEAR}(\bip\b|rejected)",
    ),
    # --- the message
    rule(
        "message_refused",
        r"\bspam\b|junk|unsolicited|virus|malware|phish|suspicious|security issue|attachment|prohibited",
        r"(content|message|mail|contenido|mensaje)( \w+){0,4} "
        r"(blocked|rejected|refused|filter|policy|scan|not accepted|denied|rechazad)",
        r"content (filter|rejected|presents)|policy (violation|reason|restriction|rejection)|mail-policy",
        r"(blocked|rejected) (by|due to|for|as) (policy|content|our|filter)|5\.7\.512\b|"
        r"bounce\.secureserver",
        r"\bib[26]\d\d",
    ),
    # --- to whom
    rule(
        "recipient_refused",
        r"5\.1\.(0|1|2|3|6|10)\b|mailbox (name )?not allowed|not our customer|no mailbox",
        r"(user|recipient|mailbox|address|account|usuario|destinatario|buzon)( \S+)?( \w+)? "
        r"(unknown|(was )?not found|unavailable|does( not|n't) exist|doesn't have|invalid|no existe|"
        r"inexistente|"
        r"desconocid|not local)",
        r"(unknown|no such|invalid|non-?existent|bad) (local )?"
        r"(user|recipient|mailbox|address|person|account|destination)",
        r"(direccion|cuenta) (desconocid|inexistente|no existe|invalid)",
    ),
)

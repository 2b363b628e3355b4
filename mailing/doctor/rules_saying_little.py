"""Refusals whose words say less: of sender, sign-in, our address, message, recipient. Plain data."""

from mailing.doctor.words import ALLOWED, AUTH, DENIED, IS, NEAR, SENDER, WORD, Rule, rule

SAYING_LITTLE: tuple[Rule, ...] = (
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
        r"(unknown|does( not|n't) exist|not (found|hosted)|must (exist|resolve)|unresolvable|"
        r"has no (mx|a|dns))",
        r"remitente( \S+)? (no (existe|se encuentra|(fue )?encontrad|resuelve)|desconocid|inexistente)",
        r"(unable|failed|could not|cannot)( \w+)? (to )?(verify|resolve) (the )?(sender|from)",
        r"\d\.1\.8\b.*(domain|sender address rejected)|domain has no (mx|dns)|unroute?able sender|"
        r"while verifying <?@",
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
        rf"{SENDER}{NEAR}{DENIED}|not accept (the )?(from|sender|mail from|header from)\b",
        rf"(not {ALLOWED}|cannot|can't|may not|must not){NEAR}\b(as|from|using) (this |the |that )?"
        r"(sender|from|address|domain)",
        rf"(user|account|login|usuario){NEAR}(not {ALLOWED}|does( not|n't) (match|own)){NEAR}"
        r"(sender|from|address|domain|remitente)",
        r"sender address rejected: (access|not|policy)|does not match (the )?(authenticat|login|"
        r"logged|user)",
        r"invalid (sender|mail from)|sender (is )?(invalid|rejected|refused|denied)|(address|"
        r"sender) not allowed( for| to)",
        r"spoof|forged|not local sender|not permitted for (login|user)",
        r"(no|sin) (tiene |esta )?(permiso|autoriza)\w* (para|de|a) (enviar|usar)",
        r"remitente (no|invalido|rechazad)|not your (own )?address",
        rf"dominio{NEAR}no (esta )?(autorizad|permitid)",
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
        r"(metodo|mecanismo) de autenticacion no (soportad|admitid|permitid|disponible)",
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
        rf"{AUTH}( is)? missing|sin (antes )?autentic|(active|habilite|use|configure) (la |su )?autentic",
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
        r"\b(url|link)s? in (your|the|this) (message|mail)",
    ),
    rule(
        "greylisted",
        r"gr[ea]y[- ]?list|lista gris|postgrey|temporarily deferred|(delayed|deferred) (for|due|by)|"
        r"try again in \d+|intentional policy rejection",
    ),
    rule(
        # Whatever else it says of the sender: it is not our address that it speaks of.
        "sender_not_allowed",
        rf"sender( address| domain)? {IS}(rejected|refused|blocked|blacklisted|banned|denied)\b",
    ),
    rule(
        "our_address_listed",
        r"spamhaus|barracuda|spamcop|sorbs|\b(dns|r)?bl\b|\brbl|dnsbl|(black|block) ?list|"
        r"listas? (negra|de bloqueo)",
        r"listed (at|in|by|on)|reputation|reputacion|blocked using|s31[45]0\b|ib401\b|"
        r"\bipcheck\.|\bdelist",
        r"client host\b.{0,80}(rejected|blocked|denied)|banned sending ip",
        r"(sender ip|(your|sending|client|this|the) ?(mta'?s? )?(ip|server|host|network|address|"
        rf"mta))( address)?( \S+)? {IS}(blocked|banned|rejected|denied|listed)",
        rf"access (denied|to this mail system){NEAR}(\bip\b|rejected)|host network.{{0,3}}not allowed",
        rf"\bip( \S+)? {IS}(bloquead|rechazad|denegad|listad)",
        rf"(acceso|conexion)( \w+)? (no permitid|denegad|rechazad|bloquead)\w*{NEAR}\bip\b",
    ),
    # --- the message
    rule(
        "message_refused",
        r"\b(r|anti)?-?spam(assassin|d)?\b|correo no deseado|junk|"
        r"unsolicited|virus|malware|phish|suspicious|sospechos|security issue|attachment|prohibited",
        r"(content|message|e?-?mail|contenido|mensaje|correo)( \w+){0,4} "
        r"(blocked|rejected|refused|filter|policy|scan|not accepted|denied|rechazad|bloquead|retenid|"
        r"no esta permitid)",
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
        r"recipient verif\w+ fail|unroute?able",
        r"(direccion|cuenta)( de destino)? (desconocid|inexistente|no existe|invalid)",
    ),
)

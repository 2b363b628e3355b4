"""Refusals of the sign-in. Plain data."""

from mailing.doctor.reply_rules.words import ALLOWED, AUTH, IS, NEAR, OFF, WORD, Rule, rule

# Where it says what it wants.
SAYING_WHAT: tuple[Rule, ...] = (
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
)

# Once more, by what it says in general.
IN_GENERAL: tuple[Rule, ...] = (
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
)

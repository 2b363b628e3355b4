"""Refusals because of how much: too many mails, too large, no room left. Plain data."""

from mailing.doctor.reply_rules.words import AUTH, IS, LIMIT, NEAR, PERIOD, Rule, rule

RULES: tuple[Rule, ...] = (
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

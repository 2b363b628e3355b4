"""Refusals of who sends. Plain data."""

from mailing.doctor.reply_rules.words import ALLOWED, DENIED, IS, NEAR, SENDER, Rule, rule

# Where Postfix says what is wrong with how it is written.
MISSPELLED: tuple[Rule, ...] = (
    rule(
        "sender_unknown",
        r"sender address rejected: (need fully|malformed|improper)|invalid dns mx",
        r"address must contain a domain|domain name required for sender|^517 domain",
    ),
)

RULES: tuple[Rule, ...] = (
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
)

"""Refusals of who asks, and from where: our server's address. Plain data."""

from mailing.doctor.reply_rules.words import GREYLIST, IS, NEAR, Rule, rule

RULES: tuple[Rule, ...] = (
    rule(
        "message_refused",
        r"(url|link|content|message)s?( \w+){0,4} (listed|blacklisted)|(uribl|surbl|dbl\.)",
        r"\b(url|link)s? in (your|the|this) (message|mail)",
    ),
    rule(
        "greylisted",
        GREYLIST,
        r"temporarily deferred|(delayed|deferred) (for|due|by)|try again in \d+|intentional policy rejection",
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
)

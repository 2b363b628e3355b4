"""Refusals of the connection: its encryption, and what our server calls itself. Plain data."""

from mailing.doctor.reply_rules.words import IS, NEAR, Rule, rule

RULES: tuple[Rule, ...] = (
    rule("later", r"^4\d\d .*(server configuration (problem|error)|(recipient|mailbox) temporarily unavail)"),
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
)

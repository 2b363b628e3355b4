"""Refusals of the message itself. Plain data."""

from mailing.doctor.reply_rules.words import Rule, rule

RULES: tuple[Rule, ...] = (
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
)

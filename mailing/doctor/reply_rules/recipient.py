"""Refusals of to whom it goes. Plain data."""

from mailing.doctor.reply_rules.words import Rule, rule

RULES: tuple[Rule, ...] = (
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

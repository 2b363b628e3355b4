"""Refusals of the provider's account: not yet verified, suspended, closed. Plain data."""

from mailing.doctor.reply_rules.words import ALLOWED, DEAD, IS, NEAR, Rule, rule

RULES: tuple[Rule, ...] = (
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
)

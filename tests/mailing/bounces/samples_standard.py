"""What servers say of a recipient in a report by the standard (RFC 3464)."""

TO = "ana@panaderia.mx"


def fields(
    status: str = "5.1.1",
    said: str = "smtp; 550 5.1.1 <ana@panaderia.mx>: Recipient address rejected: User unknown",
    *,
    action: str = "failed",
    final: str = f"rfc822; {TO}",
    original: str = f"rfc822;{TO}",
) -> str:
    """The fields about one recipient; empty ones are left out."""
    named = {
        "Final-Recipient": final,
        "Original-Recipient": original,
        "Action": action,
        "Status": status,
        "Diagnostic-Code": said,
    }
    return "\n".join(f"{name}: {value}" for name, value in named.items() if value)


# Of each: what kind of server, the fields, what the message becomes, and words of its history.
STANDARD = [
    ("Postfix", fields(), "no_address", "no existe (550 5.1.1)"),
    ("Postfix, its own table", fields("5.1.1", 'X-Postfix; unknown user: "ana"'), "no_address", "5.1.1"),
    (
        "Gmail",
        fields(
            said="smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n"
            " 550-5.1.1 double-checking the recipient's email address for typos or\n 550 5.1.1 unnecessary "
            "spaces."
        ),
        "no_address",
        "550 5.1.1",
    ),
    (
        "Exchange",
        fields(
            "5.1.10",
            "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
        ),
        "no_address",
        "5.1.10",
    ),
    ("Exchange, one word", fields("5.1.1", "", original=""), "no_address", "550 5.1.1"),
    (
        "Exim",
        fields("5.0.0", "smtp; 550 No Such User Here", original=""),
        "no_address",
        "no existe",
    ),
    ("Exim, no way", fields("5.0.0", "x-exim; Unrouteable address", original=""), "no_address", "no existe"),
    (
        "Postfix, no such domain",
        fields(
            "5.4.4",
            "X-Postfix; Host or domain name not found. Name service error for\n name=panaderia.mx type=A: "
            "Host not found",
        ),
        "no_address",
        "no existe",
    ),
    (
        "Sendmail",
        fields("5.1.1", "SMTP; 550 5.1.1 <ana@panaderia.mx>... User unknown"),
        "no_address",
        "5.1.1",
    ),
    (
        "Domino",
        fields("5.1.1", "X-Notes; User ana (ana@panaderia.mx) not listed in Domino\n Directory"),
        "no_address",
        "5.1.1",
    ),
    (
        "Yahoo",
        fields("5.0.0", "smtp; 554 delivery error: dd This user doesn't have a yahoo.com account"),
        "no_address",
        "no existe",
    ),
    (
        "Hotmail",
        fields(
            "5.5.0",
            "smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302).",
        ),
        "no_address",
        "no existe",
    ),
    (
        "Exchange Online, no such domain",
        fields("5.4.310", "smtp;550 5.4.310 DNS domain panaderia.mx does not exist [Message=Info]"),
        "no_address",
        "5.4.310",
    ),
    (
        "SES, tried too often",
        fields(
            "5.1.1",
            "Amazon SES has suppressed sending to this address because it has a recent history of bouncing\n"
            " as an invalid address.",
        ),
        "no_address",
        "5.1.1",
    ),
    (
        "a filter, with the other server's answer in brackets",
        fields("5.1.1", "smtp; 550 permanent failure (ana@panaderia.mx:550 5.1.1 User unknown)"),
        "no_address",
        "5.1.1",
    ),
    (
        "closed",
        fields("5.2.1", "smtp; 550 5.2.1 The email account that you tried to reach is inactive"),
        "no_address",
        "5.2.1",
    ),
    (
        "in capitals",
        fields(
            "5.1.1 (bad)",
            "SMTP; 550 5.1.1 User unknown",
            action="Failed (unknown user)",
            final=f"RFC822; {TO.upper()}",
            original="",
        ),
        "no_address",
        "5.1.1",
    ),
    (
        "Domino, with no code",
        fields("5.0.0", "X-Notes; User ana (ana@panaderia.mx) not listed in Domino Directory"),
        "no_address",
        "no existe (550)",
    ),
    (
        "Domino, a code that says little",
        fields("5.1.0", "X-Notes; User ana not listed in public Name & Address Book"),
        "no_address",
        "5.1.0",
    ),
    (
        "Microsoft 365",
        fields("5.4.1", "smtp;550 5.4.1 Recipient address rejected: Access denied. AS(201806281)"),
        "no_address",
        "5.4.1",
    ),
    (
        "Gmail, no such domain",
        fields(
            "4.0.0",
            "smtp; DNS Error: DNS type 'mx' lookup of panaderia.mx responded with code NXDOMAIN\n Domain "
            "name not found: panaderia.mx",
        ),
        "no_address",
        "no existe",
    ),
    ("a filter's word", fields("5.7.1", "smtp; 550 5.7.1 Recipient unknown"), "no_address", "5.7.1"),
    ("a filter's other", fields("5.7.1", "smtp; 550 5.7.1 Access denied"), "bounced", "nuestra reputación"),
    ("IronPort", fields("5.1.0", "smtp; 550 #5.1.0 Address rejected."), "no_address", "5.1.0"),
    (
        "a domain without mail",
        fields("5.1.0", "X-Postfix; Domain panaderia.mx does not accept mail (nullMX)"),
        "no_address",
        "5.1.0",
    ),
    (
        "of our sender",
        fields("5.1.0", "smtp; 550 5.1.0 <f@x.mx>: Sender address rejected: User unknown"),
        "bounced",
        "nuestro remitente",
    ),
    ("no action", fields(action=""), "no_address", "5.1.1"),
    (
        "full",
        fields("5.2.2", "smtp; 552 5.2.2 The email account is over quota"),
        "bounced",
        "lleno (552 5.2.2)",
    ),
    (
        "full for five days",
        fields("4.2.2", "smtp; 452 4.2.2 The email account is over quota"),
        "bounced",
        "lleno",
    ),
    ("too long", fields("4.4.7", "smtp; 451 4.4.7 Delivery time expired"), "bounced", "a tiempo"),
    (
        "silence",
        fields("4.4.1", "X-Postfix; connect to panaderia.mx[203.0.113.9]:25: Connection timed out"),
        "bounced",
        "a tiempo",
    ),
    ("nothing said", fields("5.0.0", ""), "bounced", "no lo aceptó (550)"),
    (
        "a filter",
        fields("5.7.1", "smtp; 550 5.7.1 Message rejected as spam"),
        "bounced",
        "nuestra reputación",
    ),
    (
        "our list",
        fields("5.7.1", "smtp; 554 5.7.1 Client host blocked using zen.spamhaus.org"),
        "bounced",
        "nuestra reputación",
    ),
    (
        "our domain",
        fields(
            "5.7.26",
            "smtp; 550-5.7.26 Unauthenticated email from sistemasperseo.com is not accepted due to domain's "
            "DMARC policy",
        ),
        "bounced",
        "nuestro remitente",
    ),
    ("size", fields("5.2.3", "smtp; 552 5.2.3 Message size exceeds maximum"), "bounced", "tamaño"),
    ("a forward that is dead", fields(final="rfc822; ana.vieja@otro.mx"), "no_address", "5.1.1"),
    (
        "a forward, not said whose",
        fields(final="rfc822; ana.vieja@otro.mx", original=""),
        "bounced",
        "se reenvía",
    ),
]

"""Domains whose MX, DKIM or DMARC is right or wrong, and those of which nothing is known."""

import base64

from tests.mailing.arrival.domains import FINE, OFFICE, Domain, spf_alone
from tests.mailing.arrival.name_server import SERVFAIL, SILENT

REST = (
    # --- other providers
    Domain(
        "Microsoft", FINE, ("v=spf1 include:spf.protection.outlook.com -all",), host=OFFICE, dkim="selector2"
    ),
    Domain(
        "Hostinger without its key",
        ("mx_ok", "spf_ok", "dkim_missing", "dmarc_watching"),
        ("v=spf1 include:_spf.mail.hostinger.com ~all",),
        host="smtp.hostinger.com",
        dkim="",
        copies="hostingermail-a.dkim.mail.hostinger.com.",
    ),
    Domain(
        "Fastmail without its key",
        ("mx_ok", "spf_ok", "dkim_missing", "dmarc_watching"),
        ("v=spf1 include:spf.messagingengine.com ~all",),
        host="smtp.fastmail.com",
        dkim="",
        copies="fm1.d.mx.dkim.fmhosted.com.",
    ),
    Domain(
        "SendGrid, signed",
        ("mx_ok", "spf_elsewhere", "dkim_ok", "dmarc_ok"),
        host="smtp.sendgrid.net",
        dkim="s1",
        dmarc=("v=DMARC1; p=reject",),
    ),
    Domain(
        "SendGrid, not signed",
        ("mx_ok", "spf_elsewhere", "dkim_missing", "dmarc_reject"),
        host="smtp.sendgrid.net",
        dkim="",
        dmarc=("v=DMARC1; p=reject",),
    ),
    # --- MX
    Domain("no exchanger", ("mx_missing", *FINE[1:]), mx=(), copies="1 smtp.google.com."),
    Domain("takes no mail", ("mx_null", *FINE[1:]), mx=("0 .",)),
    Domain("takes none, and some", FINE, mx=("0 .", "10 mx.d.mx."), says="d.mx recibe correo en mx.d.mx."),
    Domain(
        "an exchanger that is not there", ("mx_dead", *FINE[1:]), mx=("10 nadie.d.mx.",), says="nadie.d.mx"
    ),
    Domain(
        "an address for a name", ("mx_dead", *FINE[1:]), mx=("10 192.0.2.9.",), copies="1 smtp.google.com."
    ),
    Domain("this machine", ("mx_dead", *FINE[1:]), mx=("10 localhost.",)),
    Domain(
        "whoever asks",
        ("mx_dead", *FINE[1:]),
        mx=("10 yo.mx.", "20 casa.mx."),
        more={"yo.mx": {"A": ["127.0.0.1"], "AAAA": ["::1"]}, "casa.mx": {"A": ["10.0.0.1"]}},
    ),
    Domain("an exchanger of IPv6", FINE, mx=("10 seis.mx.",), more={"seis.mx": {"AAAA": ["2001:db8::9"]}}),
    Domain("the first is not there", FINE, mx=("10 nadie.d.mx.", "20 b.d.mx."), says="en b.d.mx."),
    Domain("the exchanger's server is silent", FINE, mx=("10 mudo.mx.",), more={"mudo.mx": SERVFAIL}),
    Domain("several exchangers", FINE, mx=("20 b.d.mx.", "10 a.d.mx."), says="a.d.mx"),
    # --- DKIM
    Domain("no key", ("mx_ok", "spf_ok", "dkim_missing", "dmarc_watching"), dkim=""),
    Domain("retired key", ("mx_ok", "spf_ok", "dkim_revoked", "dmarc_watching"), key="v=DKIM1; p="),
    Domain(
        "key cut short",
        ("mx_ok", "spf_ok", "dkim_broken", "dmarc_watching"),
        key="v=DKIM1; k=rsa; p=MIIBIjANBgkq",
    ),
    Domain("key of another kind", ("mx_ok", "spf_ok", "dkim_broken", "dmarc_watching"), key="ec"),
    Domain(
        "key for no mail",
        ("mx_ok", "spf_ok", "dkim_broken", "dmarc_watching"),
        key=f"v=DKIM1; k=ed25519; s=other; p={base64.b64encode(bytes(32)).decode()}",
    ),
    Domain(
        "key for SHA-1 alone",
        ("mx_ok", "spf_ok", "dkim_broken", "dmarc_watching"),
        key=f"v=DKIM1; k=ed25519; h=sha1; p={base64.b64encode(bytes(32)).decode()}",
    ),
    Domain("weak key", ("mx_ok", "spf_ok", "dkim_weak", "dmarc_watching"), key="weak"),
    Domain("ed25519", FINE, key=f"v=DKIM1; k=ed25519; p={base64.b64encode(bytes(32)).decode()}"),
    # --- DMARC
    Domain(
        "refuses, and is proved", (*FINE[:3], "dmarc_ok"), dmarc=("v=DMARC1; p=reject; rua=mailto:a@d.mx",)
    ),
    Domain(
        "proved by its key alone",
        ("mx_ok", "spf_fail", "dkim_ok", "dmarc_ok"),
        ("v=spf1 -all",),
        dmarc=("v=DMARC1;p=reject",),
    ),
    Domain(
        "proved by nothing",
        ("mx_ok", "spf_fail", "dkim_missing", "dmarc_reject"),
        ("v=spf1 -all",),
        dkim="",
        dmarc=("v=DMARC1; p=reject",),
    ),
    Domain(
        "to the spam",
        ("mx_ok", "spf_none", "dkim_missing", "dmarc_quarantine"),
        (),
        dkim="",
        dmarc=("v=DMARC1; p=quarantine; pct=100",),
    ),
    Domain("no policy", (*FINE[:3], "dmarc_none"), dmarc=(), copies="v=DMARC1; p=none"),
    Domain(
        "two policies",
        (*FINE[:3], "dmarc_two"),
        dmarc=("v=DMARC1; p=none", "v=DMARC1; p=reject"),
        copies="v=DMARC1; p=",
    ),
    Domain(
        "a policy that is none",
        (*FINE[:3], "dmarc_syntax"),
        dmarc=("v=DMARC1; p=rechazar",),
        copies="v=DMARC1; p=none",
    ),
    Domain("a policy without its version", (*FINE[:3], "dmarc_syntax"), dmarc=("p=none; v=DMARC1",)),
    Domain(
        "the organisation's",
        (*FINE[:3], "dmarc_ok"),
        domain="facturas.d.com.mx",
        dmarc=(),
        more={"_dmarc.d.com.mx": {"TXT": ["v=DMARC1; p=none; sp=reject"]}},
    ),
    Domain(
        "a registry's is not the organisation's",
        (*FINE[:3], "dmarc_ok"),
        domain="d.com.mx",
        dmarc=("v=DMARC1; p=reject",),
        more={"_dmarc.com.mx": {"TXT": ["v=DMARC1; p=none; psd=y"]}},
    ),
    Domain(
        "signed above, relaxed",
        (*FINE[:3], "dmarc_ok"),
        domain="f.d.com.mx",
        dkim="",
        dmarc=(),
        more={
            "_dmarc.d.com.mx": {"TXT": ["v=DMARC1; p=reject"]},
            "google._domainkey.d.com.mx": {"TXT": ["good"]},
        },
    ),
    Domain(
        "signed above, strict",
        ("mx_ok", "spf_fail", "dkim_above", "dmarc_reject"),
        ("v=spf1 -all",),
        domain="f.d.com.mx",
        dkim="",
        dmarc=(),
        more={
            "_dmarc.d.com.mx": {"TXT": ["v=DMARC1; p=reject; adkim=s"]},
            "google._domainkey.d.com.mx": {"TXT": ["good"]},
        },
    ),
    # --- no answer
    Domain(
        "SERVFAIL everywhere",
        ("mx_unknown", "spf_unknown", "dkim_unknown", "dmarc_unknown"),
        more=dict.fromkeys(("d.mx", "_dmarc.d.mx", "google._domainkey.d.mx"), SERVFAIL),
    ),
    Domain(
        "silence everywhere",
        ("mx_unknown", "spf_unknown", "dkim_unknown", "dmarc_unknown"),
        more=dict.fromkeys(("d.mx", "_dmarc.d.mx", "google._domainkey.d.mx"), SILENT),
    ),
    Domain(
        "an include that is silent",
        spf_alone("spf_unknown"),
        ("v=spf1 include:slow.mx include:_spf.google.com ~all",),
        more={"slow.mx": SILENT},
    ),
    Domain("silence about the policy alone", (*FINE[:3], "dmarc_unknown"), more={"_dmarc.d.mx": SILENT}),
)

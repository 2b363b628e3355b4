"""Domains whose SPF is right or wrong in each of its ways."""

from tests.mailing.arrival.domains import FINE, GOOD_SPF, MX, OWN, Domain, spf_alone


def _own(what: str, code: str, spf: str, **more: object) -> Domain:
    return Domain(what, ("mx_ok", code, "dmarc_watching"), (spf,), host=OWN, dkim="", **more)  # type: ignore[arg-type]


MANY = " ".join(f"include:nothing{n}.example" for n in range(10))
VOIDS = "a:no1.mx a:no2.mx a:no3.mx"
SPF = (
    # --- SPF, by a provider
    Domain("Google as Google says", FINE),
    Domain("in capitals", FINE, ("V=SPF1 INCLUDE:_SPF.GOOGLE.COM ~ALL",)),
    Domain("by redirect", FINE, ("v=spf1 redirect=_spf.google.com",)),
    Domain(
        "in what it includes",
        FINE,
        ("v=spf1 include:_all.d.mx -all",),
        more={"_all.d.mx": {"TXT": [GOOD_SPF]}},
    ),
    Domain("by the server's address", FINE, ("v=spf1 ip4:198.51.100.0/24 -all",)),
    Domain("none", spf_alone("spf_none"), (), copies="v=spf1 include:_spf.google.com ~all"),
    Domain(
        "only others, softly",
        spf_alone("spf_softfail"),
        ("v=spf1 include:spf.protection.outlook.com ~all",),
        copies="v=spf1 include:_spf.google.com include:spf.protection.outlook.com ~all",
    ),
    Domain(
        "only others, hard",
        spf_alone("spf_fail"),
        ("v=spf1 mx -all",),
        copies="v=spf1 include:_spf.google.com mx -all",
        more={"mx.d.mx": {"A": ["192.0.2.1"]}},
    ),
    Domain(
        "says nothing", spf_alone("spf_neutral"), ("v=spf1",), copies="v=spf1 include:_spf.google.com ~all"
    ),
    Domain("neutral", spf_alone("spf_neutral"), ("v=spf1 ?all",)),
    Domain("doubts the provider", spf_alone("spf_softfail"), ("v=spf1 ~include:_spf.google.com -all",)),
    Domain(
        "everybody", spf_alone("spf_open"), ("v=spf1 +all",), copies="v=spf1 include:_spf.google.com ~all"
    ),
    Domain(
        "everybody, unsaid",
        spf_alone("spf_open"),
        ("v=spf1 include:_spf.google.com all",),
        copies="v=spf1 include:_spf.google.com ~all",
    ),
    Domain(
        "two",
        spf_alone("spf_two"),
        (GOOD_SPF, "v=spf1 include:spf.protection.outlook.com -all"),
        copies="v=spf1 include:_spf.google.com include:spf.protection.outlook.com ~all",
    ),
    Domain(
        "two in an include",
        spf_alone("spf_two"),
        ("v=spf1 include:two.mx ~all",),
        more={"two.mx": {"TXT": ["v=spf1 a -all", "v=spf1 mx -all"]}},
        says="two.mx",
    ),
    Domain("ten look-ups", FINE, (f"v=spf1 {' '.join(MANY.split()[:7])} include:_spf.google.com ~all",)),
    Domain(
        "eleven look-ups",
        spf_alone("spf_too_many"),
        (f"v=spf1 {' '.join(MANY.split()[:8])} include:_spf.google.com ~all",),
        says="(include:nothing7.example)",
        copies=f"v=spf1 include:_spf.google.com {' '.join(MANY.split()[:7])} ~all",
    ),
    Domain("ten before, none after", FINE, (f"v=spf1 include:_spf.google.com {MANY} ~all",)),
    Domain(
        "many of all sorts",
        spf_alone("spf_too_many"),
        (f"v=spf1 a mx ptr exists:e.mx {' '.join(MANY.split()[:7])} -all",),
        more={
            "mx.d.mx": {"A": ["192.0.2.1"]},
            "d.mx": {
                "A": ["192.0.2.2"],
                "MX": MX,
                "TXT": [f"v=spf1 a mx ptr exists:e.mx {' '.join(MANY.split()[:7])} -all"],
            },
        },
    ),
    Domain(
        "three that are not there",
        spf_alone("spf_void"),
        (f"v=spf1 {VOIDS} include:_spf.google.com ~all",),
        says="no3.mx",
        copies="v=spf1 include:_spf.google.com ~all",
    ),
    Domain("two that are not there", FINE, ("v=spf1 a:no1.mx a:no2.mx include:_spf.google.com ~all",)),
    Domain(
        "includes itself",
        spf_alone("spf_loop"),
        ("v=spf1 include:d.mx ~all",),
        copies="v=spf1 include:_spf.google.com ~all",
    ),
    Domain(
        "a loop of two",
        spf_alone("spf_loop"),
        ("v=spf1 include:l1.mx ~all",),
        more={
            "l1.mx": {"TXT": ["v=spf1 include:l2.mx ~all"]},
            "l2.mx": {"TXT": ["v=spf1 include:l1.mx ~all"]},
        },
        says="l1.mx",
    ),
    Domain(
        "a loop of redirects",
        spf_alone("spf_loop"),
        ("v=spf1 redirect=l1.mx",),
        more={"l1.mx": {"TXT": ["v=spf1 redirect=d.mx"]}},
    ),
    Domain(
        "includes what has none",
        spf_alone("spf_missing_include"),
        ("v=spf1 include:gone.mx include:_spf.google.com ~all",),
        says="gone.mx",
        copies="v=spf1 include:_spf.google.com ~all",
    ),
    Domain("redirects to what has none", spf_alone("spf_missing_include"), ("v=spf1 redirect=gone.mx",)),
    Domain(
        "a slip",
        spf_alone("spf_syntax"),
        ("v=spf1 inlcude:_spf.google.com ~all",),
        says="inlcude:_spf.google.com",
        copies="v=spf1 include:_spf.google.com ~all",
    ),
    Domain(
        "a wrong network",
        spf_alone("spf_syntax"),
        ("v=spf1 ip4:203.0.113.300 include:_spf.google.com ~all",),
        copies="v=spf1 include:_spf.google.com ~all",
    ),
    Domain("v6 for v4", spf_alone("spf_syntax"), ("v=spf1 ip4:2001:db8::1 ~all",)),
    Domain("a colon too many", spf_alone("spf_syntax"), ("v=spf1 include: ~all",)),
    Domain(
        "what nobody knows is passed over",
        FINE,
        ("v=spf1 exp=why.d.mx x-more=1 include:_spf.google.com ~all",),
    ),
    Domain(
        "another version", spf_alone("spf_none"), ("v=spf10 include:_spf.google.com ~all", "spf2.0/pra -all")
    ),
    Domain(
        "huge",
        FINE,
        (f"v=spf1 include:_spf.google.com {' '.join(f'ip4:10.0.{n}.0/24' for n in range(250))} ~all",),
    ),
    Domain(
        "huger than anything",
        FINE,
        (f"v=spf1 include:_spf.google.com {' '.join(f'ip4:10.{n % 256}.0.0/16' for n in range(2500))} ~all",),
    ),
    # --- SPF, by a server of one's own
    _own("by its address", "spf_ok", "v=spf1 ip4:192.0.2.9 -all"),
    _own("by its name", "spf_ok", "v=spf1 a:mail.d.mx -all"),
    _own("by its network", "spf_ok", "v=spf1 a:mail.d.mx/24 -all"),
    _own("by its exchanger", "spf_ok", "v=spf1 mx -all", more={"mx.d.mx": {"A": ["192.0.2.9"]}}),
    _own("by v6", "spf_ok", "v=spf1 ip6:2001:db8::/32 -all", more={"mail.d.mx": {"AAAA": ["2001:db8::9"]}}),
    _own(
        "by a macro",
        "spf_ok",
        "v=spf1 exists:%{i}._spf.%{d2} -all",
        more={"192.0.2.9._spf.d.mx": {"A": ["127.0.0.2"]}},
    ),
    _own(
        "by a macro backwards",
        "spf_ok",
        "v=spf1 exists:%{ir}.%{v}.%{l1-}.%{o} -all",
        more={"9.2.0.192.in-addr.ventas.d.mx": {"A": ["127.0.0.2"]}},
    ),
    _own(
        "by a macro in an include",
        "spf_ok",
        "v=spf1 include:%{d}._inc.mx -all",
        more={"d.mx._inc.mx": {"TXT": ["v=spf1 ip4:192.0.2.9 -all"]}},
    ),
    _own("a macro that is none", "spf_syntax", "v=spf1 exists:%{z}.d.mx -all"),
    _own(
        "another's address",
        "spf_fail",
        "v=spf1 ip4:192.0.2.8 -all",
        copies="v=spf1 a:mail.d.mx ip4:192.0.2.8 -all",
    ),
    _own(
        "a redirect that refuses",
        "spf_fail",
        "v=spf1 redirect=other.mx",
        more={"other.mx": {"TXT": ["v=spf1 -all"]}},
    ),
    Domain(
        "none, of one's own",
        ("mx_ok", "spf_none", "dmarc_watching"),
        (),
        host=OWN,
        dkim="",
        copies="v=spf1 a:mail.d.mx mx ~all",
    ),
    Domain("one's own, signed", FINE, ("v=spf1 ip4:192.0.2.9 -all",), host=OWN, dkim="default"),
)

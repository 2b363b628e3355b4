"""Every bad value of every variable is refused by its name; what is good is not; nothing quotes a value."""

import os
import re
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import ImproperlyConfigured
from environs.exceptions import EnvError

from facturamos.checks.rules import not_here
from facturamos.checks.variables import RULES, faults
from tests.production import CANARY, RING, good_environment

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = ROOT / "facturamos" / "settings.py"
SECRET = f"{CANARY}-secreto"
LONG = "x" * 1001

BAD_URLS = (
    *("nonsense", "javascript:alert(1)", "https://", "https://a b.mx", "https://[::1", "https://a.mx:0/"),
    *("https://a.mx:/", "https://a.mx/a b", "https://a.mx/<b>", 'https://a.mx/"b', "https://u:p@a.mx/"),
)
BAD_HOSTS = (
    *("https://mail.example", "mail.example:25", "mail example", "mail/example", "-a.example", "1.2"),
    *("[::1", "_", "0x7f.1", f"{'a' * 64}.mx"),
)
BAD_ADDRESSES = ("nonsense", "a@", "@b.mx", "a@b", "a b@c.mx", "a@localhost")
BAD_PORTS = ("0", "65536", "-1", "mail", "25.5", "")
BAD_NUMBERS = ("-1", "x", "1.5", "99999999999999999999999")
BAD_SWITCHES = ("maybe", "2")
BAD_PHONES = ("55", "llame", "5" * 20, "0" * 10, "+52+5512345678", "))5512345678((", "５１２３４５６７８９")
BAD_FILES = ("/nope.cer", "nope", "/etc/hostname,/nope.cer", "/dev/null", "/dev/zero", "/etc")

BAD_QUERIES = (
    *("sslmode=maybe", "sslmode=", "nonsense=1", "target_session_attrs=read-only", "connect_timeout=0"),
    *("sslrootcert=/nope.pem", "keepalives=0", "tcp_user_timeout=0", "service=x", "dbname=otra", "user=otro"),
    *("host=", "host=a,b&port=1,2,3", "host=a&port=x", "isolation_level=9", "client_encoding=latin1"),
    *("sslmode=verify-full", "sslmode=verify-ca"),
)
BAD_BROKER_QUERIES = (
    "ssl_cert_reqs=none",
    "ssl_check_hostname=false",
    "ssl_ca_certs=/nope.pem",
    "x=1",
    "db=x",
)
PUBLISHED = (
    *(f'{{"default_acl": "{acl}"}}' for acl in ("public-read", "authenticated-read", "publicRead")),
    *(f'{{"querystring_auth": {no}}}' for no in ("false", "0", '"false"')),
    *('{"object_parameters": {"ACL": "public-read"}}', '{"object_parameters": {"GrantRead": "uri=x"}}'),
    '{"location": "/app/staticfiles"}',
)
PRIVATE = '{"default_acl": "private", "querystring_auth": true, "object_parameters": {"ACL": "private"}}'
NO_STORAGES = (
    "django.core.files.storage.Storage",
    "django.core.files.storage.InMemoryStorage",
    "facturamos.static_files.StaticFiles",
)
EXAMPLES = (
    "changeme" * 7,
    "1234567890" * 5,
    "your-secret-key-here-abcdefghijklmnopqrstuvwxyz-0123456789",
)

BAD: dict[str, tuple[str, ...]] = {
    "FACTURAMOS_ENV": ("staging", "Production", ""),
    "SECRET_KEY": ("x", "", "a" * 60, "django-insecure-" + "0123456789" * 5, *EXAMPLES),
    "SECRET_KEY_FALLBACKS": ("x", f"{'0123456789' * 5}abc,corta"),
    "FACTURAMOS_KEYS": (
        *(
            "build",
            "a:b",
            "",
            RING.partition(":")[2],
            f"{RING},{RING}",
            f"t2:{SECRET}",
            f"{RING},t2",
            ":" + RING,
        ),
        "ñ:" + RING.partition(":")[2],
        f"{RING},t2:{RING.partition(':')[2]}",
        f"t2:{'A' * 43}=",
    ),
    "ALLOWED_HOSTS": (
        "",
        "*",
        "facturamos.example,*",
        "https://facturamos.example",
        "facturamos.example:443",
    ),
    "SITE_URL": (
        *BAD_URLS,
        *("http://facturamos.example", "https://facturamos.example/", "facturamos.example", ""),
        *("https://otro.example", "https://facturamos.example/x", "https://u:p@facturamos.example"),
        *("https://facturamos.example?", "https://facturamos.example#", "https://facturamos.example:0"),
    ),
    "CSRF_TRUSTED_ORIGINS": ("otro.example", "http://otro.example", "https://otro.example/"),
    "STAFF_SECOND_FACTOR": ("off", "yes", ""),
    "DELETION_WAIT_DAYS": ("0", "366", *BAD_NUMBERS),
    "TRUSTED_PROXIES": ("0", "11", *BAD_NUMBERS),
    "SECURE_SSL_REDIRECT": BAD_SWITCHES,
    "HSTS_SECONDS": BAD_NUMBERS,
    "HSTS_SUBDOMAINS": BAD_SWITCHES,
    "HSTS_PRELOAD": ("true", *BAD_SWITCHES),
    "DATABASE_URL": (
        *(
            "sqlite:////tmp/x",
            "mysql://u@h/d",
            "postgresql://",
            "postgresql://u@h",
            "postgresql:///d",
            "nonsense",
        ),
        *("postgresql://u@h/d?options=-c%20statement_timeout%3D0", f"postgresql://u:{SECRET}@h1:1,h2:2/d"),
        *(f"postgresql://u:{SECRET}@h/d?{query}" for query in BAD_QUERIES),
        *(f"postgresql://u:{SECRET}@h:0/d", f"postgresql://u:{SECRET}@h/d#x"),
    ),
    "DATABASE_POOLER": ("session", "pgbouncer", ""),
    "REDIS_URL": (
        "nonsense",
        "http://h",
        "redis://",
        "redis://h/x",
        f"redis://:{SECRET}@h/x",
        *(f"rediss://:{SECRET}@h/0?{query}" for query in BAD_BROKER_QUERIES),
        *("redis://h/0?ssl_ca_certs=/etc/hostname", "redis://h:0/0", "redis://h/0#1", "redis://h;http://g"),
    ),
    "REDIS_SENTINEL_MASTER": (LONG, "a\nb"),
    "MEDIA_ROOT": ("/nope", "media", "/etc/passwd", "/", "/etc", "/proc", str(ROOT), str(ROOT / "static")),
    "MEDIA_STORAGE": ("no.such.Class", "nonsense", "os.path", "django.http.HttpRequest", "", *NO_STORAGES),
    "MEDIA_STORAGE_OPTIONS": ("{", "[]", "1", f"'{SECRET}'", '{"a": NaN}', *PUBLISHED),
    "STATIC_ROOT": ("/nope", "/tmp", "staticfiles"),  # noqa: S108  (nothing is written there)
    "MAIL_HOST": BAD_HOSTS,
    "MAIL_PORT": BAD_PORTS,
    "MAIL_SECURITY": ("ssl", "TLS", ""),
    "MAIL_USER": ("solo", "a\rb"),
    "MAIL_PASSWORD": (f"{SECRET}\n", f" {SECRET}"),
    "GOOGLE_CLIENT_ID": ("solo", "a\nb"),
    "GOOGLE_CLIENT_SECRET": (SECRET, f"{SECRET}\n"),
    "MICROSOFT_CLIENT_ID": ("solo", "a\nb"),
    "MICROSOFT_CLIENT_SECRET": (SECRET, f"{SECRET}\n"),
    "DEFAULT_FROM_EMAIL": (*BAD_ADDRESSES, "Nombre <nonsense>", "", "Nombre <a@b.mx", "<a@b.mx", "a@b.mx>"),
    "BOUNCE_ADDRESS": (*BAD_ADDRESSES, "demasiado-largo-para-esto@b.mx"),
    "BOUNCE_IMAP_HOST": (*BAD_HOSTS, "imap.example"),
    "BOUNCE_IMAP_PORT": BAD_PORTS,
    "BOUNCE_IMAP_SECURITY": ("none", ""),
    "BOUNCE_IMAP_USER": (LONG, "a\nb"),
    "BOUNCE_IMAP_PASSWORD": (f"{SECRET}\n", f"{SECRET} "),
    "BOUNCE_IMAP_MAILBOX": (LONG, "a\nb"),
    "BOUNCE_DIR": ("/nope", "rebotes"),
    "INVOICING_URL": BAD_URLS,
    "SUPPORT_EMAIL": BAD_ADDRESSES,
    "SUPPORT_PHONE": BAD_PHONES,
    "SUPPORT_WHATSAPP": BAD_PHONES,
    "SUPPORT_HOURS": (LONG, "a\nb"),
    "PAC_NAME": (LONG, "a\nb"),
    "PAC_RFC": (
        *("nonsense", "AAA010101", "aaa010101aaa", "XAXX010101000", "AAA991301AAA", "AAA010230AAA"),
        "AAA000000AAA",
    ),
    "PAC_AUTHORIZATION": (LONG, "a\nb"),
    "PAC_RULE": (LONG, "a\nb"),
    "PAC_URL": (*BAD_URLS, "http://pac.example"),
    "PAC_ADAPTER": ("otro", "Finkok", ""),
    "PAC_API_URL": (*BAD_URLS, "http://pac.example/x"),
    "PAC_API_USER": (LONG, "a\nb"),
    "PAC_API_SECRET": (f"{SECRET}\n", f" {SECRET}"),
    "LETTER_TEXT": ("/nope.txt", "/etc", "/dev/null", "/dev/zero", sys.executable),
    "LETTER_VERSION": (LONG, "a\nb", ""),
    "SAT_AUTHORITIES": BAD_FILES,
    "SAT_TEST_AUTHORITIES": BAD_FILES,
    "LCO_URL": (*BAD_URLS, "http://a.mx/lco", *(f"https://a.mx/lco{rest}" for rest in ("?", "?sv=1", "#x"))),
    "SAT_VALIDATOR": ("yes", ""),
    "ALERT_EMAIL": (*BAD_ADDRESSES, "a@b.mx,nonsense"),
    "METRICS_TOKEN": (
        *("corta", f"{SECRET}\n", "a" * 30, "0123456789 abcdefghij", "ñ0123456789abcdefghij", "x1" * 15),
    ),
    "SENTRY_DSN": (
        *(*BAD_URLS, f"http://{SECRET}@sentry.example/1", "https://sentry.example/1"),
        *(f"https://{SECRET}@sentry.example", f"https://{SECRET}@sentry.example/x"),
    ),
    "HEARTBEAT_FILE": ("/nope/latido", "latido", "/etc"),
    "LOG_LEVEL": ("LOUD", "warning", ""),
    "LOG_FORMAT": ("xml", "JSON", ""),
    "DEBUG": ("true", "1", "yes", "maybe"),
}
# What only serves development is refused whatever it says.
BAD |= {name: ("127.0.0.1:1",) for name, rule in RULES.items() if rule is not_here}

GOOD: dict[str, tuple[str, ...]] = {
    "ALLOWED_HOSTS": ("facturamos.example,127.0.0.1", ".example"),
    "SITE_URL": ("https://facturamos.example",),
    "CSRF_TRUSTED_ORIGINS": ("", "https://otro.example", "https://otro.example:8443,https://b.example"),
    "TRUSTED_PROXIES": ("1", "3"),
    "HSTS_SECONDS": ("0", "31536000"),
    "DATABASE_URL": (
        "postgresql://u:p@db.example:5432/d?sslmode=verify-full&sslrootcert=/etc/hostname",
        "postgresql://u:p@/d?host=a,b&port=5432,5432&target_session_attrs=read-write",
    ),
    "REDIS_URL": ("redis://h:6379/0", "rediss://:p@h:6379/2", "redis://h"),
    "MEDIA_STORAGE": ("facturamos.media.MediaStorage", "storages.backends.s3.S3Storage"),
    "MEDIA_STORAGE_OPTIONS": ("", "{}", '{"bucket_name": "b"}', PRIVATE),
    "DEFAULT_FROM_EMAIL": ("a@b.mx", "Facturamos <a@b.mx>"),
    "SUPPORT_PHONE": ("", "55 1234 5678", "+52 (55) 1234-5678"),
    "PAC_RFC": ("", "ÑÑ&010101AAA"),
    "PAC_URL": ("", "https://pac.example/manifiesto?x=1"),
    "ALERT_EMAIL": ("", "a@b.mx", "a@b.mx, c@d.mx"),
    "SENTRY_DSN": ("", "https://llave@sentry.example/1"),
    "MAIL_HOST": ("10.0.0.1", "[::1]", "mail", "smtp_relay.example"),
}


@contextmanager
def environment(values: dict[str, str]) -> Iterator[None]:
    """The process' environment is `values` and nothing else."""
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def refusals(values: dict[str, str]) -> list[str]:
    """What a start says: the settings, which stop at the first, or all that the checks find."""
    with environment(values):
        try:
            runpy.run_path(str(SETTINGS))
        except (ImproperlyConfigured, EnvError) as error:
            return [str(error)]
    return [f"{name}: {wrong}" for name, wrong in faults(values).items()]


@pytest.fixture
def good(tmp_path: Path) -> dict[str, str]:
    return good_environment(tmp_path)


def test_a_good_environment_is_not_refused(good: dict[str, str]) -> None:
    assert refusals(good) == []


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in BAD for value in BAD[name]])
def test_a_bad_value_is_refused_by_name(good: dict[str, str], name: str, value: str) -> None:
    found = refusals(good | {name: value})

    assert any(name in said for said in found), found
    for secret in (
        CANARY,
        "b25seSBmb3Ig",
        *([value] if len(value) > 12 and name != "BOUNCE_ADDRESS" else []),
    ):
        assert not any(secret in said for said in found), found


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in GOOD for value in GOOD[name]])
def test_a_good_value_is_not(good: dict[str, str], name: str, value: str) -> None:
    assert refusals(good | {name: value}) == []


def test_values_that_go_together(good: dict[str, str]) -> None:
    sentinels = {"REDIS_URL": "sentinel://a:26379/0;sentinel://b:26379/0"}
    assert "REDIS_SENTINEL_MASTER" in refusals(good | sentinels)[0]
    assert refusals(good | sentinels | {"REDIS_SENTINEL_MASTER": "principal"}) == []
    with_mail = {"MAIL_USER": "u", "MAIL_PASSWORD": SECRET}

    assert refusals(good | with_mail) == []
    assert "MAIL_PASSWORD" in refusals(good | with_mail | {"MAIL_SECURITY": "none"})[0]
    preload = {"HSTS_PRELOAD": "true", "HSTS_SUBDOMAINS": "true", "HSTS_SECONDS": "31536000"}
    assert refusals(good | preload) == []
    assert refusals(good | {"TRUSTED_PROXIES": "0", "SECURE_SSL_REDIRECT": "false"}) == []


# --- documents, compose file and settings


def documented() -> dict[str, str]:
    """Each variable of the table in docs/production.md, with its line."""
    text = (ROOT / "docs" / "production.md").read_text()
    table = text[text.index("## Environment") : text.index("## Behind a proxy")]
    rows = re.findall(r"^\| (`[A-Z_`, ]+`) \|(.*)$", table, re.MULTILINE)
    return {name: rest for names, rest in rows for name in re.findall(r"[A-Z_]+", names)}


def test_every_variable_is_documented_proved_and_tried() -> None:
    read = set(re.findall(r"""env\.\w+\(\s*"([A-Z_]+)""", SETTINGS.read_text()))

    assert documented().keys() == read
    assert RULES.keys() == read
    assert BAD.keys() == read


def test_everything_documented_can_be_set_in_compose() -> None:
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    in_image = {"FACTURAMOS_ENV", "STATIC_ROOT"}
    wanted = {name for name, line in documented().items() if "development only" not in line} - in_image

    for service in ("web", "people", "worker", "beat", "migrate"):
        assert set(compose["services"][service]["environment"]) == wanted, service


def test_what_compose_leaves_unset_is_not_refused(good: dict[str, str]) -> None:
    """Its defaults, as compose would put them in."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    defaults = {}
    for name, value in compose["services"]["web"]["environment"].items():
        found = re.fullmatch(r"\$\{\w+:-(?:\$\{\w+:-)?([^}]*)\}+", str(value))
        if found:
            defaults[name] = found[1]

    assert len(defaults) > 40
    assert refusals(good | defaults | {"MEDIA_STORAGE": "facturamos.media.MediaStorage"}) == []

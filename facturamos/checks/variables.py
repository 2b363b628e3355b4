"""Every variable of docs/production.md, and what its value must be in production.

The settings parse; here each value is proved. A variable without a rule, or a rule without a line in the
document's table, fails a test.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.http.request import validate_host

from facturamos.checks import addresses, rules
from facturamos.checks.rules import Rule, optional
from facturamos.log_settings import LEVELS

# What a start runs of all checks, with those of the database.
START = "start"

type Environment = Mapping[str, str]

RULES: dict[str, Rule] = {
    "FACTURAMOS_ENV": rules.one_of("development", "production"),
    "SECRET_KEY": rules.secret_key,
    "SECRET_KEY_FALLBACKS": rules.each(rules.secret_key),
    "FACTURAMOS_KEYS": rules.ring,
    "ALLOWED_HOSTS": addresses.hosts,
    "SITE_URL": addresses.url("https", bare=True),
    "CSRF_TRUSTED_ORIGINS": rules.each(addresses.url("https", bare=True)),
    "STAFF_SECOND_FACTOR": rules.one_of("on"),
    "DELETION_WAIT_DAYS": rules.whole(1, 365),
    "TRUSTED_PROXIES": rules.whole(0, 10),
    "SECURE_SSL_REDIRECT": rules.boolean,
    "HSTS_SECONDS": rules.whole(0, 63_072_000),
    "HSTS_SUBDOMAINS": rules.boolean,
    "HSTS_PRELOAD": rules.boolean,
    "DATABASE_URL": addresses.database,
    "DATABASE_POOLER": rules.one_of("none", "transaction"),
    "REDIS_URL": addresses.broker,
    "REDIS_SENTINEL_MASTER": rules.text(100),
    "MEDIA_ROOT": rules.media_folder,
    "MEDIA_STORAGE": rules.storage,
    "MEDIA_STORAGE_OPTIONS": optional(rules.storage_options),
    "STATIC_ROOT": rules.static_folder,
    "MAIL_HOST": addresses.host,
    "MAIL_PORT": rules.port,
    "MAIL_SECURITY": rules.one_of("starttls", "tls", "none"),
    "MAIL_USER": rules.text(254),
    "MAIL_PASSWORD": rules.text(1000),
    "GOOGLE_CLIENT_ID": rules.text(400),
    "GOOGLE_CLIENT_SECRET": rules.text(400),
    "MICROSOFT_CLIENT_ID": rules.text(400),
    "MICROSOFT_CLIENT_SECRET": rules.text(400),
    "DEFAULT_FROM_EMAIL": addresses.sender,
    "BOUNCE_ADDRESS": optional(addresses.address),
    "BOUNCE_IMAP_HOST": optional(addresses.host),
    "BOUNCE_IMAP_PORT": rules.port,
    "BOUNCE_IMAP_SECURITY": rules.one_of("tls", "starttls"),
    "BOUNCE_IMAP_USER": rules.text(254),
    "BOUNCE_IMAP_PASSWORD": rules.text(1000),
    "BOUNCE_IMAP_MAILBOX": rules.text(200),
    "BOUNCE_DIR": optional(rules.folder),
    "INVOICING_URL": optional(addresses.url("https", "http")),
    "SUPPORT_EMAIL": optional(addresses.address),
    "SUPPORT_PHONE": optional(addresses.phone),
    "SUPPORT_WHATSAPP": optional(addresses.phone),
    "SUPPORT_HOURS": rules.text(200),
    "PAC_NAME": rules.text(200),
    "PAC_RFC": optional(rules.rfc),
    "PAC_AUTHORIZATION": rules.text(100),
    "PAC_RULE": rules.text(100),
    "PAC_URL": optional(addresses.url("https")),
    "PAC_ADAPTER": rules.one_of("none", "finkok", "timbox"),
    "PAC_API_URL": optional(addresses.url("https")),
    "PAC_API_USER": rules.text(254),
    "PAC_API_SECRET": rules.text(1000),
    "LETTER_TEXT": rules.text_file,
    "LETTER_VERSION": rules.filled(rules.text(40)),
    "SAT_AUTHORITIES": rules.each(rules.file),
    "SAT_TEST_AUTHORITIES": rules.each(rules.file),
    "LCO_URL": optional(addresses.folder_url),
    "SAT_VALIDATOR": rules.one_of("on", "off"),
    "ALERT_EMAIL": rules.each(addresses.address),
    "METRICS_TOKEN": rules.all_of(rules.text(200), optional(rules.token)),
    "SENTRY_DSN": optional(rules.all_of(addresses.sentry, rules.package("sentry_sdk", "sentry"))),
    "HEARTBEAT_FILE": optional(rules.touchable),
    "LOG_LEVEL": rules.one_of(*LEVELS),
    "LOG_FORMAT": rules.one_of("line", "json"),
    "DEBUG": rules.never_true,
    "FACTURAMOS_VAR": rules.not_here,
    "SMTP_ALLOWED_INTERNAL": rules.not_here,
    "SAT_VALIDATOR_STAND_IN": rules.not_here,
    "SAT_VALIDATOR_AUTHORITY": rules.not_here,
    "PAC_STAND_IN": rules.not_here,
    "PAC_STAND_IN_AUTHORITY": rules.not_here,
    "OAUTH_STAND_IN": rules.not_here,
    "OAUTH_STAND_IN_AUTHORITY": rules.not_here,
    "OAUTH_STAND_IN_PAGES": rules.not_here,
    "DNS_SERVERS": rules.not_here,
    "DEMO_MAIL_DIR": rules.not_here,
}


def _true(value: str) -> bool:
    return value.lower() in ("true", "1", "yes", "on")


def _site_url(env: Environment) -> str:
    allowed = rules.parts(env.get("ALLOWED_HOSTS", ""))
    named = urlsplit(env.get("SITE_URL", "")).hostname or ""
    return "" if validate_host(named, allowed) else "su servidor no está en ALLOWED_HOSTS."


def _trusted_proxies(env: Environment) -> str:
    redirected = _true(env.get("SECURE_SSL_REDIRECT", "true"))
    if env.get("TRUSTED_PROXIES", "1") == "0" and redirected:
        return "0 no sirve con SECURE_SSL_REDIRECT: cada página se redirigiría sin fin."
    return ""


def _pair(first: str, second: str) -> Callable[[Environment], str]:
    def both_or_none(env: Environment) -> str:
        together = bool(env.get(first)) == bool(env.get(second))
        return "" if together else f"va junto con {second}."

    return both_or_none


def _mail_password(env: Environment) -> str:
    in_clear = env.get("MAIL_PASSWORD") and env.get("MAIL_SECURITY", "starttls") == "none"
    return "viajaría sin cifrar: MAIL_SECURITY dice none." if in_clear else ""


def _sentinel(env: Environment) -> str:
    wanted = env.get("REDIS_URL", "").startswith("sentinel://")
    return "hace falta con sentinel://." if wanted and not env.get("REDIS_SENTINEL_MASTER") else ""


def _media_root(env: Environment) -> str:
    if not (env.get("MEDIA_ROOT") and env.get("STATIC_ROOT")):
        return ""
    media, static = Path(env["MEDIA_ROOT"]), Path(env["STATIC_ROOT"])
    shared = media.is_relative_to(static) or static.is_relative_to(media)
    return "no puede compartir carpeta con STATIC_ROOT, que se publica." if shared else ""


def _media_location(env: Environment) -> str:
    """On a disk only MEDIA_ROOT says where, which is held apart from what is published."""
    on_disk = not env.get("MEDIA_STORAGE", "").startswith("storages.")
    options = env.get("MEDIA_STORAGE_OPTIONS")
    moved = on_disk and options and "location" in json.loads(options)
    return "la carpeta la dice MEDIA_ROOT, que no se publica: quite «location»." if moved else ""


def _preload(env: Environment) -> str:
    asked = _true(env.get("HSTS_PRELOAD", ""))
    year = int(env.get("HSTS_SECONDS") or 0) >= 31_536_000 if env.get("HSTS_SECONDS", "").isdigit() else False
    if asked and not (year and _true(env.get("HSTS_SUBDOMAINS", ""))):
        return "pide HSTS_SECONDS de un año (31536000) y HSTS_SUBDOMAINS."
    return ""


# What several variables must be together; each is told of the first.
TOGETHER: tuple[tuple[str, Callable[[Environment], str]], ...] = (
    ("SITE_URL", _site_url),
    ("TRUSTED_PROXIES", _trusted_proxies),
    ("MAIL_USER", _pair("MAIL_USER", "MAIL_PASSWORD")),
    ("MAIL_PASSWORD", _mail_password),
    ("BOUNCE_IMAP_HOST", _pair("BOUNCE_IMAP_HOST", "BOUNCE_IMAP_PASSWORD")),
    ("REDIS_SENTINEL_MASTER", _sentinel),
    ("HSTS_PRELOAD", _preload),
    ("MEDIA_ROOT", _media_root),
    ("MEDIA_STORAGE_OPTIONS", _media_location),
)


def faults(env: Environment) -> dict[str, str]:
    """What is wrong with each variable that is set and not good; whether one is missing, the settings say."""
    found = {
        name: wrong
        for name, rule in RULES.items()
        if name in env and (wrong := rules.plain(env[name]) or rule(env[name]))
    }
    for name, rule_of_all in TOGETHER:
        if name not in found and (wrong := rule_of_all(env)):
            found[name] = wrong
    return found


@checks.register(START, checks.Tags.security)
def check_variables(app_configs: Sequence[AppConfig] | None, **options: object) -> list[checks.CheckMessage]:
    """Each bad value is an error that names its variable and quotes nothing."""
    if not settings.PRODUCTION:
        return []
    return [
        checks.Error(f"{name}: {wrong}", id="facturamos.E001") for name, wrong in faults(os.environ).items()
    ]

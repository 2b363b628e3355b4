"""All settings, from the environment.

The defaults serve `make run`, which leaves what it chose (sockets, keys) in `var/local.env`, so that
`manage.py` in a second terminal meets the same servers. With `FACTURAMOS_ENV=production` nothing is
defaulted that must be secret or chosen: the site refuses to start without it.
"""

import re
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

from facturamos import csp, log_settings, s3, schedule
from facturamos.database.options import connection_options

# So that `ModelAdmin[Company]` and the like, which the type checker asks for, exist while we run.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()
# What this copy of the site keeps on disk; two of them can share the code.
VAR_DIR = env.path("FACTURAMOS_VAR", BASE_DIR / "var")
ENVIRONMENT = env.str("FACTURAMOS_ENV", "development")
if ENVIRONMENT not in ("development", "production"):
    raise ImproperlyConfigured(f"FACTURAMOS_ENV: «{ENVIRONMENT}» is neither development nor production")
PRODUCTION = ENVIRONMENT == "production"
if not PRODUCTION:
    env.read_env(VAR_DIR / "local.env", recurse=False)

# --- Secrets -------------------------------------------------------------------------------------

SECRET_KEY = env.str("SECRET_KEY") if PRODUCTION else env.str("SECRET_KEY", "only-for-development")
# Former ones, which still verify what they signed: sessions, links, recovery codes.
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
# `id:base64 of 32 bytes`, newest first, separated by commas; see facturamos/vault.py.
FACTURAMOS_KEYS: list[str] = env.list("FACTURAMOS_KEYS") if PRODUCTION else env.list("FACTURAMOS_KEYS", [])

# --- Where the site stands -----------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
ALLOWED_HOSTS = (
    env.list("ALLOWED_HOSTS")
    if PRODUCTION
    else env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]", "testserver"])
)
# Absolute links in mails start with this; a request's Host header is never trusted for it.
SITE_URL = env.str("SITE_URL") if PRODUCTION else env.str("SITE_URL", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [SITE_URL, *env.list("CSRF_TRUSTED_ORIGINS", [])]
# How many proxies of ours stand before the site; the client's address is counted from the right of
# X-Forwarded-For. 0: the address of the connection itself.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 1 if PRODUCTION else 0)
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What the site is made of --------------------------------------------------------------------

INSTALLED_APPS = [
    "onboarding.backoffice",
    "onboarding",
    "certificates",
    "companies",
    "mailing",
    "facturamos.status.apps.StatusConfig",
    "facturamos.apps.FacturamosConfig",
    "facturamos.apps.FacturamosAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django.contrib.postgres",
    "formtools",
    "axes",
    "pghistory",
    "pgtrigger",
]

MIDDLEWARE = [
    "facturamos.middleware.observed",
    "facturamos.middleware.strict_headers",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # After those, so that files carry their headers, too, and so does the way to HTTPS.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "companies.middleware.Authentication",
    "companies.middleware.idle",
    "companies.middleware.company",
    "onboarding.delegation.middleware.delegation",
    "django.contrib.messages.middleware.MessageMiddleware",
    "companies.middleware.HistoryMiddleware",
    "facturamos.middleware.method_not_allowed",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "facturamos.urls"
WSGI_APPLICATION = "facturamos.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "facturamos.forms.Renderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "facturamos.context.site",
            ],
            "builtins": ["facturamos.template_filters"],
        },
    },
]

# --- Data ----------------------------------------------------------------------------------------

DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        **({} if PRODUCTION else {"default": "postgresql://postgres@localhost/facturamos"}),
        conn_max_age=60,
        conn_health_checks=True,
    )
}
# «transaction»: a pooler (PgBouncer) gives each transaction another connection of the server's.
DATABASE_POOLER = env.str("DATABASE_POOLER", "none", validate=validate.OneOf(["none", "transaction"]))
DATABASES["default"]["ENGINE"] = "facturamos.database"
DATABASES["default"].setdefault("OPTIONS", {}).update(connection_options(DATABASE_POOLER))
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = DATABASE_POOLER == "transaction"

MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(VAR_DIR / "media")))
STATIC_URL = "/static/"
# Only production collects its files; elsewhere they are served from where they are written.
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(BASE_DIR / "staticfiles"))) if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_STORAGE = env.str("MEDIA_STORAGE", "facturamos.media.MediaStorage")
_MEDIA_OPTIONS = env.json("MEDIA_STORAGE_OPTIONS") if env.str("MEDIA_STORAGE_OPTIONS", "") else {}
if MEDIA_STORAGE.startswith("storages.backends.s3") and isinstance(_MEDIA_OPTIONS, dict):
    _MEDIA_OPTIONS = s3.with_time_limits(_MEDIA_OPTIONS)
STORAGES = {
    # Private: nothing under MEDIA_ROOT has an address of its own, views serve it to its owner.
    "default": {"BACKEND": MEDIA_STORAGE, "OPTIONS": _MEDIA_OPTIONS},
    "staticfiles": {
        "BACKEND": "facturamos.static_files.StaticFiles"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Every upload of ours is small and read in memory: a secret must not touch a temporary file.
FILE_UPLOAD_HANDLERS = [
    "facturamos.uploads.StaffFileHandler",
    "facturamos.uploads.CappedMemoryHandler",
]
UPLOAD_MAX_BYTES = 6 * 1024 * 1024
# But manuals and programs, which staff upload for everybody to download: those go to the disk.
STAFF_UPLOADS_AT = "/admin/onboarding/download/"
STAFF_UPLOAD_MAX_BYTES = 128 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

# --- People --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "companies.User"
# User names are unique ignoring case, by a constraint that the check does not recognise; subdomains and
# preload of HSTS are whoever owns the domain to decide.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "security.W005", "security.W021"]
LOGIN_URL = "entrar"
LOGIN_REDIRECT_URL = "configuracion"
LOGOUT_REDIRECT_URL = "inicio"
# The first refuses before any password is hashed, once the limit is reached.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "companies.accounts.auth.Backend"]
PASSWORD_HASHERS = ["companies.accounts.hashing.Argon2idHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=1).total_seconds())
DELETION_WAIT = timedelta(days=env.int("DELETION_WAIT_DAYS", 15, validate=validate.Range(1, 365)))

# Whether distributors and support need an authenticator besides their password.
STAFF_SECOND_FACTOR = env.str("STAFF_SECOND_FACTOR", "on" if PRODUCTION else "off")
if STAFF_SECOND_FACTOR not in ("on", "off"):
    raise ImproperlyConfigured(f"STAFF_SECOND_FACTOR: «{STAFF_SECOND_FACTOR}» is neither on nor off")
if PRODUCTION and STAFF_SECOND_FACTOR == "off":
    raise ImproperlyConfigured("STAFF_SECOND_FACTOR=off: production does not work without it")

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "companies.accounts.auth.counted_name"
AXES_CLIENT_IP_CALLABLE = "facturamos.client.address"
AXES_WHITELIST_CALLABLE = "companies.accounts.auth.temporary_password_expired"
AXES_LOCKOUT_CALLABLE = "companies.accounts.auth.locked_out"
AXES_VERBOSE = False
AXES_ENABLE_ACCESS_FAILURE_LOG = False

# A GET changes nothing, so it needs no author.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

SESSION_ENGINE = "companies.accounts.session_store"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-sesion" if PRODUCTION else "sesion"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_FAILURE_VIEW = "facturamos.error_pages.csrf_failure"

# --- What a browser may do with our pages ----------------------------------------------------------

SECURE_CSP = csp.POLICY
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^salud/", r"^metrics$"]
# Browsers keep to it for so long: begin with a day. What it means for other names of the domain, its owner
# knows.
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 86_400) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
X_FRAME_OPTIONS = "DENY"

# --- Language and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "es-mx"
LANGUAGES = [("es-mx", "Español de México")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "America/Mexico_City"
USE_TZ = True

# --- Work in the background --------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("REDIS_URL") if PRODUCTION else env.str("REDIS_URL", "redis://localhost:6379/0")
if CELERY_BROKER_URL.startswith("rediss://"):
    CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
# Handing over work must fail within a second when the broker is down: a page is waiting.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 0.5,
    "socket_timeout": 5,
    "socket_keepalive": True,
    # By whose name Sentinels know the server that is in charge now.
    "master_name": env.str("REDIS_SENTINEL_MASTER", ""),
    # Kombu would try for six seconds, inside the request; the sweeper tries for us.
    "max_retries": 0,
    # What a killed worker had taken out comes back and is thrown away: the row was handed over long ago.
    "visibility_timeout": 120,
}
# Else Celery connects anew for each task. What is broken or too old is let go of before each (celery.py).
CELERY_DB_REUSE_MAX = 1000
CELERY_BEAT_SCHEDULE = schedule.SCHEDULE
CELERY_TASK_ANNOTATIONS = schedule.TAKEN_AT_ONCE
CELERY_BEAT_SCHEDULER = "facturamos.beat.MemoryScheduler"
# What workers and beat touch while they are at work, each its own; its age is their health check.
HEARTBEAT_FILE = env.path("HEARTBEAT_FILE") if env.str("HEARTBEAT_FILE", "") else None

# --- Mail --------------------------------------------------------------------------------------------

# The site's own outgoing mail: accounts, reminders, and invoices of issuers without a mailbox.
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "facturamos@sistemasperseo.com")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_SECURITY = env.str("MAIL_SECURITY", "starttls" if PRODUCTION else "none")
if MAIL_SECURITY not in ("none", "starttls", "tls"):
    raise ImproperlyConfigured(f"MAIL_SECURITY: «{MAIL_SECURITY}» is not none, starttls or tls")
MAILERS = {
    "default": {
        "BACKEND": "mailing.backend.EmailBackend",
        "OPTIONS": {
            "host": env.str("MAIL_HOST") if PRODUCTION else env.str("MAIL_HOST", "127.0.0.1"),
            "port": env.int("MAIL_PORT", 587 if PRODUCTION else 2525),
            "username": env.str("MAIL_USER", ""),
            "password": env.str("MAIL_PASSWORD", ""),
            "use_tls": MAIL_SECURITY == "starttls",
            "use_ssl": MAIL_SECURITY == "tls",
            "timeout": 10,
        },
    }
}
# Where mails come back to: each to an address of its own, «rebotes+<token>@…». Empty: to the sender, unread.
BOUNCE_ADDRESS = env.str("BOUNCE_ADDRESS", "")
if BOUNCE_ADDRESS and not re.fullmatch(r"[\w.-]{1,20}@[\w-]+(\.[\w-]+)+", BOUNCE_ADDRESS, re.ASCII):
    raise ImproperlyConfigured(
        f"BOUNCE_ADDRESS: «{BOUNCE_ADDRESS}» is not an address of at most 20 characters before «@»"
    )
# Who reads them: a mailbox by IMAP, or a folder of files that the mail server writes.
BOUNCE_IMAP: dict[str, Any] = {
    "host": env.str("BOUNCE_IMAP_HOST", ""),
    "port": env.int("BOUNCE_IMAP_PORT", 993),
    "security": env.str("BOUNCE_IMAP_SECURITY", "tls", validate=validate.OneOf(["tls", "starttls"])),
    "user": env.str("BOUNCE_IMAP_USER", BOUNCE_ADDRESS),
    "password": env.str("BOUNCE_IMAP_PASSWORD", ""),
    "mailbox": env.str("BOUNCE_IMAP_MAILBOX", "INBOX"),
}
BOUNCE_DIR = env.path("BOUNCE_DIR") if env.str("BOUNCE_DIR", "") else None
if (BOUNCE_IMAP["host"] or BOUNCE_DIR) and not BOUNCE_ADDRESS:
    raise ImproperlyConfigured("BOUNCE_IMAP_HOST and BOUNCE_DIR mean nothing without BOUNCE_ADDRESS")
# Exact host:port pairs that an issuer's SMTP settings may name although they are internal.
SMTP_ALLOWED_INTERNAL: list[str] = [] if PRODUCTION else env.list("SMTP_ALLOWED_INTERNAL", [])
# Permission to send from issuers' mailboxes without a password: who we are to each provider. Without, its
# button is not there. In development a stand-in at `address:port` of this machine may answer, with a
# certificate of the authority in that file, and its pages of consent are at another address.
OAUTH_CLIENTS = {
    "google": (env.str("GOOGLE_CLIENT_ID", ""), env.str("GOOGLE_CLIENT_SECRET", "")),
    "microsoft": (env.str("MICROSOFT_CLIENT_ID", ""), env.str("MICROSOFT_CLIENT_SECRET", "")),
}
for _name, _pair in OAUTH_CLIENTS.items():
    if bool(_pair[0]) != bool(_pair[1]):
        raise ImproperlyConfigured(f"{_name.upper()}_CLIENT_ID and {_name.upper()}_CLIENT_SECRET go together")
OAUTH_STAND_IN = "" if PRODUCTION else env.str("OAUTH_STAND_IN", "")
OAUTH_STAND_IN_AUTHORITY = "" if PRODUCTION else env.str("OAUTH_STAND_IN_AUTHORITY", "")
OAUTH_STAND_IN_PAGES = "" if PRODUCTION else env.str("OAUTH_STAND_IN_PAGES", "")
# In development, `address:port` of name servers that are asked about domains of mail; none: this machine's.
_DNS_SERVERS: list[str] = [] if PRODUCTION else env.list("DNS_SERVERS", [])
DNS_SERVERS = [(host, int(port)) for host, _, port in (each.rpartition(":") for each in _DNS_SERVERS)]
# The dev inbox, where `make run` keeps every mail; None where there is none.
DEMO_MAIL_DIR = None if PRODUCTION else env.path("DEMO_MAIL_DIR", None)

# --- What the pages say about us and our partners -------------------------------------------------------

SITE_NAME = "Facturamos.com.mx"
# The program that a configured company invoices with; the panel leads there.
INVOICING_URL = env.str("INVOICING_URL", "")
SUPPORT = {
    "email": env.str("SUPPORT_EMAIL", ""),
    "phone": env.str("SUPPORT_PHONE", ""),
    "whatsapp": env.str("SUPPORT_WHATSAPP", ""),
    "hours": env.str("SUPPORT_HOURS", ""),
}
# The PAC that the Carta Manifiesto is addressed to; the rule's number moves from year to year.
PAC = {
    "name": env.str("PAC_NAME", ""),
    "rfc": env.str("PAC_RFC", ""),
    "authorization": env.str("PAC_AUTHORIZATION", ""),
    "rule": env.str("PAC_RULE", ""),
    "url": env.str("PAC_URL", ""),
}
# How a letter that was signed on our page reaches the PAC; «none»: we hand it over by hand, in a package.
PAC_ADAPTER = env.str("PAC_ADAPTER", "none", validate=validate.OneOf(["none", "finkok", "timbox"]))
# The letter's text where it is not the PAC's own; another text, or another version, asks for a new letter.
LETTER_TEXT = env.path("LETTER_TEXT", BASE_DIR / "certificates" / "letter" / "carta.txt")
LETTER_VERSION = env.str("LETTER_VERSION", "1")
# Where the PAC is asked, «https://host[:port]/path», and who we are there: Timbox' user and password; of
# Finkok the token («snid») alone.
PAC_API_URL, PAC_API_USER = env.str("PAC_API_URL", ""), env.str("PAC_API_USER", "")
PAC_API_SECRET = env.str("PAC_API_SECRET", "")
_URL = re.fullmatch(r"https://([a-z0-9.-]+)(?::([0-9]{1,5}))?(/[!-~]*)", PAC_API_URL, re.ASCII)
if PAC_ADAPTER != "none" and not (_URL and PAC_API_SECRET):
    raise ImproperlyConfigured("PAC_ADAPTER asks for PAC_API_URL (https://host/path) and PAC_API_SECRET")
PAC_API = (_URL[1], int(_URL[2] or 443), _URL[3]) if _URL else ("", 443, "/")
# In development `address:port` of this machine may answer instead, as the SAT's validator may.
PAC_STAND_IN = "" if PRODUCTION else env.str("PAC_STAND_IN", "")
PAC_STAND_IN_AUTHORITY = "" if PRODUCTION else env.str("PAC_STAND_IN_AUTHORITY", "")

# Certificates (.cer) of authorities of the SAT that are newer than those we ship, and of test ones.
SAT_AUTHORITIES: list[str] = env.list("SAT_AUTHORITIES", [])
SAT_TEST_AUTHORITIES: list[str] = env.list("SAT_TEST_AUTHORITIES", [])

# Where the SAT publishes its list (LCO) of each day; empty: imported by hand.
LCO_URL = env.str("LCO_URL", "")

# Whether issuers may fill in their data from the SAT's own validator. In development `address:port` of this
# machine may answer instead, with a certificate of the authority in that file.
SAT_VALIDATOR = env.str("SAT_VALIDATOR", "off", validate=validate.OneOf(["on", "off"]))
SAT_VALIDATOR_STAND_IN = "" if PRODUCTION else env.str("SAT_VALIDATOR_STAND_IN", "")
SAT_VALIDATOR_AUTHORITY = "" if PRODUCTION else env.str("SAT_VALIDATOR_AUTHORITY", "")

# --- Logs ------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", "WARNING", validate=validate.OneOf(log_settings.LEVELS))
LOG_FORMAT = env.str("LOG_FORMAT", "line", validate=validate.OneOf(list(log_settings.FORMATS)))
LOGGING = log_settings.configuration(LOG_LEVEL, LOG_FORMAT)
# Who is told when something is wrong (facturamos/status/); nobody: only the log and «Estado» say so.
ALERT_EMAIL: list[str] = env.list("ALERT_EMAIL", [])
# What Prometheus shows at /metrics; without, there is no such page.
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
# Where failures are sent (facturamos/sentry.py); nowhere without.
SENTRY_DSN = env.str("SENTRY_DSN", "")

"""What the settings know of the log. They are read before anything of Django is there to be imported."""

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
FORMATS = {"line": "facturamos.logs.LineFormatter", "json": "facturamos.logs.JsonFormatter"}


def configuration(level: str, form: str) -> dict[str, object]:
    """Django's LOGGING: everything to standard error."""
    once = {"filters": ["outage"]}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "outage": {"()": "facturamos.logs.OutageFilter"},
            "links_hidden": {"()": "facturamos.hidden_links.LinksHidden"},
        },
        "formatters": {"chosen": {"()": FORMATS[form]}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "chosen",
                "filters": ["links_hidden"],
            },
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            # A 404 is the visitor's business, not the log's.
            "django.request": {"level": "ERROR", **once},
            # So is a file that is too large; he is told with a page of its own.
            "django.security.RequestDataTooBig": {"level": "CRITICAL"},
            # Scanners ask for any host: the answer is a 400, and nobody need read of it.
            "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
            "django.server": {"handlers": [], "propagate": True},
            # What it tells with masked names and addresses, facturamos.security tells with real ones.
            "axes": {"level": "ERROR"},
            "celery.app.trace": once,
            "facturamos.jobs.tasks": once,
            # Told whatever the level: who signed in, who was refused, what staff changed.
            "facturamos.security": {"level": "INFO"},
        },
    }


def short_path(path: str) -> str:
    """The first two segments: «/recuperar/NDA/<token>/» is «/recuperar/NDA/»."""
    parts = path.split("/")
    return "/".join(parts[:3]) + ("/" if len(parts) > 3 else "")

"""The log: one line an event, as text or as JSON, with who asked for what.

What a path holds beyond its second segment may be a token, so no line says it. A fault of ours that passes
(facturamos/outages.py) is one line without its traceback: there may be thousands of the same.
"""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest

from facturamos.client import address
from facturamos.log_settings import short_path
from facturamos.outages import Outage, outage_of

# The request that this thread answers.
request_now: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
# What a record may carry besides, as `extra`.
FIELDS = ("event", "method", "path", "status", "seconds", "outage", "about")


def facts_of(request: HttpRequest | None) -> dict[str, object]:
    """Who asks, as far as it is known by now; asking must not ask the database."""
    if request is None:
        return {}
    user = request.__dict__.get("_cached_user")
    company = getattr(request, "company", None)
    facts = {
        "request": getattr(request, "id", None),
        "address": address(request),
        "user": getattr(user, "code", None),
        "company": getattr(company, "code", None),
    }
    return {name: value for name, value in facts.items() if value is not None}


class OutageFilter(logging.Filter):
    """Makes one line of an outage, and takes what may be a token out of the path."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if outage := outage_of(error):
            record.outage = str(outage)
            record.msg += f" ({outage}: {type(error).__name__})"
            # Which table or column it is, or which statement has it wrong, only the traceback tells.
            if outage is not Outage.TABLES:
                record.exc_info = record.exc_text = None
        if isinstance(record.args, tuple) and isinstance(getattr(record, "request", None), HttpRequest):
            record.args = tuple(_shortened(part) for part in record.args)
        return True


def _shortened(part: object) -> object:
    return short_path(part) if isinstance(part, str) and part.startswith("/") else part


class LineFormatter(logging.Formatter):
    """For people: time, level, logger, sentence, and in brackets who asked."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's own name)
        facts = {**_extras(record), **facts_of(request_now.get())}
        told = " ".join(f"{name}={value}" for name, value in facts.items())
        return super().formatMessage(record) + (f" [{told}]" if told else "")


class JsonFormatter(logging.Formatter):
    """For programs: an object a line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_extras(record),
            **facts_of(request_now.get()),
        }
        if record.exc_info:
            # Links were taken out of the text already (facturamos/hidden_links.py).
            line["traceback"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _extras(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}

"""`/csp/`: browsers tell here what the policy of a page kept from happening.

Anybody may send anything, so little of it is read, and little is written: which rule, on which kind of page,
and the host that was asked, so many an hour in each process. Numbers of all of it are in `/metrics`.
"""

import json
import logging
import time
from collections import deque
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter

from facturamos.csp import POLICY
from facturamos.log_settings import short_path

logger = logging.getLogger("facturamos.csp")

MAX_BYTES = 16_384
LINES_AN_HOUR = 30
HOUR = 3600
# What an extension of the browser tries on our pages is not ours to mend.
SCHEMES = {"http", "https", "ws", "wss", "data", "blob", "inline", "eval", ""}

reports = Counter("facturamos_csp_reports", "What a page's policy kept from happening.", ["rule"])
_written: deque[float] = deque(maxlen=LINES_AN_HOUR)


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """204 whatever came: who sends reports reads no answers."""
    if _length(request) <= MAX_BYTES:
        for rule, page, blocked in _read(request.body):
            reports.labels(rule).inc()
            if _may_write():
                logger.warning("%s", "csp", extra={"rule": rule, "page": page, "blocked": blocked})
    return HttpResponse(status=204)


def _length(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdecimal() else MAX_BYTES + 1


def _read(body: bytes) -> list[tuple[str, str, str]]:
    """Rule, page and host of each report that is about a rule of ours, in either of the two formats."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return []
    each = [entry.get("body") for entry in sent if isinstance(entry, dict)] if isinstance(sent, list) else []
    if isinstance(sent, dict):
        each = [sent.get("csp-report")]
    found = [
        _facts({str(key): str(value) for key, value in one.items()}) for one in each if isinstance(one, dict)
    ]
    return [facts for facts in found if facts is not None]


def _facts(report: dict[str, str]) -> tuple[str, str, str] | None:
    rule = (
        report.get("effectiveDirective")
        or report.get("effective-directive")
        or report.get("violated-directive", "")
    )
    # «script-src-elem» and «style-src-attr» are parts of ours.
    ours = next((name for name in POLICY if rule.split(" ")[0].startswith(name)), None)
    blocked = report.get("blockedURL") or report.get("blocked-uri", "")
    page = report.get("documentURL") or report.get("document-uri", "")
    try:
        target, shown = urlsplit(blocked), urlsplit(page)
    except ValueError:
        return None
    if ours is None or target.scheme not in SCHEMES:
        return None
    return ours, _plain(short_path(shown.path)), _plain(target.hostname or target.scheme or target.path)


def _plain(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())[:80]


def _may_write() -> bool:
    now = time.monotonic()
    if len(_written) == LINES_AN_HOUR and now - _written[0] < HOUR:
        return False
    _written.append(now)
    return True

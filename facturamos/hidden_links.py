"""What no log may hold: links that open something for whoever has them."""

import logging
import re
from copy import copy

# In the address: where such a link begins. All after it, to the end of the address, is the link.
_LINKS = re.compile(
    r"(/encargo/enlace/|/recuperar/correo/|/recuperar/credenciales/|/recuperar/no-fui-yo/|/recuperar/[A-Za-z0-9_-]+/(?=[A-Za-z0-9]+-)"
    r"|/recordatorios/)[^\s/?#\"'<>]+"
)
HIDDEN = "…"


def without_links(text: str) -> str:
    """The same, with «…» where a link stood."""
    return _LINKS.sub(rf"\1{HIDDEN}", text)


class LinksHidden(logging.Filter):
    """Of each handler of ours: what is written holds no link, the message as little as a traceback."""

    def filter(self, record: logging.LogRecord) -> logging.LogRecord:
        """A copy is written: who else reads the record (sentry.py) finds its values apart."""
        record = copy(record)
        record.msg, record.args = without_links(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = without_links(record.exc_text)
        return record

"""The local stack of `make run` and the tests; nothing of it runs in production."""

from facturamos.local.servers import servers

__all__ = ["servers"]

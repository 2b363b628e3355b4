"""The local stack of `make run` and the tests; nothing of it runs in production."""

from facturamos.devserver.servers import servers

__all__ = ["servers"]

"""The audit decorator under its former name."""

from facturamos.history import tracked

__all__ = ["tracked"]

"""What is asked about an uploaded CSD: `@check(…)` functions, in the order in which people read them.

Whoever imports a module of this package has imported these two first, in this order; so the registry is
complete and ordered however it is reached.
"""

from certificates.checks import files, taxpayer

__all__ = ["files", "taxpayer"]

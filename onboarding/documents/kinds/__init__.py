"""The documents that an issuer downloads, one file each: what it says, and its address.

A new file needs no other line anywhere: importing this package imports all of them.
"""

from importlib import import_module
from pkgutil import iter_modules

from onboarding.documents.registry import urls as urls  # those of all kinds, since this line of import

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

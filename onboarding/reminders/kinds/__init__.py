"""The kinds of reminders, one file each: who is due, what the mail says, and its name for people.

A new file needs no other line anywhere: importing this package imports all of them.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

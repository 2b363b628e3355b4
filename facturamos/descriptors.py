"""What a process holds open that its owner left to it."""

import os

# A limit may be as high as an integer goes, or higher; nobody of ours has opened so many.
MOST = 65_536


def close_from(first: int) -> None:
    """Closes every descriptor from `first` on."""
    os.closerange(first, min(os.sysconf("SC_OPEN_MAX"), MOST))

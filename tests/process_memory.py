"""Megabytes of processes, as Linux tells them; nothing for one that has ended."""

import re
from contextlib import suppress
from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that it has begun and that still run."""
    with suppress(OSError):
        # A thread's children are its own.
        lists = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/children")]
        return [int(child) for each in lists for child in each.split()]
    return []


def tree(pid: int) -> list[int]:
    """It and all that come from it."""
    everybody = [pid]
    for each in everybody:
        everybody += children(each)
    return everybody


def proportional(*pids: int) -> float:
    """What they take together: what several processes share is divided among these (Pss)."""
    return sum(_megabytes(pid, r"Pss") for pid in pids)


def private(pid: int) -> float:
    """What no other process has in common with it."""
    return _megabytes(pid, r"Private_\w+")


def _megabytes(pid: int, kind: str) -> float:
    with suppress(OSError):
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
        return sum(int(size) for size in re.findall(rf"^{kind}:\s+(\d+)", told, re.MULTILINE)) / 1024
    return 0

"""What the tests of facturamos/sandbox.py send to the child: each function misbehaves in one way."""

import contextlib
import os
import resource
import threading
import time

from companies.logo import preparing
from facturamos import sandbox, sandbox_messages

told: list[bytes] = []


def upper(data: bytes) -> bytes:
    return data.upper()


def environment(data: bytes) -> bytes:
    return repr(dict(os.environ)).encode()


def refuse(data: bytes) -> bytes:
    raise sandbox.Refused("too_odd")


def fail(data: bytes) -> bytes:
    raise ValueError(data)


def spin(data: bytes) -> bytes:
    while True:
        pass


def sleep(data: bytes) -> bytes:
    time.sleep(60)
    return data


def nap(data: bytes) -> bytes:
    time.sleep(1)
    return data


def hoard(data: bytes) -> bytes:
    return bytes(1024 * sandbox_messages.MB)


def die(data: bytes) -> bytes:
    os.abort()


def write(data: bytes) -> bytes:
    with open(os.fsdecode(data), "wb") as file:
        file.write(b"x")
    return b"written"


def babble(data: bytes) -> bytes:
    return bytes(sandbox_messages.MAX_ANSWER_BYTES + 1)


def parent(data: bytes) -> bytes:
    return str(os.getppid()).encode()


def remember(data: bytes) -> bytes:
    """All that it was told so far."""
    told.append(data)
    return b" ".join(told)


def tire(data: bytes) -> bytes:
    """So many seconds; only the first time it lives through them."""
    told.append(data)
    time.sleep(float(data))
    if len(told) > 1:
        os.abort()
    return data


def threads(data: bytes) -> bytes:
    """What comes of starting one."""
    try:
        threading.Thread(target=str).start()
    except RuntimeError as error:
        return str(error).encode()
    return b"started"


def logo_with_its_cost(data: bytes) -> bytes:
    """Seconds of processor and KB of memory that the logo pipeline took in the child; then what it made."""
    made = b""
    with contextlib.suppress(sandbox.Refused):
        made = preparing.reencode(data)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return f"{used.ru_utime + used.ru_stime} {used.ru_maxrss}\n".encode() + made

"""What the helper does, and the fork that does a job: see facturamos/sandbox.py, which starts it."""

import codecs
import heapq  # noqa: F401 (Counter.most_common imports it at its first use, and a fork opens no file)
import json
import os
import resource
import signal
import socket
from functools import cache
from importlib import import_module
from typing import NoReturn

from facturamos.cage import be_private, confine, refuse_threads
from facturamos.descriptors import close_from
from facturamos.sandbox import CONTROL_FD, FAILED, REFUSED, RESULT, STARTED, Limits, Refused, Work
from facturamos.sandbox_messages import MB, receive_message, send

# What a text, or a name in an archive, may be written in; Python imports each of them at its first use.
CODECS = (
    *("ascii", "latin_1", "cp1252", "cp437", "cp850", "mac_roman", "utf_8_sig"),
    *("utf_16", "utf_16_le", "utf_16_be", "utf_32", "utf_32_le", "utf_32_be"),
)


def serve(idle_seconds: float) -> NoReturn:
    """The helper's life: a job after another, until the owner is gone or none comes for so long."""
    be_private()
    refuse_threads()
    # What the owner left open for its children: gunicorn, the socket that it listens on.
    close_from(CONTROL_FD + 1)
    for name in CODECS:
        codecs.lookup(name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the forks
    with socket.socket(fileno=CONTROL_FD) as control:
        control.settimeout(idle_seconds)
        while True:
            try:
                message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            except TimeoutError:
                message = b""
            if not message:
                os._exit(0)
            for descriptor in descriptors:
                # All is said of the socket, for a helper that is shut in may not ask what it is.
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, descriptor) as job:
                    _begin(control, job)


def _begin(control: socket.socket, job: socket.socket) -> None:
    module, name, limits, warm = json.loads(receive_message(job))
    # Here and not in the fork: the next job finds the module imported.
    work: Work = getattr(import_module(module), name)
    if warm:
        _shut_in_once(Limits(*limits).memory_mb)
        _work(work, job)
    elif not os.fork():
        try:
            control.close()
            _count(Limits(*limits))
            _shut_in(Limits(*limits).memory_mb)
            _work(work, job)
        finally:
            os._exit(0)


def _count(limits: Limits) -> None:
    # The alarm's default action ends the process even inside C code.
    signal.setitimer(signal.ITIMER_REAL, limits.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))


def _shut_in(memory_mb: int) -> None:
    os.dup2(0, 2)  # nothing that a job says is in the log
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MB, memory_mb * MB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    confine()


# From then on it may not even ask for the same again: a module's warm jobs have one limit.
_shut_in_once = cache(_shut_in)


def _work(work: Work, job: socket.socket) -> None:
    job.sendall(STARTED)
    try:
        kind, answer = RESULT, work(receive_message(job))
    except Refused as refused:
        kind, answer = REFUSED, refused.code.encode()
    except MemoryError:
        return  # to the owner the same as being ended by the kernel
    except Exception as error:
        kind, answer = FAILED, type(error).__name__.encode()
    job.sendall(kind)
    send(job, answer)

"""What code that took over a job would try. Each attempt returns what it got; empty is nothing."""

import ctypes
import errno
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

type Facts = dict[str, Any]


def own_environment(facts: Facts) -> str:
    return os.environ.get("FACTURAMOS_KEYS", "")


def parents_environment(facts: Facts) -> str:
    return Path(f"/proc/{os.getppid()}/environ").read_text()[:1] or "read"


def owners_environment(facts: Facts) -> str:
    return Path(f"/proc/{facts['pid']}/environ").read_text()[:1] or "read"


def owners_memory(facts: Facts) -> str:
    with open(f"/proc/{facts['pid']}/mem", "rb"):
        return "open"


def owners_memory_by_call(facts: Facts) -> str:
    """process_vm_readv, which needs no file."""
    call = 310 if os.uname().machine == "x86_64" else 270
    return _call(call, facts["pid"], None, 0, None, 0, 0)


def trace_owner(facts: Facts) -> str:
    return _call(101 if os.uname().machine == "x86_64" else 117, 0x4206, facts["pid"], 0, 0)


def own_memory(facts: Facts) -> str:
    with open("/proc/self/mem", "rb"):
        return "open"


def a_file(facts: Facts) -> str:
    return Path(facts["path"]).read_text()


def a_folder(facts: Facts) -> str:
    return str(os.listdir(facts["folder"]))


def whether_a_file_is_there(facts: Facts) -> str:
    return str(os.stat(facts["path"]).st_size)


def the_systems_files(facts: Facts) -> str:
    return Path("/etc/passwd").read_text()[:4]


def shared_memory(facts: Facts) -> str:
    path = f"/dev/shm/cage-{os.getpid()}"  # noqa: S108
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    os.close(descriptor)
    os.unlink(path)
    return path


def anonymous_file(facts: Facts) -> str:
    return str(os.memfd_create("cage"))


def delete_a_file(facts: Facts) -> str:
    other = Path(facts["folder"]) / "link"
    os.symlink(facts["path"], other)
    os.unlink(other)
    return "deleted"


def the_log(facts: Facts) -> str:
    """What the helper writes to is its owner's log: in this test a pipe."""
    return "" if _has_position(2) else "open"


def others_descriptors(facts: Facts) -> str:
    """What the owner left open: gunicorn's children inherit the socket that it listens on."""
    found = []
    for descriptor in range(3, 512):
        try:
            _has_position(descriptor)
        except OSError:
            continue
        found.append(str(descriptor))
    # One is the job's own, which it answers by.
    return " ".join(found[1:])


def _has_position(descriptor: int) -> bool:
    """Whether it is no pipe and no socket. Raises OSError when it is not open."""
    try:
        os.lseek(descriptor, 0, os.SEEK_CUR)
    except OSError as error:
        if error.errno == errno.ESPIPE:
            return False
        raise
    return True


def tcp(facts: Facts) -> str:
    with socket.socket(socket.AF_INET) as made:
        return str(made.fileno())


def udp(facts: Facts) -> str:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as made:
        return str(made.fileno())


def unix_socket(facts: Facts) -> str:
    with socket.socket(socket.AF_UNIX) as made:
        return str(made.fileno())


def pair_of_sockets(facts: Facts) -> str:
    one, other = socket.socketpair()
    one.close()
    other.close()
    return "made"


def signal_owner(facts: Facts) -> str:
    os.kill(facts["pid"], 0)
    return "signalled"


def signal_parent(facts: Facts) -> str:
    os.kill(os.getppid(), signal.SIGCONT)
    return "signalled"


def fork(facts: Facts) -> str:
    if pid := os.fork():
        os.waitpid(pid, 0)
        return "forked"
    os._exit(0)


def program(facts: Facts) -> str:
    return str(subprocess.run([sys.executable, "-c", ""], check=False).returncode)


def more_processor(facts: Facts) -> str:
    """Its own limits cannot be lifted; not even be asked for."""
    return _call(302 if os.uname().machine == "x86_64" else 261, 0, 0, None, None)


def mount(facts: Facts) -> str:
    return _call(272 if os.uname().machine == "x86_64" else 97, 0x00020000)  # unshare(CLONE_NEWNS)


def uring(facts: Facts) -> str:
    return _call(425, 1, ctypes.create_string_buffer(256))


def _call(number: int, *arguments: object) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    if libc.syscall(ctypes.c_long(number), *words) < 0:
        raise OSError(ctypes.get_errno(), "")
    return "called"


ATTEMPTS: dict[str, Callable[[Facts], str]] = {
    each.__name__: each
    for each in (
        own_environment,
        parents_environment,
        owners_environment,
        owners_memory,
        owners_memory_by_call,
        trace_owner,
        own_memory,
        a_file,
        a_folder,
        whether_a_file_is_there,
        the_systems_files,
        shared_memory,
        the_log,
        others_descriptors,
        anonymous_file,
        delete_a_file,
        tcp,
        udp,
        unix_socket,
        pair_of_sockets,
        signal_owner,
        signal_parent,
        fork,
        program,
        more_processor,
        mount,
        uring,
    )
}
# What an ordinary process may not either, or only on some machines.
ELSEWHERE_TOO = {
    *("trace_owner", "mount", "uring", "signal_owner", "owners_memory", "owners_environment"),
    *("the_log", "others_descriptors"),
}


def attempt(data: bytes) -> bytes:
    """Runs one, in the job; errors come back by their names."""
    facts = json.loads(data)
    try:
        got = ATTEMPTS[facts["name"]](facts)
    except PermissionError:
        return b"PermissionError"
    except OSError as error:
        return f"OSError {error.errno}".encode()
    return f"REACHED {got}".encode() if got else b"empty"

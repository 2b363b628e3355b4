"""What the kernel keeps from a process that reads hostile bytes, and from one that looks into ours.

Called in the fork that does a job (facturamos/sandbox.py), after its limits: no new privileges; no path at
all (Landlock); and of the kernel's calls only those that computing and answering take (seccomp), so that it
opens no file, makes no socket, starts nothing, and neither signals nor looks into another process. What a
kernel has not, is left out, and `barriers` says so.

By ctypes, for no library is kept that does it: these are seven calls of the kernel's own, whose numbers never
change. See docs/adr/0029-a-cage-by-the-kernel.md.
"""

import ctypes
import errno
import os
import platform
import struct
from dataclasses import dataclass

_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 4, 22, 38
_SECCOMP_MODE_FILTER, _SECCOMP_GET_ACTION_AVAIL = 2, 2
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446
_LANDLOCK_VERSION = 1
# How many rights over files each version of Landlock knows, and from which on it knows ports and signals.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_FILE_RIGHTS_SINCE_5 = 16
_PORTS_SINCE, _SCOPES_SINCE = 4, 6

# What a job may call, by the machine's word for itself: (seccomp's word for it, seccomp's own number, the
# calls). x86_64: arch/x86/entry/syscalls/syscall_64.tbl; aarch64: include/uapi/asm-generic/unistd.h.
_CALLS_X86_64 = {
    "read": 0,
    "write": 1,
    "close": 3,
    "fstat": 5,
    "poll": 7,
    "lseek": 8,
    "mmap": 9,
    "mprotect": 10,
    "munmap": 11,
    "brk": 12,
    "rt_sigaction": 13,
    "rt_sigprocmask": 14,
    "rt_sigreturn": 15,
    "readv": 19,
    "writev": 20,
    "sched_yield": 24,
    "mremap": 25,
    "madvise": 28,
    "nanosleep": 35,
    "getpid": 39,
    "sendto": 44,
    "recvfrom": 45,
    "recvmsg": 47,
    "exit": 60,
    "uname": 63,
    "gettimeofday": 96,
    "getrusage": 98,
    "sysinfo": 99,
    "times": 100,
    "getuid": 102,
    "getgid": 104,
    "geteuid": 107,
    "getegid": 108,
    "getppid": 110,
    "sigaltstack": 131,
    "gettid": 186,
    "time": 201,
    "futex": 202,
    "sched_getaffinity": 204,
    "restart_syscall": 219,
    "clock_gettime": 228,
    "clock_getres": 229,
    "clock_nanosleep": 230,
    "exit_group": 231,
    "ppoll": 271,
    "set_robust_list": 273,
    "getcpu": 309,
    "getrandom": 318,
    "membarrier": 324,
    "rseq": 334,
}
_CALLS_AARCH64 = {
    "close": 57,
    "lseek": 62,
    "read": 63,
    "write": 64,
    "readv": 65,
    "writev": 66,
    "ppoll": 73,
    "fstat": 80,
    "exit": 93,
    "exit_group": 94,
    "futex": 98,
    "set_robust_list": 99,
    "nanosleep": 101,
    "clock_gettime": 113,
    "clock_getres": 114,
    "clock_nanosleep": 115,
    "sched_getaffinity": 123,
    "sched_yield": 124,
    "restart_syscall": 128,
    "sigaltstack": 132,
    "rt_sigaction": 134,
    "rt_sigprocmask": 135,
    "rt_sigreturn": 139,
    "times": 153,
    "uname": 160,
    "getrusage": 165,
    "getcpu": 168,
    "gettimeofday": 169,
    "getpid": 172,
    "getppid": 173,
    "getuid": 174,
    "geteuid": 175,
    "getgid": 176,
    "getegid": 177,
    "gettid": 178,
    "sysinfo": 179,
    "sendto": 206,
    "recvfrom": 207,
    "recvmsg": 212,
    "brk": 214,
    "munmap": 215,
    "mremap": 216,
    "mmap": 222,
    "mprotect": 226,
    "madvise": 233,
    "getrandom": 278,
    "membarrier": 283,
    "rseq": 293,
}


@dataclass(frozen=True)
class Machine:
    """A processor whose calls we know: its word for seccomp (AUDIT_ARCH); seccomp, clone; what is allowed."""

    audit: int
    seccomp: int
    clone: int
    allowed: tuple[int, ...]


_MACHINES = {
    "x86_64": Machine(0xC000003E, 317, 56, tuple(_CALLS_X86_64.values())),
    "aarch64": Machine(0xC00000B7, 277, 220, tuple(_CALLS_AARCH64.values())),
}
_MACHINE = _MACHINES.get(platform.machine())
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Barriers:
    """What stands around a job on this machine, besides its limits."""

    # Calls of the kernel's that a job does not need are refused.
    seccomp: bool
    # No path is there for a job. 0: the kernel has no Landlock.
    landlock_version: int

    @property
    def complete(self) -> bool:
        """Whether each barrier stands; any one of the two already keeps files away."""
        return self.seccomp and self.landlock_version > 0

    @property
    def missing(self) -> list[str]:
        """What the kernel, or the container, does not let us have."""
        return [
            *([] if self.seccomp else ["seccomp"]),
            *([] if self.landlock_version else ["Landlock"]),
        ]


def barriers() -> Barriers:
    """Asks the kernel; costs nothing, and changes nothing."""
    return Barriers(seccomp=_has_seccomp(), landlock_version=_landlock_version())


def be_private() -> None:
    """Lets nobody of the same user read this process's memory and environment, nor trace it.

    For each process that holds secrets; its forks inherit it, a program that it starts does not. No core is
    written any more either.
    """
    _prctl(_PR_SET_DUMPABLE, 0)


def confine() -> None:
    """Shuts this very thread in, for good. Its descriptors stay open, and nothing else is opened."""
    be_private()
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if version := _landlock_version():
        _restrict_paths(version)
    if _MACHINE and _has_seccomp():
        _filter_calls(_only_allowed(_MACHINE))


def refuse_threads() -> None:
    """From now on this process and its forks have one thread each, which a fork therefore has whole.

    A library that would have more hears what a kernel without them says (ENOSYS), and goes without: so does
    typst's, rayon, for this answer alone.
    """
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if _MACHINE and _has_seccomp():
        _filter_calls(_without_threads(_MACHINE))


def _prctl(option: int, first: int, second: int = 0) -> int:
    answer: int = _libc.prctl(option, *map(ctypes.c_ulong, (first, second, 0, 0)))
    return answer


def _syscall(number: int, *arguments: object) -> int:
    words = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    answer: int = _libc.syscall(ctypes.c_long(number), *words)
    return answer


# --- Landlock (include/uapi/linux/landlock.h)


def _landlock_version() -> int:
    return max(_syscall(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION), 0)


def _restrict_paths(version: int) -> None:
    """A rule set that handles all rights and grants none."""
    rights = (1 << _FILE_RIGHTS.get(version, _FILE_RIGHTS_SINCE_5)) - 1
    words = [rights]
    if version >= _PORTS_SINCE:
        words.append(0b11)  # to bind and to connect
    if version >= _SCOPES_SINCE:
        words.append(0b11)  # abstract sockets and signals of others
    handled = struct.pack(f"={len(words)}Q", *words)
    ruleset = _syscall(_LANDLOCK_CREATE_RULESET, handled, len(handled), 0)
    if ruleset >= 0:
        _syscall(_LANDLOCK_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)


# --- seccomp (include/uapi/linux/seccomp.h, filter.h)

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
# The argument's lower half: both machines say it first.
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_NO_SUCH_CALL = 0x00050000 | errno.ENOSYS
# The same number on every machine; clone's own flag for a thread.
_CLONE3, _CLONE_THREAD = 435, 0x10000
# Where x86_64 also answers to the numbers of x32.
_X32 = 0x40000000


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _has_seccomp() -> bool:
    if _MACHINE is None:
        return False
    action = ctypes.c_uint32(_REFUSE & 0xFFFF0000)
    return _syscall(_MACHINE.seccomp, _SECCOMP_GET_ACTION_AVAIL, 0, ctypes.byref(action)) == 0


def _filter_calls(instructions: list[bytes]) -> None:
    code = b"".join(instructions)
    program = _Program(len(code) // 8, code)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program))


def _without_threads(machine: Machine) -> list[bytes]:
    """The C library calls clone3, and clone where there is none: whose flags a filter can read."""
    return [
        _instruction(_LOAD, _NUMBER_AT),
        _instruction(_EQUAL, _CLONE3, then=5),
        _instruction(_EQUAL, machine.clone, then=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_LOAD, _FIRST_ARGUMENT_AT),
        _instruction(_ANY_BIT, _CLONE_THREAD, then=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, _NO_SUCH_CALL),
    ]


def _only_allowed(machine: Machine) -> list[bytes]:
    """Another architecture's calls end the process; a call that is not named is refused."""
    count = len(machine.allowed)
    return [
        _instruction(_LOAD, _ARCHITECTURE_AT),
        _instruction(_EQUAL, machine.audit, then=1),
        _instruction(_RETURN, _KILL),
        _instruction(_LOAD, _NUMBER_AT),
        _instruction(_AT_LEAST, _X32, then=count),
        # To «allow», behind all that follow and the refusal.
        *(_instruction(_EQUAL, call, then=count - place) for place, call in enumerate(machine.allowed)),
        _instruction(_RETURN, _REFUSE),
        _instruction(_RETURN, _ALLOW),
    ]


def _instruction(code: int, value: int, *, then: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, 0, value)

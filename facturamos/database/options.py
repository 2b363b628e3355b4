"""What connections to PostgreSQL are opened with: no statement runs for ever, and a host that is gone is
noticed.
"""

# Keepalives find an idle connection's host gone, the last one a busy connection's; waiting.py finds the rest.
ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 6000}
CONNECT_SECONDS = 5
TIME_OUTS = "-c statement_timeout=30000 -c lock_timeout=10000"


def connection_options(pooler: str) -> dict[str, str | int]:
    """A pooler takes no `options`: behind it the user itself has the time-outs (ALTER ROLE;
    checks/database.py).
    """
    options: dict[str, str | int] = {**ALIVE, "connect_timeout": CONNECT_SECONDS}
    return options if pooler == "transaction" else options | {"options": TIME_OUTS}

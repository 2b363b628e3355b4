"""The database engine of the settings: Django's for PostgreSQL, with our way of waiting."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg2 import OperationalError, extensions

from facturamos.database.commits import SiteConnection, refuse_to_write
from facturamos.database.waiting import connecting, wait

# For every connection of the process, also while it is opened.
extensions.set_wait_callback(wait)


class DatabaseWrapper(base.DatabaseWrapper):
    """Opens connections host by host: libpq would do so, too, but has no time-outs when it does not wait
    itself. Nothing is written that would wait without end.
    """

    def __init__(self, settings_dict: dict[str, object], alias: str = DEFAULT_DB_ALIAS) -> None:
        super().__init__(settings_dict, alias)
        self.execute_wrappers.append(refuse_to_write)

    def get_new_connection(self, conn_params: dict[str, Any]) -> extensions.connection:
        """To the first host that answers and is what `target_session_attrs` asks for."""
        hosts = str(conn_params.get("host", "")).split(",")
        ports = str(conn_params.get("port", "")).split(",")
        conn_params = conn_params | {"connection_factory": SiteConnection}
        with connecting():
            for number, host in enumerate(hosts):
                port = ports[number] if number < len(ports) else ports[0]
                place = {name: value for name, value in (("host", host), ("port", port)) if value}
                try:
                    opened: extensions.connection = super().get_new_connection(conn_params | place)
                except OperationalError:
                    if number + 1 == len(hosts):
                        raise
                else:
                    return opened
        raise OperationalError("no host")

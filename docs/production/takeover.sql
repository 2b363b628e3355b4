-- On db2, as postgres, when db1 is gone and cannot come back by itself. Then, on db2's PgBouncer: RECONNECT.
ALTER SYSTEM SET synchronous_standby_names = '';
SELECT pg_reload_conf();
SELECT pg_promote();

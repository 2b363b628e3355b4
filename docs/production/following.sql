-- On db1, as soon as db2 follows: a save is only confirmed once db2 has it, too, so that a fail-over loses none.
ALTER SYSTEM SET synchronous_standby_names = 'db2';
SELECT pg_reload_conf();

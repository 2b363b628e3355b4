-- On db1, once, as postgres: who follows, and the site's own user with its time-outs.
CREATE ROLE replicator REPLICATION LOGIN PASSWORD 'REPLICATION_PASSWORD';
CREATE ROLE facturamos LOGIN CREATEDB PASSWORD 'POSTGRES_PASSWORD';
ALTER ROLE facturamos SET statement_timeout = '30s';
ALTER ROLE facturamos SET lock_timeout = '10s';
CREATE DATABASE facturamos OWNER facturamos ENCODING UTF8 TEMPLATE template0
    LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' LOCALE 'C';

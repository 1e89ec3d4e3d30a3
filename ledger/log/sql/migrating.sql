-- lock: wait until no other process migrates this database (the number is arbitrary, and ours)
SELECT pg_advisory_lock(7236418509932571);

-- unlock: let the next process migrate this database
SELECT pg_advisory_unlock(7236418509932571);

-- server_version: which PostgreSQL is this, as a number
SELECT current_setting('server_version_num')::int;

-- prepare_schema: where the log lives
CREATE SCHEMA IF NOT EXISTS ledger;

-- prepare_table: what has been applied to this database
CREATE TABLE IF NOT EXISTS ledger.migrations (
    part text NOT NULL,
    name text NOT NULL,
    digest bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (part, name)
);

-- table_exists: whether this database has ever been migrated
SELECT to_regclass('ledger.migrations') IS NOT NULL;

-- applied: which migrations of a part have been applied, with what content
SELECT name, digest FROM ledger.migrations WHERE part = %(part)s ORDER BY name;

-- record: note that a migration has been applied
INSERT INTO ledger.migrations (part, name, digest) VALUES (%(part)s, %(name)s, %(digest)s);

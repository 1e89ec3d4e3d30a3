-- triggers: which triggers stand on the tables of these schemas, are they on, and what do they run
-- A foreign key's own are there only when they are off.
SELECT
    space.nspname || '.' || class.relname, guard.tgname, guard.tgisinternal,
    guard.tgenabled IN ('O', 'A'), pg_get_triggerdef(guard.oid, false),
    space_of_function.nspname || '.' || function.proname, function.prosrc
FROM pg_trigger AS guard
JOIN pg_class AS class ON class.oid = guard.tgrelid
JOIN pg_namespace AS space ON space.oid = class.relnamespace
JOIN pg_proc AS function ON function.oid = guard.tgfoid
JOIN pg_namespace AS space_of_function ON space_of_function.oid = function.pronamespace
WHERE space.nspname = any(%(schemas)s)
    AND NOT (guard.tgisinternal AND guard.tgenabled IN ('O', 'A'))
ORDER BY 1, 2;

-- rules: which rules stand on the tables of these schemas
SELECT schemaname || '.' || tablename, rulename FROM pg_rules
WHERE schemaname = any(%(schemas)s) ORDER BY 1, 2;

-- off_by_setting: for which roles are triggers off in this database by a setting that stays
SELECT coalesce(role.rolname, 'every role')
FROM pg_db_role_setting AS setting
LEFT JOIN pg_roles AS role ON role.oid = setting.setrole
CROSS JOIN unnest(setting.setconfig) AS said
WHERE lower(said) = 'session_replication_role=replica' AND setting.setdatabase IN (
    0, (SELECT oid FROM pg_database WHERE datname = current_database())
)
UNION
SELECT 'every role' FROM pg_settings
WHERE name = 'session_replication_role' AND reset_val = 'replica'
ORDER BY 1;

-- has_part: was a part of the database ever migrated here, or is its first table here
SELECT to_regclass(%(table)s) IS NOT NULL
    OR exists (SELECT FROM ledger.migrations WHERE part = %(part)s);

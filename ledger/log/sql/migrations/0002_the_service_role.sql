-- The role that the log's connections take: it may add to the log, and change nothing in it.
-- Roles belong to the whole server and not every owner may make one; without the role the triggers
-- of 0001 are the guard, with it the missing right is a second one.

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'outcomes_ledger_service') THEN
        CREATE ROLE outcomes_ledger_service NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN
        RAISE NOTICE 'another database of this server has just made the role';
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'the role outcomes_ledger_service cannot be made; triggers guard the log';
END
$$;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outcomes_ledger_service') THEN
        GRANT USAGE ON SCHEMA ledger TO outcomes_ledger_service;
        GRANT SELECT, INSERT ON ledger.ledgers, ledger.events, ledger.commits, ledger.event_ids,
            ledger.idempotency_keys TO outcomes_ledger_service;
        GRANT SELECT, INSERT, UPDATE ON ledger.heads TO outcomes_ledger_service;
        IF NOT pg_has_role(current_user, 'outcomes_ledger_service', 'MEMBER') THEN
            GRANT outcomes_ledger_service TO current_user;
        END IF;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'the role outcomes_ledger_service cannot be granted; triggers guard the log';
END
$$;

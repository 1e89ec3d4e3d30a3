-- Which erasures are done: the keys are destroyed. One that is in the log and not here was broken
-- off, and is finished at the next start. One that is here and whose key is there again tells that
-- a backup of the keys was restored.
CREATE TABLE ledger.erasures (
    ledger text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    child text COLLATE "C" NOT NULL,
    scope text COLLATE "C" NOT NULL CHECK (scope IN ('all', 'identity')),
    done_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ledger, version)
);

CREATE INDEX events_of_erasure ON ledger.events (originator_id, originator_version)
    WHERE topic = 'child.erased.v1';

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.erasures
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outcomes_ledger_service') THEN
        GRANT SELECT, INSERT ON ledger.erasures TO outcomes_ledger_service;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'rights on ledger.erasures cannot be granted; triggers guard it';
END
$$;

-- Which identities were dropped from the vault, without an erasure in the log. It is written here and
-- not beside the keys, so that a restored backup of the keys is noticed: such a key is back again.
CREATE TABLE ledger.dropped_identities (
    ledger text COLLATE "C" NOT NULL,
    child text COLLATE "C" NOT NULL,
    dropped_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ledger, child)
);

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.dropped_identities
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outcomes_ledger_service') THEN
        GRANT SELECT, INSERT ON ledger.dropped_identities TO outcomes_ledger_service;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'rights on ledger.dropped_identities cannot be granted; triggers guard it';
END
$$;

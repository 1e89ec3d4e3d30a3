-- Time stamps of checkpoints (RFC 3161), as authorities outside have answered them: only added to.
CREATE TABLE ledger.time_stamps (
    ledger text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    digest bytea NOT NULL CHECK (length(digest) = 32),
    response bytea NOT NULL CHECK (length(response) <= 65536),
    stamped_at timestamptz NOT NULL,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    added_by text NOT NULL,
    PRIMARY KEY (ledger, size, digest),
    FOREIGN KEY (ledger, size) REFERENCES ledger.checkpoints
);

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.time_stamps
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outcomes_ledger_service') THEN
        GRANT SELECT, INSERT ON ledger.time_stamps TO outcomes_ledger_service;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'rights on ledger.time_stamps cannot be granted; triggers guard it';
END
$$;

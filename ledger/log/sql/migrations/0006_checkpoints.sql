-- What is signed of each ledger's log, by whom, and who has signed below it. Private keys are in no
-- table. Everything here is only added to: a key that is given up gets a row that says so.

-- Under which name a log is known, in its checkpoints and as the name of its keys.
CREATE TABLE ledger.origins (
    ledger text COLLATE "C" PRIMARY KEY,
    origin text COLLATE "C" NOT NULL UNIQUE
);

-- Public keys: of the log (kind 1) and of witnesses (kind 4), since which version and moment.
CREATE TABLE ledger.verifier_keys (
    ledger text COLLATE "C" NOT NULL,
    kind smallint NOT NULL CHECK (kind IN (1, 4)),
    name text COLLATE "C" NOT NULL,
    public_key bytea NOT NULL CHECK (length(public_key) = 32),
    number bigint GENERATED ALWAYS AS IDENTITY,
    from_version bigint NOT NULL,
    from_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    taken_by text NOT NULL,
    PRIMARY KEY (ledger, kind, name, public_key)
);

CREATE TABLE ledger.retired_verifier_keys (
    ledger text COLLATE "C" NOT NULL,
    kind smallint NOT NULL,
    name text COLLATE "C" NOT NULL,
    public_key bytea NOT NULL,
    to_version bigint NOT NULL,
    to_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_by text NOT NULL,
    PRIMARY KEY (ledger, kind, name, public_key),
    FOREIGN KEY (ledger, kind, name, public_key) REFERENCES ledger.verifier_keys
);

CREATE TABLE ledger.checkpoints (
    ledger text COLLATE "C" NOT NULL,
    size bigint NOT NULL CHECK (size >= 0),
    root bytea NOT NULL CHECK (length(root) = 32),
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ledger, size)
);

-- The lines below a checkpoint: the log's own, and those of witnesses.
CREATE TABLE ledger.checkpoint_signatures (
    ledger text COLLATE "C" NOT NULL,
    size bigint NOT NULL,
    kind smallint NOT NULL,
    name text COLLATE "C" NOT NULL,
    key_id bytea NOT NULL CHECK (length(key_id) = 4),
    content bytea NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ledger, size, kind, name, key_id),
    FOREIGN KEY (ledger, size) REFERENCES ledger.checkpoints
);

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.origins
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.verifier_keys
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.retired_verifier_keys
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.checkpoint_signatures
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outcomes_ledger_service') THEN
        GRANT SELECT, INSERT ON ledger.origins, ledger.verifier_keys, ledger.retired_verifier_keys,
            ledger.checkpoints, ledger.checkpoint_signatures TO outcomes_ledger_service;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'rights on checkpoints cannot be granted; triggers guard them';
END
$$;

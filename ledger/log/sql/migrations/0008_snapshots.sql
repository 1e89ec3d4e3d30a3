-- Snapshots of a ledger's state, a cache: a start from one replays what came later only (0034).
-- Nothing here is read before it was checked against the log and against a key that no database
-- holds, so rows may go and be replaced. A snapshot without pieces is still being written.
CREATE TABLE ledger.snapshots (
    ledger text COLLATE "C" NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    version bigint NOT NULL CHECK (version > 0),
    cover bytea NOT NULL,
    master text COLLATE "C" NOT NULL,
    wrapped bytea NOT NULL,
    pieces integer NOT NULL DEFAULT 0,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ledger, number)
);

CREATE TABLE ledger.snapshot_pieces (
    ledger text COLLATE "C" NOT NULL,
    snapshot bigint NOT NULL,
    place integer NOT NULL CHECK (place >= 0),
    sealed bytea NOT NULL,
    PRIMARY KEY (ledger, snapshot, place),
    FOREIGN KEY (ledger, snapshot) REFERENCES ledger.snapshots ON DELETE CASCADE
);
ALTER TABLE ledger.snapshot_pieces ALTER COLUMN sealed SET STORAGE EXTERNAL;

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outcomes_ledger_service') THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON ledger.snapshots, ledger.snapshot_pieces
            TO outcomes_ledger_service;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'rights on ledger.snapshots cannot be granted; they are a cache';
END
$$;

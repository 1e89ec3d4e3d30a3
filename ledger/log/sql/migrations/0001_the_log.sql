-- The log: ledgers, their events in dense versions, heads, commits, event ids and idempotency keys.
-- Every primary key begins with the ledger, so that ledgers can be spread over nodes. The columns
-- of `events` are those of the `eventsourcing` recorder; the originator is the ledger.

CREATE TABLE ledger.ledgers (
    ledger text COLLATE "C" PRIMARY KEY,
    name text NOT NULL,
    currency text NOT NULL,
    timezone text NOT NULL,
    secret bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE ledger.heads (
    ledger text COLLATE "C" PRIMARY KEY REFERENCES ledger.ledgers,
    version bigint NOT NULL,
    root bytea NOT NULL,
    frontier bytea NOT NULL,
    recorded_at timestamptz,
    asked_at timestamptz
) WITH (fillfactor = 20);

CREATE TABLE ledger.events (
    originator_id text COLLATE "C" NOT NULL,
    originator_version bigint NOT NULL CHECK (originator_version >= 1),
    topic text NOT NULL,
    state bytea NOT NULL,
    leaf_hash bytea NOT NULL,
    PRIMARY KEY (originator_id, originator_version)
) WITH (autovacuum_analyze_scale_factor = 0.01, autovacuum_analyze_threshold = 1000);

CREATE TABLE ledger.commits (
    ledger text COLLATE "C" NOT NULL,
    last_version bigint NOT NULL,
    first_version bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    root bytea NOT NULL,
    PRIMARY KEY (ledger, last_version),
    UNIQUE (ledger, recorded_at),
    CHECK (first_version >= 1 AND first_version <= last_version)
);

CREATE TABLE ledger.event_ids (
    ledger text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    content_hash bytea NOT NULL,
    first_version bigint NOT NULL,
    last_version bigint NOT NULL,
    PRIMARY KEY (ledger, event_id)
);

CREATE TABLE ledger.idempotency_keys (
    ledger text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    idempotency_key text COLLATE "C" NOT NULL,
    content_hash bytea NOT NULL,
    version bigint NOT NULL,
    root bytea NOT NULL,
    results bytea NOT NULL,
    PRIMARY KEY (ledger, actor, idempotency_key)
);

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on ledger.% is refused: what is recorded stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE FUNCTION ledger.refuse_a_head_that_goes_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.ledger <> OLD.ledger OR NEW.asked_at < OLD.asked_at OR (
        NEW.version = OLD.version AND (NEW.root, NEW.frontier, NEW.recorded_at)
            IS DISTINCT FROM (OLD.root, OLD.frontier, OLD.recorded_at)
    ) OR NEW.version < OLD.version OR (
        NEW.version > OLD.version AND NEW.recorded_at <= greatest(OLD.recorded_at, OLD.asked_at)
    ) THEN
        RAISE EXCEPTION 'the head of a ledger only moves forward'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.events
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.commits
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.event_ids
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.idempotency_keys
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.ledgers
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON ledger.heads
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER forward BEFORE UPDATE ON ledger.heads
    FOR EACH ROW EXECUTE FUNCTION ledger.refuse_a_head_that_goes_back();

-- Children's keys, each wrapped under a master key that no database holds. They may live in another
-- database than the log, with shorter-lived backups. A destroyed key leaves its row as a tombstone:
-- so a backup that brings it back is noticed, and no new key is made for the child.
CREATE SCHEMA child_keys;

CREATE TABLE child_keys.data_keys (
    ledger text COLLATE "C" NOT NULL,
    child text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL CHECK (purpose IN ('values', 'identity')),
    master text COLLATE "C" NOT NULL,
    wrapped bytea,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    destroyed_at timestamptz,
    PRIMARY KEY (ledger, child, purpose),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE INDEX data_keys_by_master ON child_keys.data_keys (master) WHERE wrapped IS NOT NULL;

-- A key that was destroyed stays destroyed, and no row is ever taken out.
CREATE FUNCTION child_keys.refuse_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.wrapped IS NULL
        OR (OLD.ledger, OLD.child, OLD.purpose) IS DISTINCT FROM (NEW.ledger, NEW.child, NEW.purpose)
    THEN
        RAISE EXCEPTION 'a key that was destroyed does not come back, and no row goes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON child_keys.data_keys
    FOR EACH ROW EXECUTE FUNCTION child_keys.refuse_return();
CREATE TRIGGER kept_all BEFORE TRUNCATE ON child_keys.data_keys
    FOR EACH STATEMENT EXECUTE FUNCTION child_keys.refuse_return();

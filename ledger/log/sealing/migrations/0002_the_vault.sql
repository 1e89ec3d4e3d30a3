-- The identity vault: who the children are, sealed under a key of each child's own, and who read it.
-- It lives beside the keys, so that it leaves with them; nothing else in the product joins to it.
CREATE TABLE child_keys.identities (
    ledger text COLLATE "C" NOT NULL,
    child text COLLATE "C" NOT NULL,
    sealed bytea NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ledger, child)
);

CREATE TABLE child_keys.identity_reads (
    ledger text COLLATE "C" NOT NULL,
    child text COLLATE "C" NOT NULL,
    number bigint GENERATED ALWAYS AS IDENTITY,
    actor text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    read_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (ledger, child, number)
);

-- Who read an identity stays written down, also when the identity is gone.
CREATE FUNCTION child_keys.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'who read an identity is only added to'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON child_keys.identity_reads
    FOR EACH STATEMENT EXECUTE FUNCTION child_keys.refuse_change();

-- Master keys that a rotation has replaced. Nothing is wrapped under one any more: a writer that
-- was held up between wrapping a key and keeping it is refused, wraps anew and goes on. Without
-- this its key could be kept under a master key that is destroyed by then.
CREATE TABLE child_keys.retired_masters (
    master text COLLATE "C" PRIMARY KEY,
    retired_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION child_keys.refuse_retired_master() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.wrapped IS NOT NULL
        AND EXISTS (SELECT FROM child_keys.retired_masters WHERE master = NEW.master)
    THEN
        RAISE EXCEPTION 'the master key was retired'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'master_is_not_retired';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER not_retired BEFORE INSERT OR UPDATE ON child_keys.data_keys
    FOR EACH ROW EXECUTE FUNCTION child_keys.refuse_retired_master();

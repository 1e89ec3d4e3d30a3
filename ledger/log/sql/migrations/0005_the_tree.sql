-- Nodes of each ledger's tree: the roots of its perfect subtrees of 256, 65,536, ... leaves. They
-- follow from the leaf hashes beside the events, and never change once their subtree is complete. Of
-- a ledger from before this migration they are filled in by the running service.
CREATE TABLE ledger.tree_nodes (
    ledger text COLLATE "C" NOT NULL,
    level smallint NOT NULL CHECK (level > 0 AND level % 8 = 0),
    place bigint NOT NULL CHECK (place >= 0),
    hash bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (ledger, level, place)
);

CREATE TRIGGER kept BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.tree_nodes
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();

DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'outcomes_ledger_service') THEN
        GRANT SELECT, INSERT ON ledger.tree_nodes TO outcomes_ledger_service;
    END IF;
EXCEPTION
    WHEN insufficient_privilege THEN
        RAISE NOTICE 'rights on ledger.tree_nodes cannot be granted; triggers guard it';
END
$$;

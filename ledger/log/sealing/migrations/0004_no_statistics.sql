-- PostgreSQL keeps some values of each column as statistics, in a table of its own; a key that is
-- destroyed afterwards would live on there. No plan depends on what a wrapped key is, so none is
-- kept. That the type is named again drops what was kept before; no row is rewritten for it.
ALTER TABLE child_keys.data_keys
    ALTER COLUMN wrapped SET STATISTICS 0, ALTER COLUMN wrapped TYPE bytea;
ALTER TABLE child_keys.identities
    ALTER COLUMN sealed SET STATISTICS 0, ALTER COLUMN sealed TYPE bytea;

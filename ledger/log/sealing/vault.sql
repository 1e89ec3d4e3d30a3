-- keep: keep a sealed identity, unless its key is destroyed or missing; whether it is the first one
WITH living AS (
    SELECT ledger, child FROM child_keys.data_keys
    WHERE ledger = %(ledger)s AND child = %(child)s AND purpose = 'identity'
        AND wrapped IS NOT NULL
    FOR SHARE -- whoever destroys the key waits, and then finds this identity
)
INSERT INTO child_keys.identities AS kept (ledger, child, sealed)
SELECT ledger, child, %(sealed)s FROM living
ON CONFLICT (ledger, child)
DO UPDATE SET sealed = excluded.sealed, changed_at = clock_timestamp()
RETURNING xmax = 0 AS first, changed_at; -- a row that was updated carries the lock of its update

-- find: the sealed identity of a child
SELECT sealed, changed_at FROM child_keys.identities
WHERE ledger = %(ledger)s AND child = %(child)s;

-- drop: delete the identity of a child
DELETE FROM child_keys.identities WHERE ledger = %(ledger)s AND child = %(child)s;

-- note_read: note who reads the identity of a child, and what for
INSERT INTO child_keys.identity_reads (ledger, child, actor, purpose)
VALUES (%(ledger)s, %(child)s, %(actor)s, %(purpose)s);

-- reads: who has read the identity of a child, in order
SELECT number, actor, purpose, read_at FROM child_keys.identity_reads
WHERE ledger = %(ledger)s AND child = %(child)s AND number > %(after)s
ORDER BY number LIMIT %(limit)s;

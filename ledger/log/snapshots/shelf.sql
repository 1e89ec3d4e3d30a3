-- kept: the snapshots of a ledger, the newest first
SELECT number, cover, master, wrapped, pieces FROM ledger.snapshots
WHERE ledger = %(ledger)s AND pieces > 0 ORDER BY number DESC;

-- piece: one piece of a snapshot
SELECT sealed FROM ledger.snapshot_pieces
WHERE ledger = %(ledger)s AND snapshot = %(number)s AND place = %(place)s;

-- look_once: see one state of the shelf until the end of this transaction
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- lock: be the only one to write a snapshot of this ledger, until the end of this transaction
SELECT pg_try_advisory_xact_lock(hashtextextended('snapshot of ' || %(ledger)s, 0));

-- begin: a new snapshot whose pieces follow
INSERT INTO ledger.snapshots (ledger, version, cover, master, wrapped)
VALUES (%(ledger)s, %(version)s, %(cover)s, %(master)s, %(wrapped)s)
RETURNING number;

-- put: one piece of a snapshot
INSERT INTO ledger.snapshot_pieces (ledger, snapshot, place, sealed)
VALUES (%(ledger)s, %(number)s, %(place)s, %(sealed)s);

-- end: all pieces are there
UPDATE ledger.snapshots SET pieces = %(pieces)s
WHERE ledger = %(ledger)s AND number = %(number)s;

-- clear: keep the newest snapshots of a ledger only
DELETE FROM ledger.snapshots WHERE ledger = %(ledger)s AND number NOT IN (
    SELECT number FROM ledger.snapshots
    WHERE ledger = %(ledger)s ORDER BY number DESC LIMIT %(kept)s
);

-- moved: how far each ledger is, and its newest snapshot
SELECT heads.ledger, heads.version, coalesce(max(snapshots.version), 0)
FROM ledger.heads LEFT JOIN ledger.snapshots USING (ledger)
GROUP BY heads.ledger, heads.version ORDER BY heads.ledger;

-- all: every key of a ledger for one purpose
SELECT child, master, wrapped FROM child_keys.data_keys
WHERE ledger = %(ledger)s AND purpose = %(purpose)s;

-- find: the keys of some children for one purpose
SELECT child, master, wrapped FROM child_keys.data_keys
WHERE ledger = %(ledger)s AND purpose = %(purpose)s AND child = ANY(%(children)s);

-- add: keep new keys where there are none
INSERT INTO child_keys.data_keys (ledger, child, purpose, master, wrapped)
SELECT %(ledger)s, added.child, %(purpose)s, added.master, added.wrapped
FROM unnest(%(children)s::text[], %(masters)s::text[], %(wrapped)s::bytea[])
    AS added (child, master, wrapped)
ON CONFLICT DO NOTHING;

-- taken: which children have another key than the one that was to be added
SELECT added.child FROM unnest(%(children)s::text[], %(wrapped)s::bytea[]) AS added (child, wrapped)
JOIN child_keys.data_keys AS kept
    ON kept.ledger = %(ledger)s AND kept.purpose = %(purpose)s AND kept.child = added.child
WHERE kept.wrapped IS DISTINCT FROM added.wrapped;

-- destroy: destroy a key and leave its tombstone, also where there was none
INSERT INTO child_keys.data_keys AS kept (ledger, child, purpose, master, wrapped, destroyed_at)
VALUES (%(ledger)s, %(child)s, %(purpose)s, '', NULL, clock_timestamp())
ON CONFLICT (ledger, child, purpose)
DO UPDATE SET master = '', wrapped = NULL, destroyed_at = clock_timestamp()
WHERE kept.wrapped IS NOT NULL;

-- masters: the names of the master keys in use
SELECT DISTINCT master FROM child_keys.data_keys WHERE wrapped IS NOT NULL;

-- not_under: some of the keys that another master key wraps
SELECT ledger, child, purpose, master, wrapped FROM child_keys.data_keys
WHERE wrapped IS NOT NULL AND master <> %(master)s
ORDER BY ledger, child, purpose LIMIT %(limit)s;

-- replace: wrap a key anew, unless it has changed meanwhile
UPDATE child_keys.data_keys SET master = %(master)s, wrapped = %(wrapped)s
WHERE ledger = %(ledger)s AND child = %(child)s AND purpose = %(purpose)s
    AND wrapped = %(before)s
RETURNING child;

-- wait_for_writers: let every key that is being kept be kept first, and no other meanwhile
LOCK TABLE child_keys.data_keys IN SHARE ROW EXCLUSIVE MODE;

-- retire: nothing is wrapped under this master key any more
INSERT INTO child_keys.retired_masters (master) VALUES (%(master)s) ON CONFLICT DO NOTHING;

-- try_rotation: hold the lock that lets one rotation run at a time (the number is arbitrary, and ours)
SELECT pg_try_advisory_lock(4720935186640213);

-- end_rotation: let the next rotation run
SELECT pg_advisory_unlock(4720935186640213);

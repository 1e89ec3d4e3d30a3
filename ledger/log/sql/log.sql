-- take_service_role: use the role that may only add to the log, where it exists and may be taken
SELECT set_config('role', rolname, false) FROM pg_roles
WHERE rolname = 'outcomes_ledger_service' AND pg_has_role(current_user, oid, 'MEMBER');

-- ledgers: every ledger, by reference
SELECT ledger, name, currency, timezone FROM ledger.ledgers ORDER BY ledger;

-- terms: what one ledger was made with
SELECT ledger, name, currency, timezone FROM ledger.ledgers WHERE ledger = %(ledger)s;

-- create: a new ledger with its empty head, or no row when the reference is taken
WITH made AS (
    INSERT INTO ledger.ledgers (ledger, name, currency, timezone, secret)
    VALUES (%(ledger)s, %(name)s, %(currency)s, %(timezone)s, %(secret)s)
    ON CONFLICT DO NOTHING RETURNING ledger
), headed AS (
    INSERT INTO ledger.heads (ledger, version, root, frontier)
    SELECT ledger, 0, %(root)s, %(frontier)s FROM made
)
SELECT ledger FROM made;

-- secret: the key of a ledger's hashes of contents
SELECT secret FROM ledger.ledgers WHERE ledger = %(ledger)s;

-- head: where a ledger stands
SELECT version, root, frontier, recorded_at, asked_at FROM ledger.heads WHERE ledger = %(ledger)s;

-- hold_head: where a ledger stands, and nobody moves it until we are done
SELECT version, root, frontier, recorded_at, asked_at FROM ledger.heads
WHERE ledger = %(ledger)s FOR UPDATE;

-- append: store a small commit at once; no row when the ledger has moved
WITH moved AS (
    UPDATE ledger.heads
    SET version = %(last)b, root = %(root)b, frontier = %(frontier)b, recorded_at = %(recorded_at)b
    WHERE ledger = %(ledger)b AND version = %(before)b
        AND (asked_at IS NULL OR asked_at < %(recorded_at)b)
    RETURNING ledger
), stored AS (
    INSERT INTO ledger.events (originator_id, originator_version, topic, state, leaf_hash)
    SELECT moved.ledger, %(before)b::bigint + row.number, row.name, row.state, row.leaf
    FROM moved, unnest(%(names)b::text[], %(states)b::bytea[], %(leaves)b::bytea[])
        WITH ORDINALITY AS row (name, state, leaf, number)
), committed AS (
    INSERT INTO ledger.commits (ledger, last_version, first_version, recorded_at, root)
    SELECT moved.ledger, %(last)b, %(before)b::bigint + 1, %(recorded_at)b, %(root)b FROM moved
), named AS (
    INSERT INTO ledger.event_ids (ledger, event_id, content_hash, first_version, last_version)
    SELECT moved.ledger, row.* FROM moved, unnest(
        %(ids)b::text[], %(id_hashes)b::bytea[], %(id_firsts)b::bigint[], %(id_lasts)b::bigint[]
    ) AS row
), keyed AS (
    INSERT INTO ledger.idempotency_keys
        (ledger, actor, idempotency_key, content_hash, version, root, results)
    SELECT moved.ledger, row.* FROM moved, unnest(
        %(actors)b::text[], %(keys)b::text[], %(key_hashes)b::bytea[], %(key_versions)b::bigint[],
        %(key_roots)b::bytea[], %(key_results)b::bytea[]
    ) AS row
)
SELECT 1 FROM moved;

-- move_head: the first part of a large commit: head, commit row and keys; no row when it has moved
WITH moved AS (
    UPDATE ledger.heads
    SET version = %(last)b, root = %(root)b, frontier = %(frontier)b, recorded_at = %(recorded_at)b
    WHERE ledger = %(ledger)b AND version = %(before)b
        AND (asked_at IS NULL OR asked_at < %(recorded_at)b)
    RETURNING ledger
), committed AS (
    INSERT INTO ledger.commits (ledger, last_version, first_version, recorded_at, root)
    SELECT moved.ledger, %(last)b, %(before)b::bigint + 1, %(recorded_at)b, %(root)b FROM moved
), keyed AS (
    INSERT INTO ledger.idempotency_keys
        (ledger, actor, idempotency_key, content_hash, version, root, results)
    SELECT moved.ledger, row.* FROM moved, unnest(
        %(actors)b::text[], %(keys)b::text[], %(key_hashes)b::bytea[], %(key_versions)b::bigint[],
        %(key_roots)b::bytea[], %(key_results)b::bytea[]
    ) AS row
)
SELECT 1 FROM moved;

-- keep_keys: store keys of requests that recorded nothing; no row when the ledger has moved
WITH still AS (
    SELECT ledger FROM ledger.heads
    WHERE ledger = %(ledger)b AND version = %(before)b
), keyed AS (
    INSERT INTO ledger.idempotency_keys
        (ledger, actor, idempotency_key, content_hash, version, root, results)
    SELECT still.ledger, row.* FROM still, unnest(
        %(actors)b::text[], %(keys)b::text[], %(key_hashes)b::bytea[], %(key_versions)b::bigint[],
        %(key_roots)b::bytea[], %(key_results)b::bytea[]
    ) AS row
)
SELECT 1 FROM still;

-- still_at: a row when the ledger is at this version
SELECT 1 FROM ledger.heads WHERE ledger = %(ledger)b AND version = %(before)b;

-- copy_events: the events of a large commit, as a stream of binary rows
COPY ledger.events (originator_id, originator_version, topic, state, leaf_hash)
FROM STDIN (FORMAT binary);

-- copy_nodes: the nodes of the tree that a commit completes, as a stream of binary rows
COPY ledger.tree_nodes (ledger, level, place, hash) FROM STDIN (FORMAT binary);

-- copy_ids: the event ids of a large commit, as a stream of binary rows
COPY ledger.event_ids (ledger, event_id, content_hash, first_version, last_version)
FROM STDIN (FORMAT binary);

-- read: the next events of a ledger, in order
SELECT originator_version, topic, state, leaf_hash FROM ledger.events
WHERE originator_id = %(ledger)s AND originator_version > %(after)s
    AND originator_version <= %(upto)s
ORDER BY originator_version LIMIT %(chunk)s;

-- leaf_hashes: the leaf hashes of a few ranges of a ledger
SELECT 0::smallint, leaf.place, leaf.leaf_hash
FROM unnest(%(firsts)s::bigint[], %(numbers)s::bigint[]) AS range (first, number)
CROSS JOIN LATERAL (
    SELECT originator_version - 1 AS place, leaf_hash FROM ledger.events
    WHERE originator_id = %(ledger)s AND originator_version > range.first
        AND originator_version <= range.first + range.number
    ORDER BY originator_version LIMIT range.number
) AS leaf;

-- node_hashes: the nodes of a few ranges of a ledger's tree
SELECT node.level, node.place, node.hash
FROM unnest(%(levels)s::smallint[], %(firsts)s::bigint[], %(numbers)s::bigint[])
    AS range (level, first, number)
CROSS JOIN LATERAL (
    SELECT level, place, hash FROM ledger.tree_nodes
    WHERE ledger = %(ledger)s AND level = range.level AND place >= range.first
        AND place < range.first + range.number
    ORDER BY place LIMIT range.number
) AS node;

-- missing_nodes: the first places of a level that are complete and have no node
SELECT due.place
FROM ledger.heads, generate_series(0, (version >> %(level)s::integer) - 1) AS due (place)
WHERE ledger = %(ledger)s AND NOT EXISTS (
    SELECT FROM ledger.tree_nodes AS node
    WHERE node.ledger = %(ledger)s AND node.level = %(level)s AND node.place = due.place
)
ORDER BY due.place LIMIT %(limit)s;

-- keep_nodes: nodes that were missing; one that is kept already stays as it is
INSERT INTO ledger.tree_nodes (ledger, level, place, hash)
SELECT %(ledger)s, node.* FROM unnest(
    %(levels)s::smallint[], %(places)s::bigint[], %(hashes)s::bytea[]
) AS node
ON CONFLICT DO NOTHING;

-- find_ids: which of these event ids are taken, and by what
SELECT event_id, content_hash, first_version, last_version FROM ledger.event_ids
WHERE ledger = %(ledger)s AND event_id = ANY(%(ids)s);

-- find_key: what is kept under an actor's idempotency key
SELECT content_hash, version, root, results FROM ledger.idempotency_keys
WHERE ledger = %(ledger)s AND actor = %(actor)s AND idempotency_key = %(key)s;

-- keys: every idempotency key of a ledger and what is kept under it, by version
SELECT actor, idempotency_key, content_hash, version, root, results FROM ledger.idempotency_keys
WHERE ledger = %(ledger)s ORDER BY version, actor, idempotency_key;

-- commits: the next commits of a ledger, in order
SELECT last_version, first_version, recorded_at, root FROM ledger.commits
WHERE ledger = %(ledger)s AND last_version > %(after)s ORDER BY last_version LIMIT %(chunk)s;

-- commit_holding: the commit that stored the event of a version
SELECT last_version, first_version, recorded_at, root FROM ledger.commits
WHERE ledger = %(ledger)s AND last_version >= %(version)s AND %(version)s > 0
ORDER BY last_version LIMIT 1;

-- commit_root: the root after the commit that ended at this version
SELECT root FROM ledger.commits WHERE ledger = %(ledger)s AND last_version = %(last)s;

-- is_reached: whether a moment has come at the server, or in the ledger
SELECT %(moment)s <= greatest(clock_timestamp(), recorded_at) FROM ledger.heads
WHERE ledger = %(ledger)s;

-- ask_moment: nothing will be recorded at or before this moment any more
UPDATE ledger.heads SET asked_at = %(moment)s
WHERE ledger = %(ledger)s AND (recorded_at IS NULL OR recorded_at < %(moment)s)
    AND (asked_at IS NULL OR asked_at < %(moment)s)
RETURNING version;

-- version_at: the last version recorded at or before a moment
SELECT last_version FROM ledger.commits
WHERE ledger = %(ledger)s AND recorded_at <= %(moment)s ORDER BY recorded_at DESC LIMIT 1;

-- clock: what time it is at the server
SELECT clock_timestamp();

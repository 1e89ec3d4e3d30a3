-- take_service_role: use the role that may only add to the log, where it exists and may be taken
SELECT set_config('role', rolname, true) FROM pg_roles
WHERE rolname = 'outcomes_ledger_service' AND pg_has_role(current_user, oid, 'MEMBER');

-- name_origin: give a ledger the name by which its log is known, unless it has one
INSERT INTO ledger.origins (ledger, origin)
SELECT ledger, %(origin)s FROM ledger.ledgers WHERE ledger = %(ledger)s
ON CONFLICT (ledger) DO NOTHING;

-- origin: the name by which a ledger's log is known
SELECT origin FROM ledger.origins WHERE ledger = %(ledger)s;

-- keys: the verifier keys of a ledger in the order in which they were taken up
SELECT kind, name, public_key, from_version, from_at, taken_by, to_version, to_at, retired_by
FROM ledger.verifier_keys
LEFT JOIN ledger.retired_verifier_keys USING (ledger, kind, name, public_key)
WHERE ledger = %(ledger)s ORDER BY number LIMIT %(limit)s;

-- take_key: take up a key at the version where the ledger stands; no row when it is known
INSERT INTO ledger.verifier_keys (ledger, kind, name, public_key, from_version, taken_by)
SELECT ledger, %(kind)s, %(name)s, %(public_key)s, version, %(by)s
FROM ledger.heads WHERE ledger = %(ledger)s
ON CONFLICT DO NOTHING RETURNING from_version;

-- retire_key: give up a key at the version where the ledger stands; no row when it was given up
INSERT INTO ledger.retired_verifier_keys (ledger, kind, name, public_key, to_version, retired_by)
SELECT ledger, %(kind)s, %(name)s, %(public_key)s, version, %(by)s
FROM ledger.heads WHERE ledger = %(ledger)s
ON CONFLICT DO NOTHING RETURNING to_version;

-- restore_key: a key as a copy has it; nothing when it is known
INSERT INTO ledger.verifier_keys (ledger, kind, name, public_key, from_version, from_at, taken_by)
VALUES (%(ledger)s, %(kind)s, %(name)s, %(public_key)s, %(from_version)s, %(from_at)s, %(taken_by)s)
ON CONFLICT DO NOTHING;

-- restore_retired_key: that a key was given up, as a copy has it; nothing when that is known
INSERT INTO ledger.retired_verifier_keys
    (ledger, kind, name, public_key, to_version, to_at, retired_by)
VALUES (%(ledger)s, %(kind)s, %(name)s, %(public_key)s, %(to_version)s, %(to_at)s, %(retired_by)s)
ON CONFLICT DO NOTHING;

-- restore: a checkpoint as a copy has it; nothing when there is one of this size
INSERT INTO ledger.checkpoints (ledger, size, root, made_at)
VALUES (%(ledger)s, %(size)s, %(root)s, %(made_at)s) ON CONFLICT DO NOTHING;

-- log_keys: every public key that any ledger's log is signed with now
SELECT DISTINCT public_key FROM ledger.verifier_keys
LEFT JOIN ledger.retired_verifier_keys AS retired USING (ledger, kind, name, public_key)
WHERE kind = 1 AND retired.to_version IS NULL;

-- keep: a new checkpoint; no row when there is one of this size
INSERT INTO ledger.checkpoints (ledger, size, root) VALUES (%(ledger)s, %(size)s, %(root)s)
ON CONFLICT DO NOTHING RETURNING size;

-- add_signature: a line below a checkpoint; no row when its key has signed this one
INSERT INTO ledger.checkpoint_signatures (ledger, size, kind, name, key_id, content)
VALUES (%(ledger)s, %(size)s, %(kind)s, %(name)s, %(key_id)s, %(content)s)
ON CONFLICT DO NOTHING RETURNING size;

-- latest: the last checkpoint of a ledger
SELECT size, root, made_at FROM ledger.checkpoints
WHERE ledger = %(ledger)s ORDER BY size DESC LIMIT 1;

-- of_size: the checkpoint of this size
SELECT size, root, made_at FROM ledger.checkpoints WHERE ledger = %(ledger)s AND size = %(size)s;

-- covering: the first checkpoint that holds a version
SELECT size, root, made_at FROM ledger.checkpoints
WHERE ledger = %(ledger)s AND size >= %(size)s ORDER BY size LIMIT 1;

-- after: the next checkpoints of a ledger, by size
SELECT size, root, made_at FROM ledger.checkpoints
WHERE ledger = %(ledger)s AND size > %(size)s ORDER BY size LIMIT %(limit)s;

-- signatures: the lines below a checkpoint, the log's own first
SELECT name, key_id, content FROM ledger.checkpoint_signatures
WHERE ledger = %(ledger)s AND size = %(size)s ORDER BY kind, number;

-- behind: ledgers that have moved on since their last checkpoint
SELECT ledger FROM ledger.heads AS head
WHERE version > coalesce((
    SELECT max(size) FROM ledger.checkpoints AS kept WHERE kept.ledger = head.ledger
), 0)
ORDER BY ledger;

-- ledgers: every ledger whose log has a name
SELECT ledger FROM ledger.origins ORDER BY ledger;

-- add_stamp: a time stamp of a checkpoint; no row when it is kept already
INSERT INTO ledger.time_stamps (ledger, size, digest, response, stamped_at, added_by)
VALUES (%(ledger)s, %(size)s, %(digest)s, %(response)s, %(stamped_at)s, %(by)s)
ON CONFLICT DO NOTHING RETURNING size;

-- stamps: the time stamps of a ledger's checkpoints, the latest checkpoint first
SELECT size, response, stamped_at, added_at FROM ledger.time_stamps
WHERE ledger = %(ledger)s AND (%(size)s::bigint IS NULL OR size = %(size)s)
ORDER BY size DESC, stamped_at LIMIT %(limit)s;

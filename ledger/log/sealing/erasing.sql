-- unfinished: the erasures in the log whose keys may not be destroyed yet
SELECT recorded.originator_id, recorded.originator_version, recorded.state
FROM ledger.events AS recorded
WHERE recorded.topic = 'child.erased.v1' AND NOT EXISTS (
    SELECT FROM ledger.erasures AS done
    WHERE done.ledger = recorded.originator_id AND done.version = recorded.originator_version
)
ORDER BY recorded.originator_id, recorded.originator_version;

-- finish: note that the keys of an erasure are destroyed
INSERT INTO ledger.erasures (ledger, version, child, scope)
VALUES (%(ledger)s, %(version)s, %(child)s, %(scope)s) ON CONFLICT DO NOTHING;

-- note_dropped: note that an identity was dropped from the vault
INSERT INTO ledger.dropped_identities (ledger, child)
VALUES (%(ledger)s, %(child)s) ON CONFLICT DO NOTHING;

-- done: the erasures whose keys are destroyed, by ledger
SELECT ledger, child, scope FROM ledger.erasures
UNION
SELECT ledger, child, 'identity' FROM ledger.dropped_identities
ORDER BY ledger, child;

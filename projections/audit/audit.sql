-- snapshot
-- Makes the transaction see one moment only, and change nothing.
set transaction isolation level repeatable read, read only

-- head
-- Where a ledger's log stands: its version, its root, the edge of its tree, its last moment.
-- A moment that no clock of ours can say is none.
select
    version, root, frontier,
    case when recorded_at between '0001-01-02' and '9999-12-30' then recorded_at end
from ledger.heads
where ledger = %(ledger)s

-- timezone
-- In which timezone does a ledger's day end?
select timezone from ledger.ledgers where ledger = %(ledger)s

-- remains
-- Up to which version are there events of a ledger, and is anything else of it there?
select
    coalesce((
        select max(originator_version) from ledger.events where originator_id = %(ledger)s
    ), 0),
    exists (select from ledger.events where originator_id = %(ledger)s)
    or exists (select from ledger.commits where ledger = %(ledger)s)
    or exists (select from ledger.event_ids where ledger = %(ledger)s)
    or exists (select from ledger.idempotency_keys where ledger = %(ledger)s)
    or exists (select from ledger.tree_nodes where ledger = %(ledger)s)
    or exists (select from ledger.origins where ledger = %(ledger)s)
    or exists (select from ledger.verifier_keys where ledger = %(ledger)s)
    or exists (select from ledger.checkpoints where ledger = %(ledger)s)
    or exists (select from ledger.erasures where ledger = %(ledger)s)

-- events
-- The stored events of a ledger with their leaf hashes, in order.
select originator_version, topic, state, leaf_hash
from ledger.events
where originator_id = %(ledger)s
order by originator_version

-- event_at
-- One stored event of a ledger.
select topic, state
from ledger.events
where originator_id = %(ledger)s and originator_version = %(version)s

-- erasures
-- Which erasures of a ledger are noted as done?
select version, child, scope from ledger.erasures where ledger = %(ledger)s

-- commits
-- The commits of a ledger, in order. A moment that no clock of ours can say is none.
select
    first_version, last_version,
    case when recorded_at between '0001-01-02' and '9999-12-30' then recorded_at end,
    root
from ledger.commits
where ledger = %(ledger)s
order by last_version

-- nodes
-- The nodes of a ledger's tree that are kept.
select level, place, hash
from ledger.tree_nodes
where ledger = %(ledger)s

-- origin
-- Under which name is a ledger's log known?
select origin from ledger.origins where ledger = %(ledger)s

-- verifier_keys
-- The keys of a ledger's log and of its witnesses: from and up to which version, by whom taken.
select kind, name, public_key, from_version, to_version, taken_by
from ledger.verifier_keys
left join ledger.retired_verifier_keys using (ledger, kind, name, public_key)
where ledger = %(ledger)s

-- checkpoints
-- The kept checkpoints of a ledger by size, with the lines below each.
select kept.size, kept.root,
    array_remove(array_agg(line.name order by line.number), null),
    array_remove(array_agg(line.key_id order by line.number), null),
    array_remove(array_agg(line.content order by line.number), null)
from ledger.checkpoints as kept
left join ledger.checkpoint_signatures as line using (ledger, size)
where ledger = %(ledger)s
group by kept.ledger, kept.size
order by kept.size

-- time_stamps
-- The time stamps of a ledger's checkpoints, each with the root that it should be of.
select stamp.size, kept.root, stamp.response, stamp.stamped_at
from ledger.time_stamps as stamp
join ledger.checkpoints as kept using (ledger, size)
where ledger = %(ledger)s
order by stamp.size

-- ids
-- The event ids that a ledger keeps, with the versions of what each one recorded, and their hashes.
select event_id, first_version, last_version, content_hash
from ledger.event_ids
where ledger = %(ledger)s

-- keys
-- What a ledger keeps under idempotency keys, in the order of the versions of their answers.
select actor, content_hash, version, root, results
from ledger.idempotency_keys
where ledger = %(ledger)s
order by version, actor, idempotency_key

-- live
-- Which generation of the read tables is read, and how far has it got?
select generation, version
from projections.tracking
where ledger = %(ledger)s and stage = 'live'

-- unbalanced
-- Which entries do not balance in one of their funds?
select posting.version, numbered.fund, sum(posting.amount_minor) as amount_minor
from projections.postings as posting
join projections.series as numbered using (ledger, generation, series)
where posting.ledger = %(ledger)s and posting.generation = %(generation)s
    and numbered.book = 'journal'
group by posting.version, numbered.fund
having sum(posting.amount_minor) <> 0
order by posting.version
limit 100


-- slots
-- The next index entries of a subject from a slot on, in order.
select slot, offsets
from projections.event_index
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and subject = %(subject)s and slot >= %(slot)s
order by slot
limit 4

-- slots_of_others
-- The index entries of other subjects in some slots.
select slot, offsets, subject
from projections.event_index
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and subject = any(%(subjects)s) and slot = any(%(slots)s)

-- events
-- The stored events at some versions, in order.
select originator_version as version, state
from ledger.events
where originator_id = %(ledger)s and originator_version = any(%(versions)s)
order by originator_version

-- events_after
-- The stored events behind a version, in order.
select originator_version as version, state
from ledger.events
where originator_id = %(ledger)s and originator_version > %(after)s
    and originator_version <= %(known_at)s
order by originator_version
limit %(limit)s

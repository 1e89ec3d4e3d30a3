-- ledgers
-- Which ledgers are there, and how far has each log got?
select ledger, version from ledger.heads order by ledger

-- held
-- How many ledgers are there, and how many events do they hold together?
select count(*), coalesce(sum(version), 0) from ledger.heads

-- head
-- How far has a ledger's log got?
select version from ledger.heads where ledger = %(ledger)s

-- begin_first_generation
-- Makes the first generation of a ledger, unless there is one.
insert into projections.tracking (ledger, generation, stage, version)
select %(ledger)s, 1, 'live', 0
where not exists (select from projections.tracking where ledger = %(ledger)s)
on conflict do nothing

-- lock_live
-- Which generation is read, and how far has it got? Held until the batch is committed.
select generation, version from projections.tracking
where ledger = %(ledger)s and stage = 'live'
for update

-- lock_generation
-- How far has a generation got? Held until the batch is committed.
select stage, version from projections.tracking
where ledger = %(ledger)s and generation = %(generation)s
for update

-- position
-- How far has the generation that is read got?
select version from projections.tracking where ledger = %(ledger)s and stage = 'live'

-- advance
-- Says that a generation has got to a version.
update projections.tracking set version = %(version)s, changed_at = now()
where ledger = %(ledger)s and generation = %(generation)s

-- lock_rebuild
-- Lets one rebuild of a ledger run at a time; false when another one runs.
select pg_try_advisory_lock(hashtextextended('projections.rebuild:' || %(ledger)s, 0)) as taken

-- unlock_rebuild
-- Ends a rebuild.
select pg_advisory_unlock(hashtextextended('projections.rebuild:' || %(ledger)s, 0))

-- begin_rebuild
-- Makes the next generation of a ledger, beside the one that is read.
insert into projections.tracking (ledger, generation, stage, version)
select %(ledger)s, coalesce(max(generation), 0) + 1, 'building', 0
from projections.tracking where ledger = %(ledger)s
returning generation

-- retire_live
-- Takes the generation that is read out of use.
update projections.tracking set stage = 'retired', changed_at = now()
where ledger = %(ledger)s and stage = 'live'

-- make_live
-- Makes a rebuilt generation the one that is read.
update projections.tracking set stage = 'live', changed_at = now()
where ledger = %(ledger)s and generation = %(generation)s

-- generations_to_drop
-- Which generations does nobody read or build any more?
select generation from projections.tracking
where ledger = %(ledger)s
    and (stage = 'retired' and changed_at < now() - make_interval(secs => %(resting_seconds)s)
        or stage = 'building' and generation <> %(building)s::int)

-- lock_sweep
-- Lets one process at a time delete what nobody reads; false when another one does.
select pg_try_advisory_xact_lock(hashtextextended('projections.sweep:' || %(ledger)s, 0)) as taken

-- drop_tracking
-- Forgets a generation whose rows are gone.
delete from projections.tracking where ledger = %(ledger)s and generation = %(generation)s

-- events_after
-- The stored events of a ledger behind a version, in order, up to another one.
select originator_version, topic, state
from ledger.events
where originator_id = %(ledger)s and originator_version > %(after)s
    and originator_version <= %(upto)s
order by originator_version

-- events_at
-- The stored events of a ledger at given versions, in order.
select originator_version, topic, state
from ledger.events
where originator_id = %(ledger)s and originator_version = any(%(versions)s)
order by originator_version

-- describe
-- What do the read tables look like, for whoever plans a query over them?
analyze projections.terms, projections.payments, projections.payment_changes,
    projections.payment_shares, projections.series, projections.postings, projections.curves,
    projections.cash, projections.child_steps, projections.voids, projections.measurements,
    projections.verifications, projections.periods, projections.event_index

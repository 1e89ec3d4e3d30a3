-- odd_hours
-- Entries recorded outside the office hours, or on a day without any, where the ledger is kept.
with entry as (
    select * from projections.entries(
        %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
    )
), dated as (
    select entry.*, taken.recorded_at at time zone %(timezone)s as local_time
    from entry
    cross join lateral (
        select recorded_at from ledger.commits
        where ledger = %(ledger)s and last_version >= entry.version
        order by last_version
        limit 1
    ) as taken
), found as (
    select version, contract, effective_on, posted_on, amount_minor,
        local_time::time(0)::text as at_time, extract(isodow from local_time)::integer as weekday
    from dated
    where local_time::time < %(office_from)s or local_time::time >= %(office_to)s
        or not extract(isodow from local_time)::integer = any(%(workdays)s)
), looked as (
    select (select count(*) from entry) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version


-- back_dated
-- Entries recorded more than so many days behind the day that they are effective on.
with entry as (
    select * from projections.entries(
        %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
    )
), dated as (
    select entry.*,
        (taken.recorded_at at time zone %(timezone)s)::date - entry.effective_on as days_late
    from entry
    cross join lateral (
        select recorded_at from ledger.commits
        where ledger = %(ledger)s and last_version >= entry.version
        order by last_version
        limit 1
    ) as taken
), found as (
    select version, contract, effective_on, posted_on, amount_minor, days_late
    from dated
    where days_late > %(back_dated_days)s
), looked as (
    select (select count(*) from entry) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version


-- round_sums
-- Entries whose sum is a whole multiple of a round one.
with entry as (
    select * from projections.entries(
        %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
    )
), found as (
    select version, contract, effective_on, posted_on, amount_minor
    from entry
    where amount_minor %% %(round_minor)s = 0
), looked as (
    select (select count(*) from entry) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version


-- below_limit
-- Entries whose sum is below a limit, and by no more than some percent of it.
with entry as (
    select * from projections.entries(
        %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
    )
), found as (
    select version, contract, effective_on, posted_on, amount_minor
    from entry
    where amount_minor < %(limit_minor)s
        and amount_minor::numeric * 100 >= %(limit_minor)s::numeric * (100 - %(below_percent)s)
), looked as (
    select (select count(*) from entry) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version


-- closed_period
-- Entries that came late for a closed period, and are posted behind it.
with entry as (
    select * from projections.entries(
        %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
    )
), found as (
    select version, contract, effective_on, posted_on, amount_minor
    from entry
    where prior_period
), looked as (
    select (select count(*) from entry) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version


-- seldom_actors
-- Entries by actors who have no more than so many in the span.
with entry as (
    select * from projections.entries(
        %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
    )
), signed as (
    select substr(slot.subject, 7) as actor, slot.slot::bigint * 32768 + listed.place + 1 as version
    from projections.event_index as slot
    cross join lateral unnest(slot.offsets) as listed (place)
    where slot.ledger = %(ledger)s and slot.generation = projections.live(%(ledger)s)
        and slot.subject >= 'actor:' and slot.subject < 'actor;'
), counted as (
    select entry.*, count(*) over (partition by signed.actor) as entries_of_actor
    from entry
    join signed on signed.version = entry.version
), found as (
    select version, contract, effective_on, posted_on, amount_minor, entries_of_actor
    from counted
    where entries_of_actor <= %(seldom_entries)s
), looked as (
    select (select count(*) from entry) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version

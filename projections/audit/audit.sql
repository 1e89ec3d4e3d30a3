-- snapshot
-- Makes the transaction see one moment only, and change nothing.
set transaction isolation level repeatable read, read only

-- head
-- Where a ledger's log stands: its version and the root that was stored.
select version, root, frontier from ledger.heads where ledger = %(ledger)s

-- timezone
-- In which timezone does a ledger's day end?
select timezone from ledger.ledgers where ledger = %(ledger)s

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

-- commits
-- The commits of a ledger, in order.
select first_version, last_version, recorded_at, root
from ledger.commits
where ledger = %(ledger)s
order by last_version

-- ids
-- The event ids that a ledger keeps, with the versions of what each one recorded.
select event_id, first_version, last_version
from ledger.event_ids
where ledger = %(ledger)s

-- live
-- Which generation of the read tables is read, and how far has it got?
select generation, version
from projections.tracking
where ledger = %(ledger)s and stage = 'live'

-- curves_that_differ
-- Which stored curves are not the curve before them with the postings since?
with steps as (
    select curve.series, curve.upto_n, earlier.day,
        earlier.balance - lag(earlier.balance, 1, 0)
            over (partition by curve.series, curve.upto_n order by earlier.day) as amount
    from projections.curves as curve
    join projections.curves as before
        on before.ledger = curve.ledger and before.generation = curve.generation
            and before.series = curve.series and before.upto_n = curve.upto_n - 2048,
        unnest(before.days, before.balances) as earlier (day, balance)
    where curve.ledger = %(ledger)s and curve.generation = %(generation)s
    union all
    select curve.series, curve.upto_n, posting.effective_on, posting.amount_minor
    from projections.curves as curve
    join projections.postings as posting
        on posting.ledger = curve.ledger and posting.generation = curve.generation
            and posting.series = curve.series
            and posting.n > curve.upto_n - 2048 and posting.n <= curve.upto_n
    where curve.ledger = %(ledger)s and curve.generation = %(generation)s
),
sums as (
    select series, upto_n, day,
        sum(sum(amount)) over (partition by series, upto_n order by day) as balance
    from steps
    group by series, upto_n, day
),
again as (
    select series, upto_n, array_agg(day order by day) as days,
        array_agg(balance order by day) as balances
    from sums
    group by series, upto_n
)
select curve.series, curve.upto_n, curve.version
from projections.curves as curve
left join again using (series, upto_n)
where curve.ledger = %(ledger)s and curve.generation = %(generation)s
    and (curve.days, curve.balances) is distinct from (again.days, again.balances)

-- curves_missing
-- Which series have passed 2,048 postings without a curve being stored?
select posting.series, posting.n as upto_n, posting.version
from projections.postings as posting
where posting.ledger = %(ledger)s and posting.generation = %(generation)s
    and posting.n %% 2048 = 0
    and not exists (
        select from projections.curves as curve
        where curve.ledger = posting.ledger and curve.generation = posting.generation
            and curve.series = posting.series and curve.upto_n = posting.n
    )

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


-- hold_still
-- Lets every query of an export see the same moment, and none of them write.
set transaction isolation level repeatable read, read only

-- root_of_commit
-- The root of the log at a version, when a commit ended there.
select root from ledger.commits
where ledger = %(ledger)s and last_version = %(known_at)s

-- leaves
-- The leaf hashes of the log up to a version, in order.
select leaf_hash from ledger.events
where originator_id = %(ledger)s and originator_version <= %(known_at)s
order by originator_version

-- counted
-- How many entries and lines a span has, their first and last day, and their control totals.
select count(distinct (day.posted_on, posting.version)) as entries, count(*) as lines,
    min(day.posted_on) as first_on, max(day.posted_on) as last_on,
    coalesce(sum(posting.amount_minor) filter (where posting.amount_minor > 0), 0) as debits_minor,
    coalesce(-sum(posting.amount_minor) filter (where posting.amount_minor < 0), 0)
        as credits_minor
from projections.postings as posting
join projections.series as numbered using (ledger, generation, series)
cross join lateral (
    select coalesce(posting.posted_on, posting.effective_on) as posted_on
) as day
where posting.ledger = %(ledger)s and posting.generation = projections.live(%(ledger)s)
    and numbered.book = 'journal'
    and (%(contract)s::text is null or numbered.contract = %(contract)s)
    and posting.version <= %(known_at)s and posting.effective_on <= %(day)s
    and day.posted_on between %(first_on)s and %(last_on)s

-- moved
-- What a span moved in each account of each contract and fund.
select numbered.contract, numbered.account, numbered.fund,
    coalesce(sum(posting.amount_minor) filter (where posting.amount_minor > 0), 0) as debits_minor,
    coalesce(-sum(posting.amount_minor) filter (where posting.amount_minor < 0), 0)
        as credits_minor
from projections.postings as posting
join projections.series as numbered using (ledger, generation, series)
cross join lateral (
    select coalesce(posting.posted_on, posting.effective_on) as posted_on
) as day
where posting.ledger = %(ledger)s and posting.generation = projections.live(%(ledger)s)
    and numbered.book = 'journal'
    and (%(contract)s::text is null or numbered.contract = %(contract)s)
    and posting.version <= %(known_at)s and posting.effective_on <= %(day)s
    and day.posted_on between %(first_on)s and %(last_on)s
group by numbered.contract, numbered.account, numbered.fund

-- lines
-- The lines of the journal in a span, in order of the day of posting, version and line.
select day.posted_on, posting.effective_on, posting.version, posting.line,
    numbered.account, numbered.contract, numbered.fund, numbered.funder, numbered.partner,
    posting.child, posting.amount_minor
from projections.postings as posting
join projections.series as numbered using (ledger, generation, series)
cross join lateral (
    select coalesce(posting.posted_on, posting.effective_on) as posted_on
) as day
where posting.ledger = %(ledger)s and posting.generation = projections.live(%(ledger)s)
    and numbered.book = 'journal'
    and (%(contract)s::text is null or numbered.contract = %(contract)s)
    and posting.version <= %(known_at)s and posting.effective_on <= %(day)s
    and day.posted_on between %(first_on)s and %(last_on)s
order by day.posted_on, posting.version, posting.line

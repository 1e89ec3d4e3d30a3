-- balances
-- The balance of every series that matches, at a pair: one probe of a curve and at most 2,048 rows.
select numbered.series, numbered.book, numbered.account, numbered.contract, numbered.fund, numbered.funder,
    numbered.partner, numbered.detail, numbered.parts, numbered.parts_total,
    coalesce(curve.balances[width_bucket(%(day)s::date, curve.days)], 0)
        + coalesce(tail.amount_minor, 0) as balance_minor
from projections.series as numbered
left join lateral (
    select upto_n, days, balances
    from projections.curves
    where ledger = numbered.ledger and generation = numbered.generation
        and series = numbered.series and version <= %(known_at)s
    order by upto_n desc
    limit 1
) as curve on true
left join lateral (
    select sum(posting.amount_minor) as amount_minor
    from projections.postings as posting
    where posting.ledger = numbered.ledger and posting.generation = numbered.generation
        and posting.series = numbered.series
        and posting.n > coalesce(curve.upto_n, 0)
        and posting.n <= coalesce(curve.upto_n, 0) + 2048
        and posting.version <= %(known_at)s and posting.effective_on <= %(day)s
) as tail on true
where numbered.ledger = %(ledger)s and numbered.generation = projections.live(%(ledger)s)
    and numbered.book = any(%(books)s::text[])
    and (%(contract)s::text is null or numbered.contract = %(contract)s)
    and (%(fund)s::text is null or numbered.fund = %(fund)s)
    and (%(funders)s::text[] is null or numbered.funder = any(%(funders)s))
    and (%(partners)s::text[] is null or numbered.partner = any(%(partners)s))
    and (%(account)s::text is null or numbered.account = %(account)s)
    and (
        tail.amount_minor is not null
        or curve.balances[width_bucket(%(day)s::date, curve.days)] is not null
    )
order by numbered.series

-- posted_behind
-- What is effective at a pair and was posted behind a day, of every series that matches: few lines,
-- for only what came late for a closed period is posted on another day than its own.
select numbered.series, numbered.book, numbered.account, numbered.contract, numbered.fund, numbered.funder,
    numbered.partner, numbered.detail, numbered.parts, numbered.parts_total,
    sum(posting.amount_minor) as balance_minor
from projections.postings as posting
join projections.series as numbered using (ledger, generation, series)
where posting.ledger = %(ledger)s and posting.generation = projections.live(%(ledger)s)
    and posting.posted_on > %(posted_behind)s
    and posting.effective_on <= %(day)s and posting.version <= %(known_at)s
    and numbered.book = any(%(books)s::text[])
    and (%(contract)s::text is null or numbered.contract = %(contract)s)
    and (%(fund)s::text is null or numbered.fund = %(fund)s)
    and (%(funders)s::text[] is null or numbered.funder = any(%(funders)s))
    and (%(account)s::text is null or numbered.account = %(account)s)
group by numbered.series, numbered.book, numbered.account, numbered.contract, numbered.fund,
    numbered.funder, numbered.partner, numbered.detail, numbered.parts, numbered.parts_total
order by numbered.series

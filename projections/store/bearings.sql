-- terms
-- The terms of a generation, as stored.
select type, stored from projections.terms
where ledger = %(ledger)s and generation = %(generation)s
order by version

-- cash
-- The cash facts of a generation.
select version, type, contract, funder, partner, name, fund, bank_account, effective_on,
    amount_minor
from projections.cash
where ledger = %(ledger)s and generation = %(generation)s
order by version

-- periods
-- The closings and reopenings of a generation, without what they stored.
select step, contract, first_on, last_on, hardness, root, reason_code, actor
from projections.periods
where ledger = %(ledger)s and generation = %(generation)s
order by version

-- late
-- The day of posting of each version of a generation that was posted behind a closed period.
select distinct version, posted_on from projections.postings
where ledger = %(ledger)s and generation = %(generation)s and posted_on is not null

-- withheld
-- The withheld rows of a generation that are still there.
select contract, child, trigger, reference, payment
from projections.payments as held
where ledger = %(ledger)s and generation = %(generation)s and reason is not null
    and not exists (
        select from projections.payment_changes as gone
        where gone.ledger = held.ledger and gone.generation = held.generation
            and gone.payment = held.payment and gone.change = 'gone'
    )

-- series
-- The series of a generation, and how many postings each has.
select series, book, account, contract, fund, funder, partner, detail, parts, parts_total,
    coalesce(
        (
            select n from projections.postings as posting
            where posting.ledger = numbered.ledger and posting.generation = numbered.generation
                and posting.series = numbered.series
            order by n desc limit 1
        ),
        0
    ) as postings
from projections.series as numbered
where ledger = %(ledger)s and generation = %(generation)s
order by series

-- day_sums
-- What was posted to each series on each day: its last curve, and the postings since.
select series, day, sum(amount) as amount_minor
from (
    select curve.series, step.day,
        step.balance - lag(step.balance, 1, 0)
            over (partition by curve.series order by step.day) as amount
    from (
        select distinct on (series) series, days, balances
        from projections.curves
        where ledger = %(ledger)s and generation = %(generation)s
        order by series, upto_n desc
    ) as curve, unnest(curve.days, curve.balances) as step (day, balance)
    union all
    select posting.series, posting.effective_on, posting.amount_minor
    from projections.series as numbered
    left join lateral (
        select max(upto_n) as upto_n from projections.curves as curve
        where curve.ledger = numbered.ledger and curve.generation = numbered.generation
            and curve.series = numbered.series
    ) as last_curve on true
    join projections.postings as posting
        on posting.ledger = numbered.ledger and posting.generation = numbered.generation
            and posting.series = numbered.series and posting.n > coalesce(last_curve.upto_n, 0)
    where numbered.ledger = %(ledger)s and numbered.generation = %(generation)s
) as steps
group by series, day

-- claims
-- What each claim of a generation holds, and what came off it; whether it was submitted.
select moved.contract, moved.claim, exists (
    select from projections.claim_steps as step
    where step.ledger = moved.ledger and step.generation = moved.generation
        and step.contract = moved.contract and step.claim = moved.claim
        and step.step = 'submitted'
) as submitted, moved.sampled, moved.funders
from (
    select ledger, generation, contract, claim, version, false as sampled, funders
    from projections.claim_contents
    union all
    select ledger, generation, contract, claim, version, sample is not null as sampled, funders
    from projections.claim_reductions
) as moved
where moved.ledger = %(ledger)s and moved.generation = %(generation)s
order by moved.version

-- invoiced
-- The invoices of a generation, and the contract of each.
select name, contract from projections.invoices
where ledger = %(ledger)s and generation = %(generation)s and kind = 'invoice'

-- noted
-- The credit notes of a generation, and the contract and funder of each.
select name, contract, funder from projections.invoices
where ledger = %(ledger)s and generation = %(generation)s and kind = 'credit_note'

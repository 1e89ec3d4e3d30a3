-- copy_terms
-- Adds a batch's terms events.
copy projections.terms (
    ledger, generation, version, type, contract, effective_on, stored
) from stdin

-- copy_payments
-- Adds a batch's payments.
copy projections.payments (
    ledger, generation, payment, version, contract, child, trigger, kind, reference,
    reason, effective_on, card, share_set, rule_version, amount_minor, funded_minor,
    unfunded_minor, split, carries, evidence
) from stdin

-- copy_payment_changes
-- Adds a batch's what became of payments.
copy projections.payment_changes (
    ledger, generation, payment, version, change, evidence
) from stdin

-- copy_payment_shares
-- Adds a batch's funders' parts of payments.
copy projections.payment_shares (
    ledger, generation, version, contract, funder, amount_minor, unfunded_minor
) from stdin

-- copy_series
-- Adds a batch's series.
copy projections.series (
    ledger, generation, series, book, account, contract, fund, funder, partner, detail,
    parts, parts_total
) from stdin

-- copy_postings
-- Adds a batch's postings.
copy projections.postings (
    ledger, generation, series, n, version, line, effective_on, child, amount_minor
) from stdin

-- copy_cash
-- Adds a batch's cash facts.
copy projections.cash (
    ledger, generation, version, type, contract, funder, partner, name, fund,
    bank_account, effective_on, amount_minor
) from stdin

-- copy_child_steps
-- Adds a batch's steps of children's paths.
copy projections.child_steps (
    ledger, generation, version, contract, child, step, effective_on, cohort, school,
    borough
) from stdin

-- copy_voids
-- Adds a batch's voidings.
copy projections.voids (
    ledger, generation, voided, version
) from stdin

-- copy_measurements
-- Adds a batch's scores.
copy projections.measurements (
    ledger, generation, version, contract, child, area, point, informant, correction,
    effective_on, received_on, actor, value
) from stdin

-- copy_verifications
-- Adds a batch's verdicts.
copy projections.verifications (
    ledger, generation, version, contract, child, trigger, area, verdict, effective_on,
    actor
) from stdin

-- copy_event_index
-- Adds the index entries of slots that no earlier batch reached.
copy projections.event_index (ledger, generation, subject, slot, offsets) from stdin

-- extend_event_index
-- Adds a batch's versions to index entries that an earlier batch may have begun.
insert into projections.event_index (ledger, generation, subject, slot, offsets)
select %(ledger)s, %(generation)s, added.subject, added.slot, added.offsets::smallint[]
from unnest(%(subjects)s::text[], %(slots)s::int[], %(offsets)s::text[])
    as added (subject, slot, offsets)
on conflict (ledger, generation, subject, slot)
do update set offsets = event_index.offsets || excluded.offsets

-- extend_curve
-- Stores the cumulative curve of a series at one of its postings, from the curve before it.
insert into projections.curves (ledger, generation, series, version, upto_n, days, balances)
with before as (
    select days, balances
    from projections.curves
    where ledger = %(ledger)s and generation = %(generation)s and series = %(series)s
        and upto_n = %(after_n)s
),
steps as (
    select curve.day, curve.balance - lag(curve.balance, 1, 0) over (order by curve.day) as amount
    from before, unnest(before.days, before.balances) as curve (day, balance)
    union all
    select effective_on, amount_minor
    from projections.postings
    where ledger = %(ledger)s and generation = %(generation)s and series = %(series)s
        and n > %(after_n)s and n <= %(upto_n)s
),
sums as (
    select day, sum(sum(amount)) over (order by day) as balance from steps group by day
)
select %(ledger)s, %(generation)s, %(series)s,
    (
        select version from projections.postings
        where ledger = %(ledger)s and generation = %(generation)s and series = %(series)s
            and n = %(upto_n)s
    ),
    %(upto_n)s, array_agg(day order by day), array_agg(balance order by day)
from sums

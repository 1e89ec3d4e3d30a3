-- children
-- Some children from a reference on, with what is known of their time under each contract.
with listed as (
    select distinct step.child
    from projections.child_steps as step
    where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
        and step.child >= %(from)s and step.step = 'enrolled'
        and (%(contract)s::text is null or step.contract = %(contract)s)
    order by step.child
    limit %(limit)s
)
select step.child, step.contract,
    (
        array_agg(step.cohort order by void.voided is not null, step.version desc)
        filter (where step.step = 'enrolled')
    )[1] as cohort,
    greatest(
        max(step.effective_on) filter (where step.step = 'withdrawn' and void.voided is null),
        case
            when max(step.version) filter (where step.step = 'completed' and void.voided is null)
                > max(step.version) filter (where step.step = 'enrolled' and void.voided is null)
            then max(step.effective_on)
                filter (where step.step = 'completed' and void.voided is null)
        end
    ) as left_on,
    (
        select max(payment.effective_on)
        from projections.payments as payment
        where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
            and payment.child = step.child and payment.contract = step.contract
            and payment.reason is null
            and payment.version <= %(known_at)s and payment.effective_on <= %(day)s
    ) as last_payment_on
from listed
join projections.child_steps as step on step.child = listed.child
left join lateral (
    select voids.voided
    from projections.voids as voids
    where voids.ledger = step.ledger and voids.generation = step.generation
        and voids.voided = step.version and voids.version <= %(known_at)s
    limit 1
) as void on true
where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
    and step.version <= %(known_at)s and step.effective_on <= %(day)s
group by step.child, step.contract
having bool_or(step.step = 'enrolled')
order by step.child, step.contract

-- erasures
-- Every step on the way to an erasure of some children, up to a version, in order.
select child, step, basis, scope, actor, version, effective_on
from projections.erasures
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and child = any(%(children)s) and version <= %(known_at)s
order by child, version

-- last_payments
-- The last day on which money moved under some contracts: released to them, or cash in or out, to
-- partners by settlements too.
select named.contract,
    greatest(paid.effective_on, moved.effective_on, settled.effective_on) as last_payment_on
from unnest(%(contracts)s::text[]) as named (contract)
left join lateral (
    select payment.effective_on
    from projections.payments as payment
    where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
        and payment.contract = named.contract and payment.reason is null
        and payment.version <= %(known_at)s and payment.effective_on <= %(day)s
    order by payment.effective_on desc limit 1
) as paid on true
left join lateral (
    select max(cash.effective_on) as effective_on
    from projections.cash as cash
    where cash.ledger = %(ledger)s and cash.generation = projections.live(%(ledger)s)
        and cash.contract = named.contract
        and cash.type in ('receipt.recorded', 'refund.paid', 'credit.refunded', 'fee.paid')
        and cash.version <= %(known_at)s and cash.effective_on <= %(day)s
) as moved on true
left join lateral (
    select max(step.effective_on) as effective_on
    from projections.settlement_steps as step
    where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
        and step.contract = named.contract and step.step in ('settled', 'returned')
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
) as settled on true

-- periods
-- Payments by period of their effective date and by trigger; what was reversed counts against.
with known as (
    select payment.trigger, payment.kind, payment.amount_minor, payment.unfunded_minor,
        date_trunc(%(by)s, payment.effective_on::timestamp)::date as first_on,
        exists (
            select from projections.payment_changes as change
            where change.ledger = payment.ledger and change.generation = payment.generation
                and change.payment = payment.payment and change.change = 'reversed'
                and change.version <= %(known_at)s
        ) as is_reversed
    from projections.payments as payment
    where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
        and payment.version <= %(known_at)s and payment.effective_on <= %(day)s
        and payment.reason is null
        and (%(contract)s::text is null or payment.contract = %(contract)s)
)
select first_on,
    (first_on + make_interval(months => %(months)s))::date - 1 as last_on,
    trigger, kind,
    count(*) filter (where not is_reversed) as count,
    coalesce(sum(amount_minor) filter (where not is_reversed), 0) as amount_minor,
    sum(amount_minor) as released_minor,
    coalesce(sum(amount_minor) filter (where is_reversed), 0) as reversed_minor,
    coalesce(sum(unfunded_minor) filter (where not is_reversed), 0) as unfunded_minor
from known
group by first_on, trigger, kind
order by first_on, trigger, kind

-- funders
-- What each funder pays of the payments that stand, by period and trigger.
select date_trunc(%(by)s, payment.effective_on::timestamp)::date as first_on,
    payment.trigger, payment.kind, share.funder, sum(share.amount_minor) as amount_minor
from projections.payments as payment
join projections.payment_shares as share using (ledger, generation, version)
where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
    and payment.version <= %(known_at)s and payment.effective_on <= %(day)s
    and (%(contract)s::text is null or payment.contract = %(contract)s)
    and not exists (
        select from projections.payment_changes as change
        where change.ledger = payment.ledger and change.generation = payment.generation
            and change.payment = payment.payment and change.change = 'reversed'
            and change.version <= %(known_at)s
    )
group by 1, 2, 3, 4
order by 1, 2, 3, 4

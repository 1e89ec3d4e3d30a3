-- payments
-- The payments that stand, counted by period, trigger, price and exact split.
select date_trunc(%(by)s, payment.effective_on::timestamp)::date as first_on,
    (date_trunc(%(by)s, payment.effective_on::timestamp) + make_interval(months => %(months)s))::date
        - 1 as last_on,
    payment.trigger, payment.kind, payment.amount_minor, payment.split, count(*) as count
from projections.payments as payment
where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
    and payment.version <= %(known_at)s and payment.effective_on <= %(day)s
    and payment.reason is null and payment.contract = %(contract)s
    and not exists (
        select from projections.payment_changes as change
        where change.ledger = payment.ledger and change.generation = payment.generation
            and change.payment = payment.payment and change.change = 'reversed'
            and change.version <= %(known_at)s
    )
group by 1, 2, 3, 4, 5, 6
order by 1, 2, 3, 4, 5, 6

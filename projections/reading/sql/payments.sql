-- payments
-- The payments that match at a pair, in order of version, with what became of them by then.
select payment.payment, payment.contract, payment.child, payment.trigger, payment.kind,
    case
        when payment.reason is not null then 'withheld'
        when reversal.version is not null then 'reversed'
        else 'released'
    end as state,
    payment.reference, payment.reason, payment.effective_on, payment.amount_minor,
    payment.funded_minor, payment.unfunded_minor, payment.card, payment.share_set,
    payment.rule_version, payment.split, payment.carries,
    coalesce(changed.evidence, payment.evidence) as evidence,
    payment.version, reversal.version as reversed_version
from projections.payments as payment
left join lateral (
    select version from projections.payment_changes
    where ledger = payment.ledger and generation = payment.generation
        and payment = payment.payment and change = 'reversed' and version <= %(known_at)s
    limit 1
) as reversal on true
left join lateral (
    select evidence from projections.payment_changes
    where ledger = payment.ledger and generation = payment.generation
        and payment = payment.payment and change = 'evidence' and version <= %(known_at)s
    order by version desc
    limit 1
) as changed on true
where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
    and payment.version <= %(known_at)s and payment.effective_on <= %(day)s
    and payment.version > %(after)s
    and not exists (
        select from projections.payment_changes as gone
        where gone.ledger = payment.ledger and gone.generation = payment.generation
            and gone.payment = payment.payment and gone.change = 'gone'
            and gone.version <= %(known_at)s
    )
    and (%(payment)s::text is null or payment.payment = %(payment)s)
    and (%(contract)s::text is null or payment.contract = %(contract)s)
    and (%(children)s::text[] is null or payment.child = any(%(children)s))
    and (%(trigger)s::text is null or payment.trigger = %(trigger)s)
    and (%(first_on)s::date is null or payment.effective_on >= %(first_on)s)
    and (%(last_on)s::date is null or payment.effective_on <= %(last_on)s)
    and (
        %(funder)s::text is null
        or exists (
            select from projections.payment_shares as share
            where share.ledger = payment.ledger and share.generation = payment.generation
                and share.version = payment.version and share.funder = %(funder)s
        )
    )
    and (
        %(state)s::text is null
        or %(state)s = case
            when payment.reason is not null then 'withheld'
            when reversal.version is not null then 'reversed'
            else 'released'
        end
    )
order by payment.version
limit %(limit)s

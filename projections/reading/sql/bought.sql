-- bought
-- What a funder's money was released for: by trigger and area, with how many children it reached.
with paid as (
    select payment.trigger, payment.kind, payment.child, share.amount_minor, share.unfunded_minor,
        coalesce(changed.area, payment.area, '') as area,
        exists (
            select from projections.payment_changes as change
            where change.ledger = payment.ledger and change.generation = payment.generation
                and change.payment = payment.payment and change.change = 'reversed'
                and change.version <= %(known_at)s
        ) as reversed
    from projections.payment_shares as share
    join projections.payments as payment using (ledger, generation, version)
    left join lateral (
        select area from projections.payment_changes
        where ledger = payment.ledger and generation = payment.generation
            and payment = payment.payment and change = 'evidence' and version <= %(known_at)s
        order by version desc
        limit 1
    ) as changed on true
    where share.ledger = %(ledger)s and share.generation = projections.live(%(ledger)s)
        and share.funder = %(funder)s and share.contract = %(contract)s
        and share.version <= %(known_at)s and payment.effective_on <= %(day)s
)
select trigger, kind, area,
    count(*) as released, count(*) filter (where reversed) as reversed,
    count(distinct child) filter (where not reversed and amount_minor > 0) as children,
    sum(amount_minor) as released_minor,
    coalesce(sum(amount_minor) filter (where reversed), 0) as reversed_minor,
    coalesce(sum(unfunded_minor) filter (where not reversed), 0) as unfunded_minor
from paid
where (trigger, kind, area) > (%(after_trigger)s, %(after_kind)s, %(after_area)s)
group by trigger, kind, area
order by trigger, kind, area
limit %(limit)s

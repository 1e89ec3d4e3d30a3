-- settlements
-- The settlements at a pair, by contract and name: what each collected, and what became of it.
select content.contract, content.settlement,
    case
        when stepped.paid_on is not null then 'paid'
        when stepped.withdrawn_on is not null then 'withdrawn'
        when stepped.approved_on is not null then 'approved'
        else 'drafted'
    end as state,
    content.effective_on as drafted_on, content.actor as drafted_by, stepped.approved_on,
    stepped.approved_by, stepped.withdrawn_on, stepped.withdrawn_by, stepped.paid_on,
    stepped.paid_by, stepped.paid, stepped.returned, content.stored as collected, content.version
from projections.settlement_steps as content
cross join lateral (
    select
        min(effective_on) filter (where step = 'approved') as approved_on,
        min(actor) filter (where step = 'approved') as approved_by,
        min(effective_on) filter (where step = 'withdrawn') as withdrawn_on,
        min(actor) filter (where step = 'withdrawn') as withdrawn_by,
        min(effective_on) filter (where step = 'paid') as paid_on,
        min(actor) filter (where step = 'paid') as paid_by,
        (array_agg(step.stored) filter (where step = 'paid'))[1] as paid,
        array_agg(step.stored order by step.version) filter (where step = 'returned') as returned
    from projections.settlement_steps as step
    where step.ledger = content.ledger and step.generation = content.generation
        and step.contract = content.contract and step.settlement = content.settlement
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
) as stepped
where content.ledger = %(ledger)s and content.generation = projections.live(%(ledger)s)
    and content.step = 'collected'
    and content.version <= %(known_at)s and content.effective_on <= %(day)s
    and (%(contract)s::text is null or content.contract = %(contract)s)
    and (%(settlement)s::text is null or content.settlement = %(settlement)s)
    and (content.contract, content.settlement) > (%(after_contract)s, %(after_settlement)s)
    and (
        %(state)s::text is null
        or %(state)s = case
            when stepped.paid_on is not null then 'paid'
            when stepped.withdrawn_on is not null then 'withdrawn'
            when stepped.approved_on is not null then 'approved'
            else 'drafted'
        end
    )
order by content.contract, content.settlement
limit %(limit)s

-- payment
-- The payment of a settlement to a partner at a pair, as stored.
select stored
from projections.settlement_steps
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and contract = %(contract)s and settlement = %(settlement)s
    and step = 'settled' and partner = %(partner)s
    and version <= %(known_at)s and effective_on <= %(day)s

-- reversed
-- What the reversals of fees among some versions come to.
select coalesce(
    sum((convert_from(state, 'UTF8')::json -> 'data' ->> 'amount_minor')::numeric), 0
) as amount_minor
from ledger.events
where originator_id = %(ledger)s and originator_version = any(%(versions)s)
    and topic like 'fee.reversed.%%'

-- banks
-- The bank details of some partners at a pair: the latest that were set, and who confirmed them.
-- A payment that came back ends a confirmation: only one from after it counts.
select distinct on (latest.partner) latest.partner, latest.fingerprint, latest.actor as set_by,
    latest.effective_on as set_on, confirmation.actor as confirmed_by,
    confirmation.effective_on as confirmed_on
from projections.partner_banks as latest
cross join lateral (
    select max(version) as version
    from projections.partner_banks as returned
    where returned.ledger = latest.ledger and returned.generation = latest.generation
        and returned.partner = latest.partner and returned.step = 'returned'
        and returned.version <= %(known_at)s and returned.effective_on <= %(day)s
) as doubted
left join lateral (
    select actor, effective_on
    from projections.partner_banks as confirmed
    where confirmed.ledger = latest.ledger and confirmed.generation = latest.generation
        and confirmed.partner = latest.partner and confirmed.step = 'confirmed'
        and confirmed.version > greatest(latest.version, doubted.version)
        and confirmed.fingerprint = latest.fingerprint
        and confirmed.version <= %(known_at)s and confirmed.effective_on <= %(day)s
    order by confirmed.version
    limit 1
) as confirmation on true
where latest.ledger = %(ledger)s and latest.generation = projections.live(%(ledger)s)
    and latest.partner = any(%(partners)s) and latest.step = 'set'
    and latest.version <= %(known_at)s and latest.effective_on <= %(day)s
order by latest.partner, latest.version desc

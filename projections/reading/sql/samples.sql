-- samples
-- The samples at a pair, in order of contract and name, with what was said of their items.
select drawn.contract, drawn.claim, drawn.sample, drawn.version,
    case
        when closed.version is not null then 'closed'
        when exists (
            select from projections.claim_steps as step
            where step.ledger = drawn.ledger and step.generation = drawn.generation
                and step.contract = drawn.contract and step.claim = drawn.claim
                and step.step = 'withdrawn'
                and step.version <= %(known_at)s and step.effective_on <= %(day)s
        ) then 'withdrawn'
        else 'open'
    end as state,
    drawn.method, drawn.seed, drawn.size, drawn.population,
    drawn.effective_on as drawn_on, drawn.actor as drawn_by,
    closed.effective_on as closed_on, closed.actor as closed_by,
    looked_at.passed, looked_at.failed, looked_at.waiting,
    looked_at.sampled_minor, looked_at.failed_minor, others.unsampled_minor,
    deducted.deducted_minor
from projections.samples as drawn
left join lateral (
    select version, effective_on, actor
    from projections.sample_steps as step
    where step.ledger = drawn.ledger and step.generation = drawn.generation
        and step.contract = drawn.contract and step.sample = drawn.sample
        and step.step = 'closed'
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
) as closed on true
cross join lateral (
    select count(*) filter (where verdict.passed) as passed,
        count(*) filter (where not verdict.passed) as failed,
        count(*) filter (where verdict.passed is null) as waiting,
        coalesce(sum(payment.funded_minor), 0) as sampled_minor,
        coalesce(sum(payment.funded_minor) filter (where not verdict.passed), 0) as failed_minor
    from projections.sample_items as item
    join projections.payments as payment
        on payment.ledger = item.ledger and payment.generation = item.generation
            and payment.contract = item.contract and payment.payment = item.payment
    -- The latest verdict on every payment at once: item by item it costs items times verdicts.
    left join (
        select distinct on (step.payment) step.payment, step.passed
        from projections.sample_steps as step
        where step.ledger = drawn.ledger and step.generation = drawn.generation
            and step.contract = drawn.contract and step.sample = drawn.sample
            and step.payment is not null
            and step.version <= %(known_at)s and step.effective_on <= %(day)s
        order by step.payment, step.version desc
    ) as verdict on verdict.payment = item.payment
    where item.ledger = drawn.ledger and item.generation = drawn.generation
        and item.contract = drawn.contract and item.sample = drawn.sample
) as looked_at
cross join lateral (
    select coalesce(sum(payment.funded_minor), 0) as unsampled_minor
    from projections.claim_lines as line
    join projections.payments as payment
        on payment.ledger = line.ledger and payment.generation = line.generation
            and payment.version = line.line
    where line.ledger = drawn.ledger and line.generation = drawn.generation
        and line.contract = drawn.contract and line.claim = drawn.claim
        and not line.adjustment
        and not exists (
            select from projections.sample_items as item
            where item.ledger = drawn.ledger and item.generation = drawn.generation
                and item.contract = drawn.contract and item.sample = drawn.sample
                and item.payment = payment.payment
        )
        and not exists (
            select from projections.claim_reductions as reduction
            where reduction.ledger = drawn.ledger and reduction.generation = drawn.generation
                and reduction.contract = drawn.contract and reduction.claim = drawn.claim
                and reduction.payment = payment.payment
                and reduction.version <= least(closed.version, %(known_at)s)
                and reduction.effective_on <= %(day)s
        )
) as others
cross join lateral (
    select coalesce(-sum(reduction.amount_minor), 0) as deducted_minor
    from projections.claim_reductions as reduction
    where reduction.ledger = drawn.ledger and reduction.generation = drawn.generation
        and reduction.contract = drawn.contract and reduction.claim = drawn.claim
        and reduction.sample = drawn.sample
        and reduction.version <= %(known_at)s and reduction.effective_on <= %(day)s
) as deducted
where drawn.ledger = %(ledger)s and drawn.generation = projections.live(%(ledger)s)
    and drawn.version <= %(known_at)s and drawn.effective_on <= %(day)s
    and (%(contract)s::text is null or drawn.contract = %(contract)s)
    and (%(claim)s::text is null or drawn.claim = %(claim)s)
    and (%(sample)s::text is null or drawn.sample = %(sample)s)
    and (drawn.contract, drawn.sample) > (%(after_contract)s, %(after_sample)s)
order by drawn.contract, drawn.sample
limit %(limit)s

-- items
-- The items of a sample at a pair in the order of the draw, each with the latest word on it.
select item.payment, payment.child, payment.trigger, payment.funded_minor, verdict.passed,
    verdict.reason_code, verdict.effective_on as judged_on, verdict.actor as judged_by
from projections.sample_items as item
join projections.payments as payment
    on payment.ledger = item.ledger and payment.generation = item.generation
        and payment.contract = item.contract and payment.payment = item.payment
left join (
    select distinct on (step.payment) step.payment, step.passed, step.reason_code,
        step.effective_on, step.actor
    from projections.sample_steps as step
    where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
        and step.contract = %(contract)s and step.sample = %(sample)s
        and step.payment is not null
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
    order by step.payment, step.version desc
) as verdict on verdict.payment = item.payment
where item.ledger = %(ledger)s and item.generation = projections.live(%(ledger)s)
    and item.contract = %(contract)s and item.sample = %(sample)s
order by item.place
limit %(limit)s

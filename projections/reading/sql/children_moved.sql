-- stages
-- How many children were at each stage at two moments, by contract, where the number moved.
select contract, stage, count(*) filter (where is_before) as before,
    count(*) filter (where not is_before) as after
from (
    select true as is_before, stood.*
    from projections.stages(%(ledger)s, %(from_day)s, %(from_known)s) as stood
    union all
    select false, stands.*
    from projections.stages(%(ledger)s, %(to_day)s, %(to_known)s) as stands
) as found
where %(contract)s::text is null or contract = %(contract)s
group by contract, stage
having count(*) filter (where is_before) <> count(*) filter (where not is_before)
order by contract, stage

-- stage_steps
-- The steps, and voidings of steps, of the children that came to a stage or left it.
with wanted as (
    select number, contract, stage
    from unnest(%(numbers)s::int[], %(contracts)s::text[], %(names)s::text[])
        as asked (number, contract, stage)
),
moved as (
    select contract, child, stood.stage as before, stands.stage as after
    from projections.stages(%(ledger)s, %(from_day)s, %(from_known)s) as stood
    full join projections.stages(%(ledger)s, %(to_day)s, %(to_known)s) as stands
        using (contract, child)
    where stood.stage is distinct from stands.stage
),
steps as (
    select step.contract, step.child, event.version
    from projections.child_steps as step
    left join projections.voids as void
        on void.ledger = step.ledger and void.generation = step.generation
            and void.voided = step.version
    cross join lateral (values (step.version), (void.version)) as event (version)
    where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
        and (event.version <= %(from_known)s and step.effective_on <= %(from_day)s)
            <> (event.version <= %(to_known)s and step.effective_on <= %(to_day)s)
),
told as (
    select distinct wanted.number, steps.version
    from wanted
    join moved on moved.contract = wanted.contract and wanted.stage in (moved.before, moved.after)
    join steps on steps.contract = moved.contract and steps.child = moved.child
)
select number, version, null::numeric as amount, null::numeric as total, counted
from (
    select told.*, count(*) over (partition by number) as counted,
        row_number() over (partition by number order by version) as place
    from told
) as placed
where place <= greatest(%(most)s, 1)
order by number, version

-- outcome_facts
-- The scores, verdicts and steps, and voidings of them, of the children whose outcomes moved, and
-- the terms of their contracts. The latest score is chosen by what was known, so a score counts here by its version alone as well.
with wanted as (
    select number, contract, area, child
    from unnest(%(numbers)s::int[], %(contracts)s::text[], %(names)s::text[], %(children)s::text[])
        as asked (number, contract, area, child)
),
facts as (
    select contract, child, area, version, effective_on
    from projections.measurements
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    union all
    select contract, child, area, version, null
    from projections.verifications
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s) and area is not null
    union all
    select contract, child, null, version, effective_on
    from projections.child_steps
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    union all
    select contract, null, null, version, effective_on
    from projections.terms
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
        and type in ('contract.signed', 'cohort.opened', 'rate_card.issued')
),
events as (
    select facts.contract, facts.child, facts.area, event.version
    from facts
    left join projections.voids as void
        on void.ledger = %(ledger)s and void.generation = projections.live(%(ledger)s)
            and void.voided = facts.version
    cross join lateral (values (facts.version), (void.version)) as event (version)
    where (event.version > %(first_known)s and event.version <= %(last_known)s)
        or (
            event.version <= %(first_known)s
            and facts.effective_on > %(first_day)s and facts.effective_on <= %(last_day)s
        )
),
told as (
    select wanted.number, events.version
    from wanted
    join events on events.contract = wanted.contract and events.child = wanted.child
        and (events.area is null or wanted.area = '' or events.area = wanted.area)
    union -- apart, so that those of a child are found by the child: each pair was tried otherwise
    select wanted.number, events.version
    from wanted
    join events on events.contract = wanted.contract and events.child is null
)
select number, version, null::numeric as amount, null::numeric as total, counted
from (
    select told.*, count(*) over (partition by number) as counted,
        row_number() over (partition by number order by version) as place
    from told
) as placed
where place <= greatest(%(most)s, 1)
order by number, version

-- facts_of_outcomes
-- Is there a score, a verdict, a step, a voiding or a term between two moments? Else no count of an
-- outcome can have moved, and no child has to be looked at.
with counted as (
    select contract, version, effective_on
    from projections.measurements
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    union all
    select contract, version, null
    from projections.verifications
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    union all
    select contract, version, effective_on
    from projections.child_steps
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    union all
    select contract, version, effective_on
    from projections.terms
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
        and type in ('contract.signed', 'cohort.opened', 'rate_card.issued')
    union all
    select null, version, null
    from projections.voids
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
)
select 1 as found
from counted
where (%(contract)s::text is null or coalesce(contract, %(contract)s) = %(contract)s)
    and (
        version > %(first_known)s and version <= %(last_known)s
        or version <= %(first_known)s
            and effective_on > %(first_day)s and effective_on <= %(last_day)s
    )
limit 1

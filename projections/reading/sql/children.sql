-- children
-- The children enrolled at a pair that match: cohort, school, stage and day of sign-up.
with steps as (
    select step.*
    from projections.child_steps as step
    where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
        and (%(contract)s::text is null or step.contract = %(contract)s)
        and (%(child)s::text is null or step.child = %(child)s)
        and (step.child, step.contract) > (%(after_child)s, %(after_contract)s)
        and not exists (
            select from projections.voids as void
            where void.ledger = step.ledger and void.generation = step.generation
                and void.voided = step.version and void.version <= %(known_at)s
        )
),
paths as (
    select child, contract,
        (array_agg(cohort order by version desc) filter (where step = 'enrolled'))[1] as cohort,
        (array_agg(effective_on order by version desc) filter (where step = 'enrolled'))[1]
            as enrolled_on,
        (
            array_agg(school order by step = 'enrolled', effective_on desc, version desc)
            filter (where school is not null)
        )[1] as school,
        case
            when bool_or(step = 'withdrawn') then 'withdrawn'
            when max(version) filter (where step = 'completed')
                > max(version) filter (where step = 'enrolled') then 'completed'
            else 'enrolled'
        end as stage
    from steps
    group by child, contract
)
select contract, child, cohort, school, stage, enrolled_on
from paths
where cohort is not null
    and (%(cohort)s::text is null or cohort = %(cohort)s)
    and (%(school)s::text is null or school = %(school)s)
    and (%(stage)s::text is null or stage = %(stage)s)
order by child, contract
limit %(limit)s

-- versions_of
-- The versions of the events that concern some subjects, up to a version.
select indexed.subject, indexed.slot::bigint * 32768 + listed.position + 1 as version
from projections.event_index as indexed, unnest(indexed.offsets) as listed (position)
where indexed.ledger = %(ledger)s and indexed.generation = projections.live(%(ledger)s)
    and indexed.subject = any(%(subjects)s)
    and indexed.slot::bigint * 32768 + listed.position + 1 <= %(known_at)s

-- events
-- The stored events at some versions, in order.
select originator_version as version, topic, state
from ledger.events
where originator_id = %(ledger)s and originator_version = any(%(versions)s)
order by originator_version

-- voided
-- Which of these versions have been voided?
select voided
from projections.voids
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and voided = any(%(versions)s) and version <= %(known_at)s

-- standing
-- How many payments stand, by cohort, by whether the child has left, and by trigger.
with steps as (
    select step.*
    from projections.child_steps as step
    where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
        and step.contract = %(contract)s
        and not exists (
            select from projections.voids as void
            where void.ledger = step.ledger and void.generation = step.generation
                and void.voided = step.version and void.version <= %(known_at)s
        )
),
paths as (
    select child,
        (array_agg(cohort order by version desc) filter (where step = 'enrolled'))[1] as cohort,
        bool_or(step in ('withdrawn', 'completed')) as has_left
    from steps
    group by child
)
select cohort, has_left, null as trigger, count(*) as number
from paths
where cohort is not null
group by cohort, has_left
union all
select path.cohort, path.has_left, payment.trigger, count(*)
from paths as path
join projections.payments as payment on payment.child = path.child
where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
    and payment.contract = %(contract)s and payment.reason is null
    and payment.version <= %(known_at)s and payment.effective_on <= %(day)s
    and path.cohort is not null
    and not exists (
        select from projections.payment_changes as change
        where change.ledger = payment.ledger and change.generation = payment.generation
            and change.payment = payment.payment and change.change = 'reversed'
            and change.version <= %(known_at)s
    )
group by path.cohort, path.has_left, payment.trigger

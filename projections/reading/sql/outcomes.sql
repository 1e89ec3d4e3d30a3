-- measurements
-- The scores of a contract's children as known, child by child in order of version.
select child, version, area, point, informant, correction, effective_on, received_on, actor, value
from projections.measurements
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and contract = %(contract)s and version <= %(known_at)s
order by child, version

-- verifications
-- The verdicts on areas of a contract's children as known, without voided ones.
select child, version, area, verdict, effective_on, actor
from projections.verifications as verdict
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and contract = %(contract)s and version <= %(known_at)s and area is not null
    and not exists (
        select from projections.voids as void
        where void.ledger = verdict.ledger and void.generation = verdict.generation
            and void.voided = verdict.version and void.version <= %(known_at)s
    )
order by child, version

-- cohorts
-- The cohort of each child of a contract that is enrolled at a pair.
select child, (array_agg(cohort order by version desc))[1] as cohort
from projections.child_steps as step
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and contract = %(contract)s and step = 'enrolled'
    and version <= %(known_at)s and effective_on <= %(day)s
    and not exists (
        select from projections.voids as void
        where void.ledger = step.ledger and void.generation = step.generation
            and void.voided = step.version and void.version <= %(known_at)s
    )
group by child

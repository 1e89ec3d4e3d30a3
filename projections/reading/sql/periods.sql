-- closings
-- The closings up to a version, the latest first, with what became of each by then; what one stored
-- is read of that one alone.
select closing.version as closing, closing.contract, closing.first_on, closing.last_on,
    closing.hardness, closing.effective_on as closed_on, closing.actor as closed_by,
    closing.at_version, closing.root,
    case when %(closing)s::bigint is not null then closing.trial_balance end as trial_balance,
    harder_one.version as made_hard_version,
    reopening.version as reopened_version, reopening.effective_on as reopened_on,
    reopening.actor as reopened_by, reopening.reason_code
from projections.periods as closing
left join lateral (
    select version, effective_on, actor, reason_code
    from projections.periods as reopened
    where reopened.ledger = closing.ledger and reopened.generation = closing.generation
        and reopened.step = 'reopened' and reopened.contract is not distinct from closing.contract
        and reopened.first_on = closing.first_on and reopened.last_on = closing.last_on
        and reopened.version > closing.version and reopened.version <= %(known_at)s
    order by version
    limit 1
) as reopening on true
left join lateral (
    select version
    from projections.periods as harder
    where harder.ledger = closing.ledger and harder.generation = closing.generation
        and harder.step = 'closed' and harder.contract is not distinct from closing.contract
        and harder.first_on = closing.first_on and harder.last_on = closing.last_on
        and harder.version > closing.version and harder.version <= %(known_at)s
        and (reopening.version is null or harder.version < reopening.version)
    order by version
    limit 1
) as harder_one on true
where closing.ledger = %(ledger)s and closing.generation = projections.live(%(ledger)s)
    and closing.step = 'closed' and closing.version <= %(known_at)s
    and (%(closing)s::bigint is null or closing.version = %(closing)s)
    and (%(contract)s::text is null or closing.contract = %(contract)s)
    and (%(before)s::bigint is null or closing.version < %(before)s)
order by closing.version desc
limit %(limit)s

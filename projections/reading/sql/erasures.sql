-- erased
-- Which of these children have been erased, scores and all, up to a version?
select distinct child
from projections.erasures
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and child = any(%(children)s) and version <= %(known_at)s
    and step = 'erased' and scope = 'all'

-- standing
-- The last step of each child's erasure up to a version, with the request that it is about.
select latest.child, latest.step as state, request.basis, request.scope,
    request.actor as requested_by, request.version as requested_version,
    case when latest.step <> 'requested' then latest.actor end as answered_by,
    latest.version, latest.effective_on
from (
    select distinct on (child) child, step, actor, version, effective_on
    from projections.erasures
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
        and version <= %(known_at)s and child > %(after)s
        and (%(child)s::text is null or child = %(child)s)
    order by child, version desc
) as latest
cross join lateral (
    select asked.basis, asked.scope, asked.actor, asked.version
    from projections.erasures as asked
    where asked.ledger = %(ledger)s and asked.generation = projections.live(%(ledger)s)
        and asked.child = latest.child and asked.step = 'requested'
        and asked.version <= latest.version
        and asked.version > coalesce((
            select max(closed.version) from projections.erasures as closed
            where closed.ledger = %(ledger)s and closed.generation = projections.live(%(ledger)s)
                and closed.child = latest.child and closed.step in ('declined', 'erased')
                and closed.version < latest.version
        ), 0)
    order by asked.version limit 1
) as request
where %(state)s::text is null or latest.step = %(state)s
order by latest.child
limit %(limit)s

-- steps
-- The steps on the way to one child's erasure behind a version, in order.
select step, basis, scope, actor, version, effective_on
from projections.erasures
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and child = %(child)s and version > %(after)s and version <= %(known_at)s
order by version
limit %(limit)s

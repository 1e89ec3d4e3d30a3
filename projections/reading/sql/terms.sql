-- terms
-- The terms recorded by a version and in force by a day, as stored.
select type, stored
from projections.terms
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and version <= %(known_at)s and effective_on <= %(day)s
    and (%(contract)s::text is null or contract = %(contract)s)
    and (%(types)s::text[] is null or type = any(%(types)s))
order by effective_on, version

-- position
-- How far has the generation that is read got?
select version from projections.tracking where ledger = %(ledger)s and stage = 'live'

-- version_at
-- What was the last version recorded at or before a moment?
select coalesce(max(last_version), 0) as version
from ledger.commits
where ledger = %(ledger)s and recorded_at <= %(moment)s

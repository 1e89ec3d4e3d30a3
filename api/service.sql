-- positions: How far is each ledger, and how far are its read tables?
select heads.ledger, heads.version, coalesce(tracking.version, 0)
from ledger.heads
left join projections.tracking on tracking.ledger = heads.ledger and tracking.stage = 'live'
order by heads.ledger;

-- position: How far are the read tables of a ledger?
select coalesce(max(version), 0) from projections.tracking
where ledger = %(ledger)s and stage = 'live';

-- answers: Does the database answer at all?
select true;

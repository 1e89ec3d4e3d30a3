-- What an event caused, and the area behind a payment: the index gets the versions that each
-- decision names as its causes, payments get their outcome area; both also of what was projected
-- before, from the log. A claim's line is found by the release or reversal that it holds.
alter table projections.payments add column area text collate "C";
alter table projections.payment_changes add column area text collate "C";

update projections.payments as payment
set area = convert_from(event.state, 'UTF8')::jsonb -> 'data' ->> 'area'
from ledger.events as event
where event.originator_id = payment.ledger and event.originator_version = payment.version
    and payment.kind in ('outcome_count', 'outcome_area');

update projections.payment_changes as change
set area = convert_from(event.state, 'UTF8')::jsonb -> 'data' ->> 'area'
from ledger.events as event
where event.originator_id = change.ledger and event.originator_version = change.version
    and change.change = 'evidence';

insert into projections.event_index (ledger, generation, subject, slot, offsets)
select ledger, generation, subject, ((version - 1) / 32768)::integer,
    array_agg(((version - 1) % 32768)::smallint order by version)
from (
    select tracked.ledger, tracked.generation, event.originator_version as version,
        'cause:' || cause as subject
    from projections.tracking as tracked
    join ledger.events as event
        on event.originator_id = tracked.ledger and event.originator_version <= tracked.version,
        jsonb_array_elements_text(convert_from(event.state, 'UTF8')::jsonb -> 'causes') as cause
    where tracked.stage <> 'retired'
    union all
    select tracked.ledger, tracked.generation, event.originator_version,
        'about:' || (convert_from(event.state, 'UTF8')::jsonb -> 'data' ->> 'about')
    from projections.tracking as tracked
    join ledger.events as event
        on event.originator_id = tracked.ledger and event.originator_version <= tracked.version
    where event.topic like 'evidence.attached.%' and tracked.stage <> 'retired'
) as named
group by ledger, generation, subject, (version - 1) / 32768;

create index claim_lines_by_line on projections.claim_lines (ledger, generation, line);
create index sample_items_by_payment on projections.sample_items (ledger, generation, payment);

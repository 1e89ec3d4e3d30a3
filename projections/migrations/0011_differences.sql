-- What figures are sums of, an event at a time, so that two moments can be compared by the events
-- that lie between them; and the stage of each child at a moment.
create view projections.movements as
select payment.ledger, payment.generation, 'payments' as subject, payment.contract,
    payment.trigger as name, null::text as funder, moved.figure, payment.version,
    payment.effective_on, moved.amount_minor
from projections.payments as payment
cross join lateral (
    values ('count', 1), ('amount_minor', payment.amount_minor),
        ('released_minor', payment.amount_minor), ('unfunded_minor', payment.unfunded_minor)
) as moved (figure, amount_minor)
where payment.reason is null
union all
select payment.ledger, payment.generation, 'payments', payment.contract, payment.trigger, null,
    moved.figure, reversal.version, payment.effective_on, moved.amount_minor
from projections.payment_changes as reversal
join projections.payments as payment using (ledger, generation, payment)
cross join lateral (
    values ('count', -1), ('amount_minor', -payment.amount_minor),
        ('reversed_minor', payment.amount_minor), ('unfunded_minor', -payment.unfunded_minor)
) as moved (figure, amount_minor)
where reversal.change = 'reversed'
union all
select ledger, generation, 'children', contract, child, null, 'net_minor', version, effective_on,
    amount_minor
from projections.payments
where reason is null and child is not null
union all
select payment.ledger, payment.generation, 'children', payment.contract, payment.child, null,
    'net_minor', reversal.version, payment.effective_on, -payment.amount_minor
from projections.payment_changes as reversal
join projections.payments as payment using (ledger, generation, payment)
where reversal.change = 'reversed' and payment.child is not null
union all
select content.ledger, content.generation, 'claims', content.contract, content.claim, null,
    moved.figure, content.version, content.effective_on, moved.amount_minor
from projections.claim_contents as content
cross join lateral (
    values ('amount_minor', content.amount_minor), ('funded_minor', content.funded_minor),
        ('unfunded_minor', content.unfunded_minor)
) as moved (figure, amount_minor)
union all
select reduction.ledger, reduction.generation, 'claims', reduction.contract, reduction.claim, null,
    moved.figure, reduction.version, reduction.effective_on, moved.amount_minor
from projections.claim_reductions as reduction
cross join lateral (
    values ('amount_minor', reduction.amount_minor), ('funded_minor', reduction.funded_minor),
        ('unfunded_minor', reduction.unfunded_minor),
        ('deducted_minor', case when reduction.sample is null then 0 else -reduction.amount_minor end)
) as moved (figure, amount_minor)
union all
select document.ledger, document.generation,
    case document.kind when 'invoice' then 'invoices' else 'credit_notes' end, document.contract,
    document.name, document.funder, moved.figure, document.version, document.issued_on,
    document.amount_minor
from projections.invoices as document
cross join lateral (values ('amount_minor'), ('open_minor')) as moved (figure)
union all
select document.ledger, document.generation, 'invoices', document.contract, document.name,
    document.funder, moved.figure, settled.version, settled.effective_on, moved.amount_minor
from projections.invoice_changes as settled
join projections.invoices as document
    on document.ledger = settled.ledger and document.generation = settled.generation
        and document.name = settled.invoice and document.kind = 'invoice'
cross join lateral (
    values (settled.change || '_minor', settled.amount_minor), ('open_minor', -settled.amount_minor)
) as moved (figure, amount_minor)
union all
select document.ledger, document.generation, 'credit_notes', document.contract, document.name,
    document.funder, moved.figure, applied.version, applied.effective_on, moved.amount_minor
from projections.invoice_changes as applied
join projections.invoices as document
    on document.ledger = applied.ledger and document.generation = applied.generation
        and document.name = applied.source and document.kind = 'credit_note'
cross join lateral (
    values (case applied.change when 'credited' then 'applied_minor' else 'refunded_minor' end,
            applied.amount_minor),
        ('open_minor', -applied.amount_minor)
) as moved (figure, amount_minor)
where applied.change in ('credited', 'refunded')
union all
select receipt.ledger, receipt.generation, 'receipts', receipt.contract, receipt.name,
    receipt.funder, moved.figure, receipt.version, receipt.effective_on, receipt.amount_minor
from projections.cash as receipt
cross join lateral (values ('amount_minor'), ('open_minor')) as moved (figure)
where receipt.type = 'receipt.recorded'
union all
select receipt.ledger, receipt.generation, 'receipts', receipt.contract, receipt.name,
    receipt.funder, moved.figure, void.version, receipt.effective_on, -receipt.amount_minor
from projections.cash as receipt
join projections.voids as void
    on void.ledger = receipt.ledger and void.generation = receipt.generation
        and void.voided = receipt.version
cross join lateral (values ('amount_minor'), ('open_minor')) as moved (figure)
where receipt.type = 'receipt.recorded'
union all
select receipt.ledger, receipt.generation, 'receipts', receipt.contract, receipt.name,
    receipt.funder, moved.figure, allocated.version, allocated.effective_on, moved.amount_minor
from projections.invoice_changes as allocated
join projections.cash as receipt
    on receipt.ledger = allocated.ledger and receipt.generation = allocated.generation
        and receipt.name = allocated.source and receipt.type = 'receipt.recorded'
cross join lateral (
    values ('allocated_minor', allocated.amount_minor), ('open_minor', -allocated.amount_minor)
) as moved (figure, amount_minor)
where allocated.change = 'allocated';

-- The stage of each child that is enrolled at a moment, in each contract.
create function projections.stages(asked text, upto date, known bigint)
returns table (contract text, child text, stage text)
language sql stable parallel safe
as $$
    select step.contract, step.child,
        case
            when bool_or(step.step = 'withdrawn') then 'withdrawn'
            when max(step.version) filter (where step.step = 'completed')
                > max(step.version) filter (where step.step = 'enrolled') then 'completed'
            else 'enrolled'
        end
    from projections.child_steps as step
    where step.ledger = asked and step.generation = projections.live(asked)
        and step.version <= known and step.effective_on <= upto
        and not exists (
            select from projections.voids as void
            where void.ledger = step.ledger and void.generation = step.generation
                and void.voided = step.version and void.version <= known
        )
    group by step.contract, step.child
    having bool_or(step.step = 'enrolled')
$$;

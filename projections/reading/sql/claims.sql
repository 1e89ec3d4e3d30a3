-- claims
-- The claims at a pair, by contract and name, with their totals and what became of them.
select content.contract, content.claim, content.upto, content.known_version,
    case
        when stepped.approved_on is not null then 'approved'
        when stepped.withdrawn_on is not null then 'withdrawn'
        when stepped.submitted_on is not null then 'submitted'
        else 'drafted'
    end as state,
    content.effective_on as drafted_on, stepped.submitted_on, stepped.approved_on,
    stepped.withdrawn_on, stepped.prepared_by, stepped.approved_by,
    counted.lines, counted.adjustments, marks.queried, marks.rejected,
    content.amount_minor + reduced.amount_minor as amount_minor,
    content.funded_minor + reduced.funded_minor as funded_minor,
    content.unfunded_minor + reduced.unfunded_minor as unfunded_minor,
    -reduced.sampled_minor as deducted_minor, content.funders, reduced.reductions,
    issued.invoices, issued.credit_notes, content.version
from projections.claim_contents as content
cross join lateral (
    select
        min(effective_on) filter (where step = 'submitted') as submitted_on,
        min(effective_on) filter (where step = 'approved') as approved_on,
        min(version) filter (where step = 'approved') as approved_version,
        min(effective_on) filter (where step = 'withdrawn') as withdrawn_on,
        array_agg(distinct actor) filter (where step in ('drafted', 'submitted')) as prepared_by,
        min(actor) filter (where step = 'approved') as approved_by
    from projections.claim_steps as step
    where step.ledger = content.ledger and step.generation = content.generation
        and step.contract = content.contract and step.claim = content.claim
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
) as stepped
cross join lateral (
    select count(*) filter (where not adjustment) as lines,
        count(*) filter (where adjustment) as adjustments
    from projections.claim_lines as line
    where line.ledger = content.ledger and line.generation = content.generation
        and line.contract = content.contract and line.claim = content.claim
) as counted
cross join lateral (
    select count(*) filter (where step = 'queried') as queried,
        count(*) filter (where step = 'rejected') as rejected
    from (
        select distinct on (payment) step
        from projections.claim_steps as mark
        where mark.ledger = content.ledger and mark.generation = content.generation
            and mark.contract = content.contract and mark.claim = content.claim
            and mark.payment is not null
            and mark.version <= %(known_at)s and mark.effective_on <= %(day)s
        order by payment, version desc
    ) as latest
) as marks
cross join lateral (
    select coalesce(sum(amount_minor), 0) as amount_minor,
        coalesce(sum(funded_minor), 0) as funded_minor,
        coalesce(sum(unfunded_minor), 0) as unfunded_minor,
        coalesce(sum(amount_minor) filter (where sample is not null), 0) as sampled_minor,
        coalesce(jsonb_agg(reduction.funders), '[]'::jsonb) as reductions
    from projections.claim_reductions as reduction
    where reduction.ledger = content.ledger and reduction.generation = content.generation
        and reduction.contract = content.contract and reduction.claim = content.claim
        and reduction.version <= %(known_at)s and reduction.effective_on <= %(day)s
) as reduced
cross join lateral ( -- the documents stand right behind the approval, one a funder at most
    select coalesce(array_agg(name order by version) filter (where kind = 'invoice'), '{}')
            as invoices,
        coalesce(array_agg(name order by version) filter (where kind = 'credit_note'), '{}')
            as credit_notes
    from projections.invoices as document
    where document.ledger = content.ledger and document.generation = content.generation
        and document.version > stepped.approved_version
        and document.version
            <= stepped.approved_version + jsonb_array_length(content.funders)
        and document.contract = content.contract and document.claim = content.claim
        and document.version <= %(known_at)s
) as issued
where content.ledger = %(ledger)s and content.generation = projections.live(%(ledger)s)
    and content.version <= %(known_at)s and content.effective_on <= %(day)s
    and (%(contract)s::text is null or content.contract = %(contract)s)
    and (%(claim)s::text is null or content.claim = %(claim)s)
    and (content.contract, content.claim) > (%(after_contract)s, %(after_claim)s)
    and (
        %(state)s::text is null
        or %(state)s = case
            when stepped.approved_on is not null then 'approved'
            when stepped.withdrawn_on is not null then 'withdrawn'
            when stepped.submitted_on is not null then 'submitted'
            else 'drafted'
        end
    )
order by content.contract, content.claim
limit %(limit)s

-- lines
-- The lines of a claim in order, each with its payment and where it stands.
select line.line as version, payment.payment, payment.child, payment.trigger, payment.kind,
    payment.effective_on, line.adjustment,
    case when line.adjustment then -payment.amount_minor else payment.amount_minor end
        as amount_minor,
    case when line.adjustment then -payment.funded_minor else payment.funded_minor end
        as funded_minor,
    payment.card, payment.split, payment.evidence,
    coalesce(mark.state, 'claimed') as state
from projections.claim_lines as line
left join projections.payment_changes as reversal
    on reversal.ledger = line.ledger and reversal.generation = line.generation
        and reversal.version = line.line and reversal.change = 'reversed' and line.adjustment
cross join lateral (
    select released.*
    from projections.payments as released
    where released.ledger = line.ledger and released.generation = line.generation
        and released.version = line.line and not line.adjustment
    union all
    select released.*
    from projections.payments as released
    where released.ledger = line.ledger and released.generation = line.generation
        and released.payment = reversal.payment
) as payment
left join (
    select distinct on (step.payment) step.payment,
        case step.step when 'cleared' then 'claimed' else step.step end as state
    from projections.claim_steps as step
    where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
        and step.contract = %(contract)s and step.claim = %(claim)s
        and step.payment is not null
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
    order by step.payment, step.version desc
) as mark on mark.payment = payment.payment
where line.ledger = %(ledger)s and line.generation = projections.live(%(ledger)s)
    and line.version <= %(known_at)s and line.line > %(after)s
    and line.contract = %(contract)s and line.claim = %(claim)s
order by line.line
limit %(limit)s

-- invoices
-- Invoices or credit notes at a pair, with what settled them.
select invoice.name, invoice.contract, invoice.claim, invoice.funder, invoice.amount_minor,
    invoice.reference, invoice.issued_on, invoice.due_on, invoice.version,
    settled.allocated_minor, settled.credited_minor, settled.written_off_minor,
    settled.applied_minor, settled.refunded_minor
from projections.invoices as invoice
cross join lateral (
    select
        coalesce(sum(amount_minor) filter (
            where change = 'allocated' and invoice = invoices.name), 0) as allocated_minor,
        coalesce(sum(amount_minor) filter (
            where change = 'credited' and invoice = invoices.name), 0) as credited_minor,
        coalesce(sum(amount_minor) filter (
            where change = 'written_off' and invoice = invoices.name), 0) as written_off_minor,
        coalesce(sum(amount_minor) filter (
            where change = 'credited' and source = invoices.name), 0) as applied_minor,
        coalesce(sum(amount_minor) filter (
            where change = 'refunded' and source = invoices.name), 0) as refunded_minor
    from projections.invoice_changes as change_, (select invoice.name) as invoices (name)
    where change_.ledger = invoice.ledger and change_.generation = invoice.generation
        and (change_.invoice = invoice.name or change_.source = invoice.name)
        and change_.version <= %(known_at)s and change_.effective_on <= %(day)s
) as settled
where invoice.ledger = %(ledger)s and invoice.generation = projections.live(%(ledger)s)
    and invoice.kind = %(kind)s
    and invoice.version <= %(known_at)s and invoice.issued_on <= %(day)s
    and invoice.version > %(after)s
    and (%(name)s::text is null or invoice.name = %(name)s)
    and (%(contract)s::text is null or invoice.contract = %(contract)s)
    and (%(funder)s::text is null or invoice.funder = %(funder)s)
    and (%(claim)s::text is null or invoice.claim = %(claim)s)
    and (
        %(state)s::text is null
        or (%(state)s = 'open') = (
            invoice.amount_minor - settled.allocated_minor - settled.credited_minor
                - settled.written_off_minor - settled.applied_minor - settled.refunded_minor > 0
        )
    )
order by invoice.version
limit %(limit)s

-- receipts
-- Receipts at a pair that were not voided, with what they were first allocated to, and how often.
select receipt.name as receipt, receipt.contract, receipt.funder, receipt.amount_minor,
    receipt.effective_on as received_on, receipt.bank_account, receipt.version,
    coalesce(used.allocated_minor, 0) as allocated_minor,
    coalesce(listed.allocations, '[]'::jsonb) as allocations,
    greatest(used.times - %(allocations_max)s, 0) as allocations_more
from projections.cash as receipt
left join lateral (
    select sum(amount_minor) as allocated_minor, count(*) as times
    from projections.invoice_changes as change_
    where change_.ledger = receipt.ledger and change_.generation = receipt.generation
        and change_.source = receipt.name and change_.change = 'allocated'
        and change_.version <= %(known_at)s and change_.effective_on <= %(day)s
) as used on true
left join lateral (
    select jsonb_agg(
        jsonb_build_object(
            'invoice', invoice, 'amount_minor', amount_minor, 'allocated_on', effective_on
        ) order by version
    ) as allocations
    from (
        select change_.version, change_.invoice, change_.amount_minor, change_.effective_on
        from projections.invoice_changes as change_
        where change_.ledger = receipt.ledger and change_.generation = receipt.generation
            and change_.source = receipt.name and change_.change = 'allocated'
            and change_.version <= %(known_at)s and change_.effective_on <= %(day)s
        order by change_.version
        limit %(allocations_max)s
    ) as first_ones
) as listed on true
where receipt.ledger = %(ledger)s and receipt.generation = projections.live(%(ledger)s)
    and receipt.type = 'receipt.recorded'
    and receipt.version <= %(known_at)s and receipt.effective_on <= %(day)s
    and receipt.version > %(after)s
    and (%(name)s::text is null or receipt.name = %(name)s)
    and not exists (
        select from projections.voids as void
        where void.ledger = receipt.ledger and void.generation = receipt.generation
            and void.voided = receipt.version and void.version <= %(known_at)s
    )
    and (%(contract)s::text is null or receipt.contract = %(contract)s)
    and (%(funder)s::text is null or receipt.funder = %(funder)s)
    and (
        %(state)s::text is null
        or (%(state)s = 'open') = (receipt.amount_minor > coalesce(used.allocated_minor, 0))
    )
order by receipt.version
limit %(limit)s

-- claims_of_line
-- The claims that hold a release or a reversal, in order, with what a person said of the line.
select line.version, line.contract, line.claim, line.line,
    array(
        select step.version
        from projections.claim_steps as step
        where step.ledger = line.ledger and step.generation = line.generation
            and step.contract = line.contract and step.claim = line.claim
            and (step.payment is null or step.payment = %(payment)s)
            and step.version <= %(known_at)s and step.effective_on <= %(day)s
        order by step.version
    ) as steps,
    array(
        select invoice.version
        from projections.invoices as invoice
        where invoice.ledger = line.ledger and invoice.generation = line.generation
            and invoice.contract = line.contract and invoice.claim = line.claim
            and invoice.version <= %(known_at)s and invoice.issued_on <= %(day)s
        order by invoice.version
    ) as invoices
from projections.claim_lines as line
join projections.claim_contents as content using (ledger, generation, contract, claim)
where line.ledger = %(ledger)s and line.generation = projections.live(%(ledger)s)
    and line.line = any(%(versions)s)
    and line.version <= %(known_at)s and content.effective_on <= %(day)s
order by line.version, line.line
limit %(limit)s

-- settled_by
-- What was set against a document of a funder, or out of it: receipts, credit notes, write-offs.
select version, invoice, change, source, effective_on, amount_minor
from projections.invoice_changes
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and (invoice = %(invoice)s or source = %(source)s)
    and version <= %(known_at)s and effective_on <= %(day)s and version > %(after)s
order by version
limit %(limit)s

-- receipts_named
-- The receipts of some names at a pair that were not voided.
select receipt.version, receipt.name
from projections.cash as receipt
where receipt.ledger = %(ledger)s and receipt.generation = projections.live(%(ledger)s)
    and receipt.type = 'receipt.recorded' and receipt.name = any(%(names)s)
    and receipt.funder = %(funder)s
    and receipt.version <= %(known_at)s and receipt.effective_on <= %(day)s
order by receipt.version

-- samples_of
-- The samples that drew a payment, and what was said of it in them, in order.
select item.sample, item.contract, item.version,
    array(
        select step.version
        from projections.sample_steps as step
        where step.ledger = item.ledger and step.generation = item.generation
            and step.contract = item.contract and step.sample = item.sample
            and (step.payment is null or step.payment = item.payment)
            and step.version <= %(known_at)s and step.effective_on <= %(day)s
        order by step.version
    ) as steps
from projections.sample_items as item
where item.ledger = %(ledger)s and item.generation = projections.live(%(ledger)s)
    and item.payment = %(payment)s and item.version <= %(known_at)s
order by item.version
limit %(limit)s

-- reductions
-- What came off a claim, in order.
select version
from projections.claim_reductions
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and contract = %(contract)s and claim = %(claim)s
    and (%(payment)s::text is null or payment is null or payment = %(payment)s)
    and version <= %(known_at)s and effective_on <= %(day)s
order by version
limit %(limit)s

-- settlements_of_fee
-- The settlements that hold a fee or its reversal, with all their steps that concern the partner.
select content.settlement, content.version,
    array(
        select step.version
        from projections.settlement_steps as step
        where step.ledger = content.ledger and step.generation = content.generation
            and step.contract = content.contract and step.settlement = content.settlement
            and (step.partner is null or step.partner = %(partner)s)
            and step.version <= %(known_at)s and step.effective_on <= %(day)s
        order by step.version
    ) as steps
from projections.settlement_steps as content
where content.ledger = %(ledger)s and content.generation = projections.live(%(ledger)s)
    and content.contract = %(contract)s and content.step = 'collected'
    and content.version > %(fee)s and content.version <= %(known_at)s
    and content.effective_on <= %(day)s
    and exists (
        select
        from jsonb_array_elements(
            convert_from(content.stored, 'UTF8')::jsonb -> 'data' -> 'partners'
        ) as part
        where part ->> 'partner' = %(partner)s
            and part -> 'accruals' @> to_jsonb(%(fee)s::bigint)
    )
order by content.version
limit %(limit)s

-- settlement
-- Where a settlement was collected, and its steps that concern a partner, in order.
select content.version as collected,
    array(
        select step.version
        from projections.settlement_steps as step
        where step.ledger = content.ledger and step.generation = content.generation
            and step.contract = content.contract and step.settlement = content.settlement
            and (step.partner is null or step.partner = %(partner)s)
            and step.version <= %(known_at)s and step.effective_on <= %(day)s
        order by step.version
    ) as steps
from projections.settlement_steps as content
where content.ledger = %(ledger)s and content.generation = projections.live(%(ledger)s)
    and content.contract = %(contract)s and content.settlement = %(settlement)s
    and content.step = 'collected'
    and content.version <= %(known_at)s and content.effective_on <= %(day)s

-- partners_invoice
-- An invoice of a partner, and what was disputed and paid of it, in front of a version.
select fact.version
from projections.cash as fact
where fact.ledger = %(ledger)s and fact.generation = projections.live(%(ledger)s)
    and fact.contract = %(contract)s and fact.partner = %(partner)s and fact.name = %(invoice)s
    and fact.type in ('fee.invoiced', 'fee.disputed', 'fee.dispute_withdrawn', 'fee.paid')
    and fact.version < %(before)s and fact.version <= %(known_at)s
    and fact.effective_on <= %(day)s
order by fact.version
limit %(limit)s

-- claim_of_lines
-- The claims that hold some lines, behind a version.
select distinct version
from projections.claim_lines
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and line = any(%(versions)s) and version > %(after)s and version <= %(known_at)s
order by version
limit %(limit)s

-- lines_of_funder
-- What a funder pays of each line of a claim, in order, and where the line stands.
select line.line as version, payment.payment, payment.child, payment.trigger, payment.kind,
    payment.effective_on, line.adjustment,
    case when line.adjustment then -share.amount_minor else share.amount_minor end as amount_minor,
    case when line.adjustment then -share.unfunded_minor else share.unfunded_minor end
        as unfunded_minor,
    coalesce(mark.state, 'claimed') as state
from projections.claim_lines as line
left join projections.payment_changes as reversal
    on reversal.ledger = line.ledger and reversal.generation = line.generation
        and reversal.version = line.line and reversal.change = 'reversed' and line.adjustment
join projections.payments as payment
    on payment.ledger = line.ledger and payment.generation = line.generation
        and payment.payment = coalesce(reversal.payment, 'P' || line.line)
join projections.payment_shares as share
    on share.ledger = line.ledger and share.generation = line.generation
        and share.version = payment.version and share.funder = %(funder)s
left join lateral (
    select case step.step when 'cleared' then 'claimed' else step.step end as state
    from projections.claim_steps as step
    where step.ledger = line.ledger and step.generation = line.generation
        and step.contract = line.contract and step.claim = line.claim
        and step.payment = payment.payment
        and step.version <= %(known_at)s and step.effective_on <= %(day)s
    order by step.version desc
    limit 1
) as mark on true
where line.ledger = %(ledger)s and line.generation = projections.live(%(ledger)s)
    and line.contract = %(contract)s and line.claim = %(claim)s
    and line.version <= %(known_at)s and line.line > %(after)s
order by line.line
limit %(limit)s

-- lines_behind
-- How many lines of a claim a funder pays a part of, behind a version.
select count(*) as more
from projections.claim_lines as line
left join projections.payment_changes as reversal
    on reversal.ledger = line.ledger and reversal.generation = line.generation
        and reversal.version = line.line and reversal.change = 'reversed' and line.adjustment
join projections.payments as payment
    on payment.ledger = line.ledger and payment.generation = line.generation
        and payment.payment = coalesce(reversal.payment, 'P' || line.line)
join projections.payment_shares as share
    on share.ledger = line.ledger and share.generation = line.generation
        and share.version = payment.version and share.funder = %(funder)s
where line.ledger = %(ledger)s and line.generation = projections.live(%(ledger)s)
    and line.contract = %(contract)s and line.claim = %(claim)s
    and line.version <= %(known_at)s and line.line > %(after)s

-- sums_of_funder
-- What the lines of a claim add up to for a funder, before anything came off.
select
    count(*) filter (where not line.adjustment) as lines,
    coalesce(sum(share.amount_minor) filter (where not line.adjustment), 0) as lines_minor,
    count(*) filter (where line.adjustment) as adjustments,
    coalesce(-sum(share.amount_minor) filter (where line.adjustment), 0)
        as adjustments_minor
from projections.claim_lines as line
left join projections.payment_changes as reversal
    on reversal.ledger = line.ledger and reversal.generation = line.generation
        and reversal.version = line.line and reversal.change = 'reversed' and line.adjustment
join projections.payments as payment
    on payment.ledger = line.ledger and payment.generation = line.generation
        and payment.payment = coalesce(reversal.payment, 'P' || line.line)
join projections.payment_shares as share
    on share.ledger = line.ledger and share.generation = line.generation
        and share.version = payment.version and share.funder = %(funder)s
where line.ledger = %(ledger)s and line.generation = projections.live(%(ledger)s)
    and line.contract = %(contract)s and line.claim = %(claim)s

-- papers_of_claim
-- Where a claim was collected, its steps that are about no line, what came off it, its documents.
select content.version as collected,
    array(
        select step.version
        from projections.claim_steps as step
        where step.ledger = content.ledger and step.generation = content.generation
            and step.contract = content.contract and step.claim = content.claim
            and step.payment is null
            and step.version <= %(known_at)s and step.effective_on <= %(day)s
        order by step.version
    ) as steps,
    array(
        select reduction.version
        from projections.claim_reductions as reduction
        where reduction.ledger = content.ledger and reduction.generation = content.generation
            and reduction.contract = content.contract and reduction.claim = content.claim
            and reduction.version <= %(known_at)s
        order by reduction.version
    ) as reductions,
    array(
        select invoice.version
        from projections.invoices as invoice
        where invoice.ledger = content.ledger and invoice.generation = content.generation
            and invoice.contract = content.contract and invoice.claim = content.claim
            and invoice.version <= %(known_at)s
        order by invoice.version
    ) as invoices
from projections.claim_contents as content
where content.ledger = %(ledger)s and content.generation = projections.live(%(ledger)s)
    and content.contract = %(contract)s and content.claim = %(claim)s

-- allocations
-- What a receipt was set against, in order.
select change.version, change.invoice, change.amount_minor,
    invoice.version as invoice_version, invoice.contract, invoice.claim
from projections.invoice_changes as change
join projections.invoices as invoice
    on invoice.ledger = change.ledger and invoice.generation = change.generation
        and invoice.name = change.invoice and invoice.kind = 'invoice'
where change.ledger = %(ledger)s and change.generation = projections.live(%(ledger)s)
    and change.source = %(receipt)s and change.change = 'allocated'
    and change.version <= %(known_at)s and change.effective_on <= %(day)s
    and change.version > %(after)s
order by change.version
limit %(limit)s

-- sum_of_allocations
-- How often a receipt was set against an invoice, or taken back, and what that comes to.
select count(*) as number, coalesce(sum(change.amount_minor), 0) as amount_minor
from projections.invoice_changes as change
join projections.invoices as invoice
    on invoice.ledger = change.ledger and invoice.generation = change.generation
        and invoice.name = change.invoice and invoice.kind = 'invoice'
where change.ledger = %(ledger)s and change.generation = projections.live(%(ledger)s)
    and change.source = %(receipt)s and change.change = 'allocated'
    and change.version <= %(known_at)s and change.effective_on <= %(day)s

-- allocations_behind
-- How many times a receipt was set against an invoice, or taken back, behind a version.
select count(*) as more
from projections.invoice_changes as change
where change.ledger = %(ledger)s and change.generation = projections.live(%(ledger)s)
    and change.source = %(receipt)s and change.change = 'allocated'
    and change.version <= %(known_at)s and change.effective_on <= %(day)s
    and change.version > %(after)s

-- cash
-- The cash facts at some versions, as they were posted.
select version, type, contract, funder, partner, name, fund, bank_account, effective_on,
    amount_minor
from projections.cash
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and version = any(%(versions)s)

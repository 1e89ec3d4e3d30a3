-- events
-- The stored events at some versions with their leaf hashes, in order.
select originator_version as version, topic, state, leaf_hash
from ledger.events
where originator_id = %(ledger)s and originator_version = any(%(versions)s)
order by originator_version

-- terms
-- The versions of a contract's terms of some types, recorded by a version, in order.
select version
from projections.terms
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and contract = %(contract)s and version <= %(known_at)s and type = any(%(types)s)
order by version

-- changes
-- What became of a payment by a version, in order.
select version, change
from projections.payment_changes
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and payment = %(payment)s and version <= %(known_at)s
order by version

-- last_carries
-- Which release, and which reversal, last moved a funder's carry before a version?
select asked.funder,
    (
        select share.version
        from projections.payment_shares as share
        join projections.payments as payment using (ledger, generation, version)
        where share.ledger = %(ledger)s and share.generation = projections.live(%(ledger)s)
            and share.funder = asked.funder and share.version < %(version)s
            and share.contract = %(contract)s and payment.carries is not null
        order by share.version desc
        limit 1
    ) as released,
    (
        select change.version
        from projections.payment_shares as share
        join projections.payments as payment using (ledger, generation, version)
        join projections.payment_changes as change using (ledger, generation, payment)
        where share.ledger = %(ledger)s and share.generation = projections.live(%(ledger)s)
            and share.funder = asked.funder and change.version < %(version)s
            and share.contract = %(contract)s and payment.carries is not null
            and change.change = 'reversed'
        order by change.version desc
        limit 1
    ) as reversed
from unnest(%(funders)s::text[]) as asked (funder)

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

-- documents_by_claim
-- The invoices and credit notes that claims led to, by claim.
select contract, claim, version, name, kind, funder
from projections.invoices
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and contract = any(%(contracts)s) and claim = any(%(claims)s)
    and version <= %(known_at)s and issued_on <= %(day)s
order by version
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

-- closing
-- The closing that holds a day of posting of a contract, the latest of the first period to do so.
select version
from projections.periods
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and step = 'closed' and version <= %(known_at)s and last_on >= %(posted_on)s
    and (contract is null or contract = %(contract)s)
order by last_on, version desc
limit 1

-- entry
-- The lines of one event in the journal.
select posting.version, posting.line, posting.effective_on, numbered.account, numbered.contract,
    numbered.fund, numbered.funder, numbered.partner, posting.child, posting.amount_minor,
    coalesce(posting.posted_on, posting.effective_on) as posted_on,
    posting.posted_on is not null as prior_period
from projections.postings as posting
join projections.series as numbered using (ledger, generation, series)
where posting.ledger = %(ledger)s and posting.generation = projections.live(%(ledger)s)
    and numbered.book = 'journal' and posting.version = any(%(versions)s)
    and posting.version <= %(known_at)s and posting.effective_on <= %(day)s
order by posting.version, posting.line
limit %(limit)s

-- sessions_of_order
-- The versions of the registers of every session of an order, up to a version.
select indexed.slot::bigint * 32768 + listed.position + 1 as version
from projections.event_index as indexed, unnest(indexed.offsets) as listed (position)
where indexed.ledger = %(ledger)s and indexed.generation = projections.live(%(ledger)s)
    and indexed.subject >= %(first)s and indexed.subject < %(behind)s
    and indexed.slot::bigint * 32768 + listed.position + 1 <= %(known_at)s
order by version
limit %(limit)s

-- fees_of_register
-- The fees that were decided because of some registers, orders or fees, by the index of causes.
select distinct indexed.slot::bigint * 32768 + listed.position + 1 as version
from projections.event_index as indexed, unnest(indexed.offsets) as listed (position)
where indexed.ledger = %(ledger)s and indexed.generation = projections.live(%(ledger)s)
    and indexed.subject = any(%(subjects)s)
    and indexed.slot::bigint * 32768 + listed.position + 1 > %(after)s
    and indexed.slot::bigint * 32768 + listed.position + 1 <= %(known_at)s
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

-- resting
-- The releases and changes of evidence of some children's payments that rest on a version.
select found.version, found.payment
from (
    select payment.version, payment.payment
    from projections.payments as payment
    where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
        and payment.child = any(%(children)s)
        and payment.evidence @> to_jsonb(%(version)s::bigint)
    union all
    select change.version, change.payment
    from projections.payments as payment
    join projections.payment_changes as change using (ledger, generation, payment)
    where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
        and payment.child = any(%(children)s)
        and change.evidence @> to_jsonb(%(version)s::bigint)
) as found
where found.version > %(after)s and found.version <= %(known_at)s
order by found.version
limit %(limit)s

-- claim_of_lines
-- The claims that hold some lines, behind a version.
select distinct version
from projections.claim_lines
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and line = any(%(versions)s) and version > %(after)s and version <= %(known_at)s
order by version
limit %(limit)s

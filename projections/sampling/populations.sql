-- payments
-- The payments that stand at a pair, in order of version, with their count and their sum.
select payment.payment as item, payment.version, payment.effective_on, payment.contract,
    null::text as with_whom, payment.amount_minor,
    count(*) over () as items, sum(payment.amount_minor) over () as total_minor
from projections.payments as payment
where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
    and payment.version <= %(known_at)s and payment.effective_on <= %(day)s
    and payment.reason is null and payment.amount_minor > 0
    and (%(contract)s::text is null or payment.contract = %(contract)s)
    and payment.effective_on between %(first_on)s and %(last_on)s
    and not exists (
        select from projections.payment_changes as change
        where change.ledger = payment.ledger and change.generation = payment.generation
            and change.payment = payment.payment and change.change in ('reversed', 'gone')
            and change.version <= %(known_at)s
    )
order by payment.version

-- fees
-- The fees above nothing that stand at a pair, in order of version, with their count and their sum.
with noted as (
    select slot.subject, slot.slot::bigint * 32768 + listed.place + 1 as version
    from projections.event_index as slot
    cross join lateral unnest(slot.offsets) as listed (place)
    where slot.ledger = %(ledger)s and slot.generation = projections.live(%(ledger)s)
        and slot.subject in ('type:fee.accrued', 'type:fee.reversed')
), said as (
    select noted.subject, noted.version, convert_from(stored.state, 'UTF8')::jsonb as event
    from noted
    join ledger.events as stored
        on stored.originator_id = %(ledger)s and stored.originator_version = noted.version
    where noted.version <= %(known_at)s
), gone as (
    select (event -> 'data' ->> 'reversed_version')::bigint as version
    from said where subject = 'type:fee.reversed'
), fee as (
    select version, (event ->> 'effective_on')::date as effective_on,
        event -> 'data' ->> 'contract' as contract, event -> 'data' ->> 'partner' as with_whom,
        (event -> 'data' ->> 'amount_minor')::bigint as amount_minor
    from said where subject = 'type:fee.accrued'
)
select 'F' || fee.version as item, fee.version, fee.effective_on, fee.contract, fee.with_whom,
    fee.amount_minor, count(*) over () as items, sum(fee.amount_minor) over () as total_minor
from fee
where fee.effective_on <= %(day)s and fee.amount_minor > 0
    and (%(contract)s::text is null or fee.contract = %(contract)s)
    and fee.effective_on between %(first_on)s and %(last_on)s
    and not exists (select from gone where gone.version = fee.version)
order by fee.version

-- invoices
-- The invoices to funders at a pair, in order of version, with their count and their sum.
select invoice.name as item, invoice.version, invoice.issued_on as effective_on,
    invoice.contract, invoice.funder as with_whom, invoice.amount_minor,
    count(*) over () as items, sum(invoice.amount_minor) over () as total_minor
from projections.invoices as invoice
where invoice.ledger = %(ledger)s and invoice.generation = projections.live(%(ledger)s)
    and invoice.version <= %(known_at)s and invoice.issued_on <= %(day)s
    and invoice.kind = 'invoice'
    and (%(contract)s::text is null or invoice.contract = %(contract)s)
    and invoice.issued_on between %(first_on)s and %(last_on)s
order by invoice.version

-- receipts
-- The receipts at a pair that are not voided, in order of version, with their count and their sum.
select receipt.name as item, receipt.version, receipt.effective_on, receipt.contract,
    receipt.funder as with_whom, receipt.amount_minor,
    count(*) over () as items, sum(receipt.amount_minor) over () as total_minor
from projections.cash as receipt
where receipt.ledger = %(ledger)s and receipt.generation = projections.live(%(ledger)s)
    and receipt.version <= %(known_at)s and receipt.effective_on <= %(day)s
    and receipt.type = 'receipt.recorded'
    and (%(contract)s::text is null or receipt.contract = %(contract)s)
    and receipt.effective_on between %(first_on)s and %(last_on)s
    and not exists (
        select from projections.voids as void
        where void.ledger = receipt.ledger and void.generation = receipt.generation
            and void.voided = receipt.version and void.version <= %(known_at)s
    )
order by receipt.version

-- journal
-- The journal's entries at a pair by their debits, posted in a span, with their count and their sum.
select 'J' || entry.version as item, entry.version, entry.effective_on, entry.contract,
    coalesce(entry.funder, entry.partner) as with_whom, entry.amount_minor,
    count(*) over () as items, sum(entry.amount_minor) over () as total_minor
from projections.entries(
    %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
) as entry
order by entry.version

-- reversed_in_period
-- Entries that are posted in the span and posted back in it.
with entry as (
    select * from projections.entries(
        %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
    )
), told as (
    select slot.subject, noted.version, stored.content
    from projections.event_index as slot
    cross join lateral (
        select slot.slot::bigint * 32768 + place + 1 as version from unnest(slot.offsets) as place
    ) as noted
    cross join lateral (
        select convert_from(state, 'UTF8')::jsonb -> 'data' as content
        from ledger.events
        where originator_id = %(ledger)s and originator_version = noted.version
    ) as stored
    where slot.ledger = %(ledger)s and slot.generation = projections.live(%(ledger)s)
        and slot.subject in (
            'type:payment.reversed', 'type:fee.reversed', 'type:partner.unsettled',
            'type:fact.voided', 'type:receipt.unallocated', 'type:receipt.allocated',
            'type:claim.withdrawn', 'type:claim.reduced'
        )
        and noted.version <= %(known_at)s
), back as (
    select version, coalesce(
            content ->> 'reversed_version', content ->> 'settled_version', content ->> 'version'
        )::bigint as reversed_version
    from told
    union all
    select taken.version, max(allocated.version)
    from told as taken
    join told as allocated
        on allocated.subject = 'type:receipt.allocated' and allocated.version < taken.version
            and allocated.content -> 'receipt' = taken.content -> 'receipt'
            and allocated.content -> 'invoice' = taken.content -> 'invoice'
    where taken.subject = 'type:receipt.unallocated'
    group by taken.version
    union all
    select withdrawn.version, reduced.version
    from told as withdrawn
    join told as reduced
        on reduced.subject = 'type:claim.reduced' and reduced.version < withdrawn.version
            and reduced.content -> 'contract' = withdrawn.content -> 'contract'
            and reduced.content -> 'claim' = withdrawn.content -> 'claim'
    where withdrawn.subject = 'type:claim.withdrawn'
), found as (
    select entry.version, entry.contract, entry.effective_on, entry.posted_on, entry.amount_minor,
        min(back.version) as reversed_by
    from entry
    join back on back.reversed_version = entry.version
    join entry as opposite on opposite.version = back.version
    group by entry.version, entry.contract, entry.effective_on, entry.posted_on, entry.amount_minor
), looked as (
    select (select count(*) from entry) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version


-- new_bank_details
-- Payments to partners within so many days of other bank details, or before they were set. Details
-- are of the day on which they were received, when that is later: a day that lies back hides nothing.
with entry as (
    select * from projections.entries(
        %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
    )
), paid as (
    select entry.*
    from entry
    where entry.partner is not null and (
        exists (
            select from projections.settlement_steps as step
            where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
                and step.version = entry.version and step.step = 'settled'
        )
        or exists (
            select from projections.cash as fact
            where fact.ledger = %(ledger)s and fact.generation = projections.live(%(ledger)s)
                and fact.version = entry.version and fact.type = 'fee.paid'
        )
    )
), found as (
    select paid.version, paid.contract, paid.effective_on, paid.posted_on, paid.amount_minor,
        paid.partner, bank.set_on, bank.version as set_version, bank.earlier = 0 as is_first
    from paid
    cross join lateral (
        select details.version,
            greatest(
                details.effective_on,
                (convert_from(stored.state, 'UTF8')::jsonb ->> 'received_on')::date
            ) as set_on,
            count(*) over (
                order by details.version rows between unbounded preceding and 1 preceding
            ) as earlier
        from projections.partner_banks as details
        join ledger.events as stored
            on stored.originator_id = details.ledger and stored.originator_version = details.version
        where details.ledger = %(ledger)s and details.generation = projections.live(%(ledger)s)
            and details.partner = paid.partner and details.step = 'set'
            and details.version < paid.version
        order by set_on desc, details.version desc
        limit 1
    ) as bank
    where paid.effective_on - bank.set_on <= %(bank_days)s
), looked as (
    select (select count(*) from paid) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version


-- duplicate_amounts
-- Payments to one partner, or invoices of one, of the same sum on the same day.
with entry as (
    select * from projections.entries(
        %(ledger)s, %(known_at)s, %(day)s, %(contract)s, %(first_on)s, %(last_on)s
    )
), told as (
    select entry.*, case when fact.type = 'fee.invoiced' then 'invoiced' else 'paid' end as kind
    from entry
    left join projections.cash as fact
        on fact.ledger = %(ledger)s and fact.generation = projections.live(%(ledger)s)
            and fact.version = entry.version
    left join projections.settlement_steps as step
        on step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
            and step.version = entry.version
    where entry.partner is not null
        and (fact.type in ('fee.invoiced', 'fee.paid') or step.step = 'settled')
), counted as (
    select told.*, count(*) over same as alike
    from told
    window same as (
        partition by told.kind, told.contract, told.partner, told.effective_on, told.amount_minor
    )
), found as (
    select version, contract, effective_on, posted_on, amount_minor, partner, kind, alike
    from counted
    where alike > 1
), looked as (
    select (select count(*) from told) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version


-- number_gaps
-- Receipts and partners' documents whose number leaves one out, where most of a kind are there.
-- References that all end in a year and a month (`music-2021-12`) are dated, and have no numbers.
with document as (
    select fact.type as kind, fact.contract, coalesce(fact.partner, '') as whose, fact.name,
        fact.version, fact.effective_on, fact.amount_minor,
        regexp_match(fact.name, '^(.*?)([0-9]{1,17})$') as parts
    from projections.cash as fact
    where fact.ledger = %(ledger)s and fact.generation = projections.live(%(ledger)s)
        and fact.version <= %(known_at)s and fact.effective_on <= %(day)s
        and fact.type in ('receipt.recorded', 'fee.invoiced', 'fee.credited')
), numbered as (
    select document.*, parts[2]::bigint as number, lag(parts[2]::bigint) over (
            partition by kind, whose, parts[1] order by parts[2]::bigint, version
        ) as before, bool_and(name ~ '(^|[^0-9])(19|20)[0-9]{2}[-/._ ]?(0[1-9]|1[0-2])$') over (
            partition by kind, whose, parts[1]
        ) as by_month
    from document
    where parts is not null
), series as (
    select kind, whose, parts[1] as prefix
    from numbered
    group by kind, whose, parts[1]
    having 2 * count(*) > max(number) - min(number)
), looked_at as (
    select * from numbered
    where not by_month and effective_on between %(first_on)s and %(last_on)s
        and (%(contract)s::text is null or contract = %(contract)s)
), found as (
    select version, contract, effective_on, amount_minor, name, before + 1 as missing_from,
        number - 1 as missing_upto
    from looked_at
    join series on series.kind = looked_at.kind and series.whose = looked_at.whose
        and series.prefix = looked_at.parts[1]
    where number - before > 1
), looked as (
    select (select count(*) from looked_at) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version

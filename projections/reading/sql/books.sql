-- events
-- The stored events at some versions, with their stored names.
select originator_version as version, topic, state
from ledger.events
where originator_id = %(ledger)s and originator_version = any(%(versions)s)

-- movements_of_funder
-- What was posted about a funder in a span, a movement at a time, in order of posting.
select day.posted_on, posting.version, numbered.detail,
    min(posting.effective_on) as effective_on, min(numbered.contract) as contract,
    min(numbered.fund) as fund,
    coalesce(sum(posting.amount_minor) filter (
        where numbered.account = %(accrued)s), 0) as accrued_minor,
    coalesce(sum(posting.amount_minor) filter (
        where numbered.account = 'claimed'), 0) as claimed_minor,
    coalesce(sum(posting.amount_minor) filter (
        where numbered.account = %(outstanding)s), 0) as outstanding_minor,
    coalesce(-sum(posting.amount_minor) filter (
        where numbered.account = %(unallocated)s), 0) as unallocated_minor
from projections.series as numbered
join projections.postings as posting using (ledger, generation, series)
cross join lateral (
    select coalesce(posting.posted_on, posting.effective_on) as posted_on
) as day
where numbered.ledger = %(ledger)s and numbered.generation = projections.live(%(ledger)s)
    and numbered.funder = %(funder)s
    and numbered.book in ('journal', 'memo')
    and numbered.account in (%(accrued)s, 'claimed', %(outstanding)s, %(unallocated)s)
    and (%(contract)s::text is null or numbered.contract = %(contract)s)
    and posting.version <= %(known_at)s and posting.effective_on <= %(day)s
    and day.posted_on between %(first_on)s and %(last_on)s
    and (day.posted_on, posting.version, numbered.detail)
        > (%(after_day)s::date, %(after_version)s, %(after_detail)s)
group by day.posted_on, posting.version, numbered.detail
order by day.posted_on, posting.version, numbered.detail
limit %(limit)s

-- open_documents
-- A funder's invoices and credit notes of which something is open at a pair, of what was posted up
-- to a day, oldest first.
select case document.kind when 'invoice' then 'invoice' else 'credit_note' end as item,
    document.name as document, document.contract, document.claim, document.reference,
    document.issued_on, document.due_on,
    document.amount_minor * sides.side as amount_minor, open.open_minor
from projections.invoices as document
cross join lateral (
    select case document.kind when 'invoice' then 1 else -1 end as side
) as sides
cross join lateral (
    select (
        sides.side * (
            case when document.issued_on <= %(day)s
                and coalesce(document.posted_on, document.issued_on) <= %(last_on)s
                then document.amount_minor else 0 end
            - coalesce(sum(settled.amount_minor), 0)
        )
    ) as open_minor
    from projections.invoice_changes as settled
    where settled.ledger = document.ledger and settled.generation = document.generation
        and (
            document.kind = 'invoice' and settled.invoice = document.name
            or document.kind = 'credit_note' and settled.source = document.name
                and settled.change in ('credited', 'refunded')
        )
        and settled.version <= %(known_at)s and settled.effective_on <= %(day)s
        and coalesce(settled.posted_on, settled.effective_on) <= %(last_on)s
) as open
where document.ledger = %(ledger)s and document.generation = projections.live(%(ledger)s)
    and document.version <= %(known_at)s and document.funder = %(funder)s
    and (%(contract)s::text is null or document.contract = %(contract)s)
    and open.open_minor <> 0
order by document.issued_on, document.version
limit %(limit)s

-- aged_documents
-- What is open of invoices and credit notes by contract and funder, by days past due, of what was
-- posted up to a day.
select document.contract, document.funder, document.kind,
    greatest(%(aged_on)s::date - document.due_on, 0) as days_past_due,
    sum(
        case when document.issued_on <= %(day)s
            and coalesce(document.posted_on, document.issued_on) <= %(last_on)s
            then document.amount_minor else 0 end
        - coalesce(settled.amount_minor, 0)
    ) as open_minor
from projections.invoices as document
left join lateral (
    select sum(change.amount_minor) as amount_minor
    from projections.invoice_changes as change
    where change.ledger = document.ledger and change.generation = document.generation
        and (
            document.kind = 'invoice' and change.invoice = document.name
            or document.kind = 'credit_note' and change.source = document.name
                and change.change in ('credited', 'refunded')
        )
        and change.version <= %(known_at)s and change.effective_on <= %(day)s
        and coalesce(change.posted_on, change.effective_on) <= %(last_on)s
) as settled on true
where document.ledger = %(ledger)s and document.generation = projections.live(%(ledger)s)
    and document.version <= %(known_at)s
    and (%(contract)s::text is null or document.contract = %(contract)s)
group by document.contract, document.funder, document.kind, days_past_due
order by document.contract, document.funder

-- cash_book
-- What went through bank accounts in a span, an event at a time, by account, day and version.
select numbered.account, day.posted_on, posting.version,
    min(posting.effective_on) as effective_on, min(numbered.contract) as contract,
    min(numbered.funder) as funder, min(numbered.partner) as partner,
    sum(posting.amount_minor) as amount_minor,
    jsonb_agg(
        jsonb_build_object('fund', numbered.fund, 'amount_minor', posting.amount_minor)
        order by posting.line
    ) as funds
from projections.series as numbered
join projections.postings as posting using (ledger, generation, series)
cross join lateral (
    select coalesce(posting.posted_on, posting.effective_on) as posted_on
) as day
where numbered.ledger = %(ledger)s and numbered.generation = projections.live(%(ledger)s)
    and numbered.book = 'journal' and starts_with(numbered.account, 'assets:bank:')
    and (%(account)s::text is null or numbered.account = %(account)s)
    and (%(contract)s::text is null or numbered.contract = %(contract)s)
    and posting.version <= %(known_at)s and posting.effective_on <= %(day)s
    and day.posted_on between %(first_on)s and %(last_on)s
    and (numbered.account, day.posted_on, posting.version)
        > (%(after_account)s, %(after_day)s::date, %(after_version)s)
group by numbered.account, day.posted_on, posting.version
order by numbered.account, day.posted_on, posting.version
limit %(limit)s

-- in_and_out
-- What came in and what went out of each bank account in a span, an event at a time.
select account, sum(amount_minor) filter (where amount_minor > 0) as in_minor,
    sum(-amount_minor) filter (where amount_minor < 0) as out_minor
from (
    select numbered.account, sum(posting.amount_minor) as amount_minor
    from projections.series as numbered
    join projections.postings as posting using (ledger, generation, series)
    cross join lateral (
        select coalesce(posting.posted_on, posting.effective_on) as posted_on
    ) as day
    where numbered.ledger = %(ledger)s and numbered.generation = projections.live(%(ledger)s)
        and numbered.book = 'journal' and starts_with(numbered.account, 'assets:bank:')
        and (%(account)s::text is null or numbered.account = %(account)s)
        and (%(contract)s::text is null or numbered.contract = %(contract)s)
        and posting.version <= %(known_at)s and posting.effective_on <= %(day)s
        and day.posted_on between %(first_on)s and %(last_on)s
    group by numbered.account, posting.version
) as moved
group by account

-- cash_of_day
-- What went through a bank account on a day, up to a version.
select coalesce(sum(posting.amount_minor), 0) as amount_minor
from projections.series as numbered
join projections.postings as posting using (ledger, generation, series)
cross join lateral (
    select coalesce(posting.posted_on, posting.effective_on) as posted_on
) as day
where numbered.ledger = %(ledger)s and numbered.generation = projections.live(%(ledger)s)
    and numbered.book = 'journal' and numbered.account = %(after_account)s
    and (%(contract)s::text is null or numbered.contract = %(contract)s)
    and posting.version <= least(%(after_version)s::bigint, %(known_at)s)
    and day.posted_on = %(after_day)s
    and day.posted_on between %(first_on)s and %(last_on)s
    and posting.effective_on <= %(day)s

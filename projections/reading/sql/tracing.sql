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

-- closing
-- The closing that holds a day of posting of a contract, the latest of the first period to do so.
select closed.version
from projections.periods as closed
where closed.ledger = %(ledger)s and closed.generation = projections.live(%(ledger)s)
    and closed.step = 'closed' and closed.version <= %(known_at)s
    and closed.last_on >= %(posted_on)s
    and (closed.contract is null or closed.contract = %(contract)s)
    and not exists (
        select from projections.periods as opened
        where opened.ledger = closed.ledger and opened.generation = closed.generation
            and opened.step = 'reopened' and opened.version <= %(known_at)s
            and opened.version > closed.version and opened.last_on = closed.last_on
            and opened.contract is not distinct from closed.contract
    )
order by closed.last_on, closed.version desc
limit 1

-- entry
-- The lines of one event in the journal.
select posting.version, posting.line, posting.effective_on, numbered.account, numbered.contract,
    numbered.fund, numbered.funder, numbered.partner, posting.child, numbered.detail,
    posting.amount_minor, coalesce(posting.posted_on, posting.effective_on) as posted_on,
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

-- caused
-- The decisions that name some events among their causes, behind a version.
select distinct indexed.slot::bigint * 32768 + listed.position + 1 as version
from projections.event_index as indexed, unnest(indexed.offsets) as listed (position)
where indexed.ledger = %(ledger)s and indexed.generation = projections.live(%(ledger)s)
    and indexed.subject = any(%(subjects)s)
    and indexed.slot::bigint * 32768 + listed.position + 1 > %(after)s
    and indexed.slot::bigint * 32768 + listed.position + 1 <= %(known_at)s
order by version
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

-- periods
-- The versions of all steps of periods up to a version.
select version
from projections.periods
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and version <= %(known_at)s
order by version

-- voids
-- The voidings of an event, behind a version.
select version
from projections.voids
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and voided = %(voided)s and version > %(after)s and version <= %(known_at)s
order by version
limit %(limit)s

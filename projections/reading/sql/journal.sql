-- lines
-- The lines of the journal that match, in the order in which they were posted.
select posting.version, posting.line, posting.effective_on, numbered.account, numbered.contract,
    numbered.fund, numbered.funder, numbered.partner, posting.child, posting.amount_minor,
    coalesce(posting.posted_on, posting.effective_on) as posted_on,
    posting.posted_on is not null as prior_period
from projections.postings as posting
join projections.series as numbered using (ledger, generation, series)
where posting.ledger = %(ledger)s and posting.generation = projections.live(%(ledger)s)
    and numbered.book = 'journal'
    and posting.version <= %(known_at)s and posting.effective_on <= %(day)s
    and (posting.version, posting.line) > (%(after_version)s, %(after_line)s)
    and (%(first_on)s::date is null or posting.effective_on >= %(first_on)s)
    and (%(last_on)s::date is null or posting.effective_on <= %(last_on)s)
    and (%(from)s::date is null
        or coalesce(posting.posted_on, posting.effective_on) >= %(from)s)
    and (%(upto)s::date is null
        or coalesce(posting.posted_on, posting.effective_on) <= %(upto)s)
    and (%(account)s::text is null or numbered.account = %(account)s)
    and (%(contract)s::text is null or numbered.contract = %(contract)s)
    and (%(fund)s::text is null or numbered.fund = %(fund)s)
    and (%(funder)s::text is null or numbered.funder = %(funder)s)
    and (%(partner)s::text is null or numbered.partner = %(partner)s)
    and (%(versions)s::bigint[] is null or posting.version = any(%(versions)s))
order by posting.version, posting.line
limit %(limit)s

-- versions_of_child
-- The versions that released or reversed a payment of a child.
select payment.version
from projections.payments as payment
where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
    and payment.child = %(child)s
union
select change.version
from projections.payments as payment
join projections.payment_changes as change using (ledger, generation, payment)
where payment.ledger = %(ledger)s and payment.generation = projections.live(%(ledger)s)
    and payment.child = %(child)s and change.change = 'reversed'

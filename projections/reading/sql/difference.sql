-- posted
-- What moved figures that are sums of series between two moments: version by version, the first so
-- many of each figure, and the sum and number of all. A posting lies between the moments when one
-- of them has it and the other has not: by its version, or else by its day.
with wanted as (
    select number, series, weight
    from unnest(%(numbers)s::int[], %(series)s::int[], %(weights)s::numeric[])
        as asked (number, series, weight)
),
between_moments as (
    select posting.series, posting.version, %(known_side)s::int * posting.amount_minor as amount_minor
    from projections.postings as posting
    where posting.ledger = %(ledger)s and posting.generation = projections.live(%(ledger)s)
        and posting.version > %(first_known)s and posting.version <= %(last_known)s
        and posting.effective_on <= %(day_of_last)s
        and posting.series = any(%(series)s::int[])
    union all
    select posting.series, posting.version, %(day_side)s::int * posting.amount_minor
    from projections.postings as posting
    where posting.ledger = %(ledger)s and posting.generation = projections.live(%(ledger)s)
        and posting.version <= %(first_known)s
        and posting.effective_on > %(first_day)s and posting.effective_on <= %(last_day)s
        and posting.series = any(%(series)s::int[])
        and %(first_day)s::date < %(last_day)s::date
),
summed as (
    select wanted.number, moved.version, sum(moved.amount_minor * wanted.weight) as amount
    from between_moments as moved
    join wanted using (series)
    group by wanted.number, moved.version
    having sum(moved.amount_minor * wanted.weight) <> 0
)
select number, version, amount, total, counted
from (
    select summed.*, sum(amount) over (partition by number) as total,
        count(*) over (partition by number) as counted,
        row_number() over (partition by number order by version) as place
    from summed
) as placed
where place <= greatest(%(most)s, 1)
order by number, version

-- figures
-- What each figure of payments, children, claims or documents came to at two moments, if it moved;
-- a page in order of contract, name and figure.
select contract, name, min(funder) as funder, figure,
    sum(amount_minor) filter (
        where version <= %(from_known)s and effective_on <= %(from_day)s) as before,
    sum(amount_minor) filter (
        where version <= %(to_known)s and effective_on <= %(to_day)s) as after
from projections.movements
where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
    and subject = %(subject)s
    and version <= greatest(%(from_known)s::bigint, %(to_known)s)
    and (%(contract)s::text is null or contract = %(contract)s)
    and (contract, name, figure) > (%(after_contract)s, %(after_name)s, %(after_figure)s)
group by contract, name, figure
having coalesce(sum(amount_minor) filter (
        where version <= %(from_known)s and effective_on <= %(from_day)s), 0)
    <> coalesce(sum(amount_minor) filter (
        where version <= %(to_known)s and effective_on <= %(to_day)s), 0)
order by contract, name, figure
limit %(limit)s

-- moved
-- What moved such figures: version by version, the first so many of each, and the sum and number.
with wanted as (
    select number, contract, name, figure
    from unnest(%(numbers)s::int[], %(contracts)s::text[], %(names)s::text[], %(figures)s::text[])
        as asked (number, contract, name, figure)
),
summed as (
    select wanted.number, moved.version, sum(moved.amount_minor * side.side) as amount
    from projections.movements as moved
    join wanted using (contract, name, figure)
    cross join lateral (
        select (moved.version <= %(to_known)s and moved.effective_on <= %(to_day)s)::int
            - (moved.version <= %(from_known)s and moved.effective_on <= %(from_day)s)::int as side
    ) as side
    where moved.ledger = %(ledger)s and moved.generation = projections.live(%(ledger)s)
        and moved.subject = %(subject)s and side.side <> 0
    group by wanted.number, moved.version
    having sum(moved.amount_minor * side.side) <> 0
)
select number, version, amount, total, counted
from (
    select summed.*, sum(amount) over (partition by number) as total,
        count(*) over (partition by number) as counted,
        row_number() over (partition by number order by version) as place
    from summed
) as placed
where place <= greatest(%(most)s, 1)
order by number, version

-- claim_steps
-- The steps of some claims between two moments.
with wanted as (
    select number, contract, claim
    from unnest(%(numbers)s::int[], %(contracts)s::text[], %(names)s::text[])
        as asked (number, contract, claim)
),
told as (
    select distinct wanted.number, step.version
    from wanted
    join projections.claim_steps as step using (contract, claim)
    where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
        and step.step in ('drafted', 'submitted', 'withdrawn', 'approved')
        and (step.version <= %(from_known)s and step.effective_on <= %(from_day)s)
            <> (step.version <= %(to_known)s and step.effective_on <= %(to_day)s)
)
select number, version, null::numeric as amount, null::numeric as total, counted
from (
    select told.*, count(*) over (partition by number) as counted,
        row_number() over (partition by number order by version) as place
    from told
) as placed
where place <= greatest(%(most)s, 1)
order by number, version

-- remaining
-- What moved what may still be paid: payments and reversals, steps of children and their voidings,
-- rate cards, and the end of the contract, from the day after on.
with wanted as (
    select number, contract
    from unnest(%(numbers)s::int[], %(contracts)s::text[]) as asked (number, contract)
),
facts as (
    select contract, version, effective_on
    from projections.movements
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
        and subject = 'payments' and figure = 'count'
    union all
    select step.contract, event.version, step.effective_on
    from projections.child_steps as step
    left join projections.voids as void
        on void.ledger = step.ledger and void.generation = step.generation
            and void.voided = step.version
    cross join lateral (values (step.version), (void.version)) as event (version)
    where step.ledger = %(ledger)s and step.generation = projections.live(%(ledger)s)
    union all
    select contract, version, effective_on
    from projections.terms
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
        and type = 'rate_card.issued'
    union all
    select contract, version,
        (convert_from(stored, 'UTF8')::jsonb #>> '{data,ends_on}')::date + 1
    from projections.terms
    where ledger = %(ledger)s and generation = projections.live(%(ledger)s)
        and type = 'contract.signed'
),
told as (
    select distinct wanted.number, facts.version
    from wanted
    join facts using (contract)
    where (facts.version <= %(from_known)s and facts.effective_on <= %(from_day)s)
        <> (facts.version <= %(to_known)s and facts.effective_on <= %(to_day)s)
)
select number, version, null::numeric as amount, null::numeric as total, counted
from (
    select told.*, count(*) over (partition by number) as counted,
        row_number() over (partition by number order by version) as place
    from told
) as placed
where place <= greatest(%(most)s, 1)
order by number, version

-- The entries of the journal: what one event posted, as the auditor's desk looks at it.
create function projections.entries(
    asked text, known_at bigint, day date, of_contract text, posted_from date, posted_upto date
) returns table (
    version bigint, contract text, effective_on date, posted_on date, prior_period boolean,
    amount_minor bigint, funder text, partner text
)
language sql stable parallel safe
as $$
    select posting.version, min(numbered.contract), min(posting.effective_on),
        min(coalesce(posting.posted_on, posting.effective_on)),
        bool_or(posting.posted_on is not null),
        sum(posting.amount_minor) filter (where posting.amount_minor > 0)::bigint,
        case when count(distinct numbered.funder) = 1 then min(numbered.funder) end,
        min(numbered.partner)
    from projections.postings as posting
    join projections.series as numbered using (ledger, generation, series)
    where posting.ledger = asked and posting.generation = projections.live(asked)
        and numbered.book = 'journal'
        and posting.version <= known_at and posting.effective_on <= day
        and (of_contract is null or numbered.contract = of_contract)
        and coalesce(posting.posted_on, posting.effective_on) between posted_from and posted_upto
    group by posting.version
$$;

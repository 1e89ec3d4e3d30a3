-- same_maker_checker
-- Acts that another person had to agree to, and that whoever prepared them agreed to; and
-- verifications, wherever a payment rests on one, by somebody who recorded what they verify.
with duty (kind, part, type, fields) as (
    values
        ('claim', 'maker', 'claim.drafted', array['contract', 'claim']),
        ('claim', 'maker', 'claim.submitted', array['contract', 'claim']),
        ('claim', 'maker', 'claim.line_cleared', array['contract', 'claim']),
        ('claim', 'maker', 'claim.line_rejected', array['contract', 'claim']),
        ('claim', 'maker', 'claim.reduced', array['contract', 'claim']),
        ('claim', 'maker', 'sample.drawn', array['contract', 'claim']),
        ('claim', 'checker', 'claim.approved', array['contract', 'claim']),
        ('sample', 'maker', 'sample.drawn', array['contract', 'sample']),
        ('sample', 'checker', 'sample.judged', array['contract', 'sample']),
        ('settlement', 'maker', 'settlement.drafted', array['contract', 'settlement']),
        ('settlement', 'checker', 'settlement.approved', array['contract', 'settlement']),
        ('write_off', 'maker', 'write_off.requested', array['contract', 'write_off']),
        ('write_off', 'checker', 'write_off.approved', array['contract', 'write_off']),
        ('period', 'maker', 'period.closed', array['contract', 'from', 'to']),
        ('period', 'checker', 'period.reopened', array['contract', 'from', 'to']),
        ('bank', 'maker', 'partner.bank_set', array['partner', 'fingerprint']),
        ('bank', 'checker', 'partner.bank_confirmed', array['partner', 'fingerprint']),
        ('erasure', 'checker', 'child.erased', array['requested_version']),
        ('voiding', 'checker', 'fact.voided', array['version'])
), act as (
    select duty.kind, duty.part, duty.type, noted.version, told.event ->> 'actor' as actor,
        (told.event ->> 'effective_on')::date as effective_on,
        told.event -> 'data' ->> 'contract' as contract,
        array(
            select coalesce(told.event -> 'data' ->> field, '') from unnest(duty.fields) as field
        ) as key
    from duty
    join projections.event_index as slot
        on slot.ledger = %(ledger)s and slot.generation = projections.live(%(ledger)s)
            and slot.subject = 'type:' || duty.type
    cross join lateral (
        select slot.slot::bigint * 32768 + place + 1 as version from unnest(slot.offsets) as place
    ) as noted
    join ledger.events as stored
        on stored.originator_id = %(ledger)s and stored.originator_version = noted.version
    cross join lateral (select convert_from(stored.state, 'UTF8')::jsonb as event) as told
    where noted.version <= %(known_at)s
), rested as ( -- decisions that a verification opened: it is the last of their evidence
    select opened.version, told.event ->> 'actor' as actor,
        (told.event ->> 'effective_on')::date as effective_on,
        told.event -> 'data' ->> 'contract' as contract, opened.evidence
    from projections.event_index as slot
    cross join lateral (
        select slot.slot::bigint * 32768 + place + 1 as version from unnest(slot.offsets) as place
    ) as noted
    join ledger.events as decided
        on decided.originator_id = %(ledger)s and decided.originator_version = noted.version
    cross join lateral (
        select convert_from(decided.state, 'UTF8')::jsonb -> 'data' -> 'evidence' as evidence
    ) as resting
    cross join lateral (
        select (resting.evidence ->> -1)::bigint as version, resting.evidence
    ) as opened
    join ledger.events as verified
        on verified.originator_id = %(ledger)s and verified.originator_version = opened.version
            and starts_with(verified.topic, 'verification.recorded.')
    cross join lateral (select convert_from(verified.state, 'UTF8')::jsonb as event) as told
    where slot.ledger = %(ledger)s and slot.generation = projections.live(%(ledger)s)
        and slot.subject in ('type:payment.released', 'type:payment.evidence_changed')
        and noted.version <= %(known_at)s
), signed as ( -- everything that whoever verified had recorded
    select verifier.actor, slot.slot::bigint * 32768 + listed.place + 1 as version
    from (select distinct actor from rested) as verifier
    join projections.event_index as slot
        on slot.ledger = %(ledger)s and slot.generation = projections.live(%(ledger)s)
            and slot.subject = 'actor:' || verifier.actor
    cross join lateral unnest(slot.offsets) as listed (place)
), own_evidence as ( -- grouped, not joined: nobody can say beforehand how many there are of either
    select actor, version, array_agg(about) filter (where about is not null) as abouts
    from (
        select actor, version, null::bigint as about from signed
        union all
        select rested.actor, proof.version::bigint, rested.version
        from rested
        cross join lateral jsonb_array_elements_text(rested.evidence) as proof (version)
        where proof.version::bigint <> rested.version
    ) as either
    group by actor, version
    having bool_or(about is null) and bool_or(about is not null)
), checked as (
    select *
    from (
        select kind, version, actor, effective_on, contract, key from act where part = 'checker'
        union all
        select distinct 'verification', version, actor, effective_on, contract,
            array[version::text]
        from rested
    ) as one
    where effective_on between %(first_on)s and %(last_on)s
        and effective_on <= %(day)s
        and (%(contract)s::text is null or contract = %(contract)s)
), made as (
    select kind, key, version, actor from act where part = 'maker'
    union all
    select checked.kind, checked.key, stored.originator_version,
        convert_from(stored.state, 'UTF8')::jsonb ->> 'actor'
    from checked
    join ledger.events as stored
        on stored.originator_id = %(ledger)s
            and stored.originator_version = checked.key[1]::bigint
    where checked.kind in ('erasure', 'voiding')
    union all
    select 'verification', array[about::text], own_evidence.version, own_evidence.actor
    from own_evidence
    cross join lateral unnest(own_evidence.abouts) as about
), found as (
    select checked.version, checked.contract, checked.effective_on, null::bigint as amount_minor,
        checked.kind, max(made.version) as made_version
    from checked
    join made on made.kind = checked.kind and made.key = checked.key
        and made.actor = checked.actor
        and (made.version < checked.version or checked.kind = 'verification')
    where not exists (
        select from act as reopened
        where checked.kind = 'period' and reopened.kind = 'period' and reopened.part = 'checker'
            and reopened.key = checked.key
            and reopened.version > made.version and reopened.version < checked.version
    )
    group by checked.version, checked.contract, checked.effective_on, checked.kind
), looked as (
    select (select count(*) from checked) as examined, count(*) as count,
        coalesce(sum(amount_minor), 0)::bigint as total_minor
    from found
)
select looked.*, page.*
from looked
left join lateral (
    select * from found where version > %(after)s order by version limit %(limit)s
) as page on true
order by page.version

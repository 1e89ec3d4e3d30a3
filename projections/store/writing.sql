-- copy_terms
-- Adds a batch's terms events.
copy projections.terms (
    ledger, generation, version, type, contract, effective_on, stored
) from stdin

-- copy_payments
-- Adds a batch's payments.
copy projections.payments (
    ledger, generation, payment, version, contract, child, trigger, kind, reference,
    reason, effective_on, card, share_set, rule_version, amount_minor, funded_minor,
    unfunded_minor, split, carries, evidence, area
) from stdin

-- copy_payment_changes
-- Adds a batch's what became of payments.
copy projections.payment_changes (
    ledger, generation, payment, version, change, evidence, area
) from stdin

-- copy_payment_shares
-- Adds a batch's funders' parts of payments.
copy projections.payment_shares (
    ledger, generation, version, contract, funder, amount_minor, unfunded_minor
) from stdin

-- copy_series
-- Adds a batch's series.
copy projections.series (
    ledger, generation, series, book, account, contract, fund, funder, partner, detail,
    parts, parts_total
) from stdin

-- copy_postings
-- Adds a batch's postings.
copy projections.postings (
    ledger, generation, series, n, version, line, effective_on, child, amount_minor, posted_on
) from stdin

-- copy_curves
-- Adds a batch's curves.
copy projections.curves (
    ledger, generation, series, version, upto_n, days, balances
) from stdin

-- copy_cash
-- Adds a batch's cash facts.
copy projections.cash (
    ledger, generation, version, type, contract, funder, partner, name, fund,
    bank_account, effective_on, amount_minor
) from stdin

-- copy_child_steps
-- Adds a batch's steps of children's paths.
copy projections.child_steps (
    ledger, generation, version, contract, child, step, effective_on, cohort, school,
    borough
) from stdin

-- copy_voids
-- Adds a batch's voidings.
copy projections.voids (
    ledger, generation, voided, version
) from stdin

-- copy_measurements
-- Adds a batch's scores.
copy projections.measurements (
    ledger, generation, version, contract, child, area, point, informant, correction,
    effective_on, received_on, actor, value
) from stdin

-- copy_verifications
-- Adds a batch's verdicts.
copy projections.verifications (
    ledger, generation, version, contract, child, trigger, area, verdict, effective_on,
    actor
) from stdin

-- copy_erasures
-- Adds a batch's steps of erasures.
copy projections.erasures (
    ledger, generation, version, child, step, basis, scope, effective_on, actor
) from stdin

-- copy_claim_steps
-- Adds a batch's steps of claims.
copy projections.claim_steps (
    ledger, generation, version, contract, claim, step, payment, effective_on, actor
) from stdin

-- copy_claim_contents
-- Adds a batch's what claims collected.
copy projections.claim_contents (
    ledger, generation, version, contract, claim, upto, known_version, effective_on, amount_minor,
    funded_minor, unfunded_minor, funders
) from stdin

-- copy_claim_lines
-- Adds a batch's lines of claims.
copy projections.claim_lines (
    ledger, generation, version, line, contract, claim, adjustment
) from stdin

-- copy_claim_reductions
-- Adds a batch's what came off claims.
copy projections.claim_reductions (
    ledger, generation, version, contract, claim, payment, sample, effective_on, amount_minor,
    funded_minor, unfunded_minor, funders
) from stdin

-- copy_invoices
-- Adds a batch's invoices and credit notes.
copy projections.invoices (
    ledger, generation, version, kind, contract, claim, funder, name, amount_minor, reference,
    issued_on, due_on, posted_on
) from stdin

-- copy_invoice_changes
-- Adds a batch's what settled invoices.
copy projections.invoice_changes (
    ledger, generation, version, invoice, change, source, effective_on, amount_minor, posted_on
) from stdin

-- copy_samples
-- Adds a batch's samples.
copy projections.samples (
    ledger, generation, version, contract, claim, sample, method, seed, size, population,
    effective_on, actor
) from stdin

-- copy_sample_items
-- Adds a batch's items of samples.
copy projections.sample_items (
    ledger, generation, version, contract, sample, place, payment
) from stdin

-- copy_sample_steps
-- Adds a batch's verdicts on items, and ends of samples.
copy projections.sample_steps (
    ledger, generation, version, contract, sample, step, payment, passed, reason_code,
    effective_on, actor
) from stdin

-- copy_settlement_steps
-- Adds a batch's steps of settlements.
copy projections.settlement_steps (
    ledger, generation, version, contract, settlement, step, partner, effective_on, actor, stored
) from stdin

-- copy_partner_banks
-- Adds a batch's bank details of partners.
copy projections.partner_banks (
    ledger, generation, version, partner, step, fingerprint, effective_on, actor
) from stdin

-- copy_periods
-- Adds a batch's closings and reopenings of periods.
copy projections.periods (
    ledger, generation, version, step, contract, first_on, last_on, hardness, at_version,
    root, trial_balance, reason_code, effective_on, actor
) from stdin

-- copy_event_index
-- Adds the index entries of slots that no earlier batch reached.
copy projections.event_index (ledger, generation, subject, slot, offsets) from stdin

-- extend_event_index
-- Adds a batch's versions to index entries that an earlier batch may have begun.
insert into projections.event_index (ledger, generation, subject, slot, offsets)
select %(ledger)s, %(generation)s, added.subject, added.slot, added.offsets::smallint[]
from unnest(%(subjects)s::text[], %(slots)s::int[], %(offsets)s::text[])
    as added (subject, slot, offsets)
on conflict (ledger, generation, subject, slot)
do update set offsets = event_index.offsets || excluded.offsets

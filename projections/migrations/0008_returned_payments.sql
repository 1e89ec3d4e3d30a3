-- Payments of settlements that came back from the bank: a step, and an end of what was confirmed.
alter table projections.settlement_steps
    drop constraint settlement_steps_step_check,
    add constraint settlement_steps_step_check check (
        step in ('collected', 'approved', 'withdrawn', 'paid', 'settled', 'returned')
    );

alter table projections.partner_banks
    drop constraint partner_banks_step_check,
    add constraint partner_banks_step_check check (step in ('set', 'confirmed', 'returned'));

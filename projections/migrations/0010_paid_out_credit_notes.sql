-- What of a credit note was paid to its funder: the note is its own source.
alter table projections.invoice_changes
    drop constraint invoice_changes_change_check,
    add constraint invoice_changes_change_check check (
        change in ('allocated', 'credited', 'written_off', 'refunded')
    );

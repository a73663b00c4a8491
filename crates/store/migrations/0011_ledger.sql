-- The city's books: accounts, transfers, their legs, holds, refused ids, used bank references.
-- Rows are written by the rules of the crate `ledger`; the constraints say the same again.

create table ledger_accounts (
    id text not null primary key,
    book text not null,
    purpose text not null,
    owner text not null references organisations (id),
    -- The lot, award or scheme it is about; empty for none.
    subject text not null,
    side text not null check (side in ('debit', 'credit')),
    bound text not null check (bound in ('free', 'debits', 'credits')),
    -- The real account behind it; all empty where there is none.
    bank_institution text not null,
    bank_holder text not null,
    bank_keeps text not null,
    bank_number text not null,
    bank_is_custodian boolean not null,
    opened_at bigint not null,
    -- The hold that closed it; empty while it is open.
    closed_by text not null,
    debits_pending bigint not null check (debits_pending >= 0),
    debits_posted bigint not null check (debits_posted >= 0),
    credits_pending bigint not null check (credits_pending >= 0),
    credits_posted bigint not null check (credits_posted >= 0),
    version bigint not null check (version >= 0),
    -- The moment of its last leg; 0 for none.
    touched_at bigint not null,
    gate text not null,
    constraint ledger_accounts_debits_within_credits check
        (bound <> 'debits' or debits_pending + debits_posted <= credits_posted),
    constraint ledger_accounts_credits_within_debits check
        (bound <> 'credits' or credits_pending + credits_posted <= debits_posted),
    constraint ledger_accounts_banks_are_named check
        ((purpose = 'bank') = (bank_institution <> '' and bank_holder <> '' and bank_number <> ''))
);
create index ledger_accounts_of_owner on ledger_accounts (owner, id);
create index ledger_accounts_of_book on ledger_accounts (book, id);

-- Nothing here is ever changed or deleted.
create table ledger_transfers (
    id text not null primary key,
    book text not null,
    debit text not null references ledger_accounts (id),
    credit text not null references ledger_accounts (id),
    amount bigint not null check (amount >= 0),
    -- The hold it posts or voids; empty for none.
    pending text not null,
    code bigint not null check (code > 0),
    timeout_s bigint not null check (timeout_s >= 0),
    flags bigint not null,
    -- The first transfer of its chain; empty for none.
    chain text not null,
    -- The act that made it.
    act text not null,
    -- The matter it belongs to, the transfer it mends, its evidence; empty for none.
    case_id text not null,
    corrects text not null,
    grade text not null,
    evidence text not null,
    value_date text not null,
    at bigint not null,
    step bigint not null,
    constraint ledger_transfers_of_two check (debit <> credit)
);
-- A hold is resolved once, whatever the rules thought.
create unique index ledger_transfers_resolve_once on ledger_transfers (pending)
    where pending <> '';
create index ledger_transfers_corrects on ledger_transfers (corrects) where corrects <> '';
create index ledger_transfers_newest on ledger_transfers (at, step, id);
create index ledger_transfers_of_act on ledger_transfers (act);

-- Every change of an account with the counters after it: a balance at any moment is one row.
create table ledger_legs (
    account text not null references ledger_accounts (id),
    version bigint not null check (version > 0),
    transfer text not null references ledger_transfers (id),
    side text not null check (side in ('debit', 'credit')),
    kind text not null check (kind in ('posted', 'held', 'voided', 'expired')),
    amount bigint not null check (amount >= 0),
    at bigint not null,
    debits_pending bigint not null,
    debits_posted bigint not null,
    credits_pending bigint not null,
    credits_posted bigint not null,
    primary key (account, version)
);
create index ledger_legs_at on ledger_legs (account, at, version);

create table ledger_holds (
    id text not null primary key references ledger_transfers (id),
    debit text not null,
    credit text not null,
    -- 0 for never.
    expires_at bigint not null check (expires_at >= 0),
    state text not null check (state in ('waiting', 'posted', 'voided', 'expired')),
    -- The transfer that posted or voided it; empty otherwise.
    resolved_by text not null,
    -- When an expired one was freed; 0 otherwise.
    freed_at bigint not null
);
create index ledger_holds_due on ledger_holds (expires_at, id)
    where state = 'waiting' and expires_at > 0;
create index ledger_holds_of_debit on ledger_holds (debit, expires_at)
    where state = 'waiting' and expires_at > 0;
create index ledger_holds_of_credit on ledger_holds (credit, expires_at)
    where state = 'waiting' and expires_at > 0;

-- Ids that were refused for the state of the books; they are never tried again.
create table ledger_burnt (
    id text not null primary key,
    why bigint not null,
    at bigint not null
);

-- A bank's reference is the evidence of one transfer on its account.
create table ledger_references (
    account text not null references ledger_accounts (id),
    reference text not null,
    transfer text not null references ledger_transfers (id),
    primary key (account, reference)
);

-- The books and the banks: what is looked for in the books by its purpose.

create index ledger_accounts_of_purpose on ledger_accounts (purpose, id);

-- Documents for a bank. Approval holds the money without an end; the bank's answer posts it or gives
-- it back.
create table payment_orders (
    id text not null primary key,
    reference text not null unique,
    bank text not null references ledger_accounts (id),
    account text not null references ledger_accounts (id),
    owner text not null references organisations (id),
    currency text not null,
    amount bigint not null check (amount > 0),
    payee text not null,
    -- Empty where it goes back to where a payment came from.
    payee_account text not null,
    payee_bank text not null,
    -- The bank's reference of the payment that it returns; empty for none.
    source text not null,
    purpose text not null,
    subject text not null,
    state text not null check (state in ('drafted', 'approved', 'sent', 'acknowledged', 'in-doubt',
        'executed', 'rejected', 'dropped')),
    -- Empty before approval.
    hold text not null,
    drafted_by text not null,
    drafted_at bigint not null,
    approved_by text not null,
    approved_at bigint not null,
    -- 0 for not yet.
    sent_at bigint not null,
    moved_at bigint not null,
    due_on text not null,
    -- Who looks after it; empty for nobody yet.
    keeper text not null,
    bank_reference text not null,
    reason text not null,
    version bigint not null check (version > 0),
    gate text not null,
    constraint payment_orders_go_somewhere check (payee_account <> '' or source <> ''),
    constraint payment_orders_by_two_people check (approved_by = '' or approved_by <> drafted_by),
    constraint payment_orders_hold_money check
        (state in ('drafted', 'dropped') or (approved_by <> '' and hold <> '')),
    constraint payment_orders_by_the_banks_word check (state <> 'executed' or bank_reference <> '')
);
create index payment_orders_open on payment_orders (due_on, id)
    where state in ('drafted', 'approved', 'sent', 'acknowledged', 'in-doubt');
create index payment_orders_of_bank on payment_orders (bank, state);
create index payment_orders_of_owner on payment_orders (owner, id);
create unique index payment_orders_hold on payment_orders (hold) where hold <> '';

-- Statements that a bank sent, and their lines.
create table bank_statements (
    id text not null primary key,
    account text not null references ledger_accounts (id),
    -- Of the file and the place of the statement in it.
    digest text not null,
    name text not null,
    number text not null,
    -- What the bank says stood at its end; nothing of it where it does not say so.
    has_closing boolean not null,
    closing bigint not null,
    closing_on text not null,
    n_lines bigint not null,
    state text not null check (state in ('brought', 'taken', 'dropped')),
    -- What is recorded less what the bank says, once it is taken.
    difference bigint not null,
    brought_by text not null,
    brought_at bigint not null,
    taken_at bigint not null
);
create unique index bank_statements_once on bank_statements (account, digest)
    where state <> 'dropped';
create index bank_statements_of_account on bank_statements (account, closing_on, id);

create table bank_lines (
    statement text not null references bank_statements (id),
    n bigint not null,
    account text not null,
    -- Evidence once and for ever: the bank's own, or the statement's number and the place in it.
    reference text not null,
    value_date text not null,
    -- Above zero what came in, below zero what went out.
    amount bigint not null,
    payer_order text not null,
    counterparty text not null,
    counterparty_account text not null,
    remittance text not null,
    -- Brought; recorded by some transfer; put aside; settled by hand; seen before.
    state text not null check (state in ('brought', 'recorded', 'aside', 'settled', 'seen')),
    -- The transfer that has its reference; empty for none.
    transfer text not null,
    -- The transfer that settled what was put aside, why, and by whom.
    settled text not null,
    reason text not null,
    keeper text not null,
    -- When it was put aside; 0 for never.
    aside_at bigint not null,
    primary key (statement, n)
);
create index bank_lines_of_reference on bank_lines (account, reference);
create index bank_lines_aside on bank_lines (aside_at, statement, n) where state = 'aside';
create index bank_lines_brought on bank_lines (statement, n) where state = 'brought';

-- The last day of the last sealed month of a book; who writes into an earlier month takes this row first.
create table ledger_sealing (
    book text not null primary key,
    -- Empty for none.
    through text not null
);

-- Nothing here is ever changed or deleted.
create table ledger_seals (
    book text not null,
    -- `2026-03`.
    month text not null,
    through text not null,
    n_accounts bigint not null,
    -- The root of the Merkle tree over the balances, in hexadecimal, and the note that signs it.
    root text not null,
    note text not null,
    sealed_by text not null,
    sealed_at bigint not null,
    primary key (book, month)
);
create table ledger_seal_balances (
    book text not null,
    month text not null,
    account text not null references ledger_accounts (id),
    debits bigint not null check (debits >= 0),
    credits bigint not null check (credits >= 0),
    primary key (book, month, account)
);

-- How the books were found, each time they were checked.
create table ledger_checks (
    at bigint not null primary key,
    took_ms bigint not null,
    -- The faults as JSON; an empty list when all is well.
    faults text not null
);

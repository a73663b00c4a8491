-- Contracts: their versions, what happened, payments and their division, reports, registration.
-- What is decided about them is decided by the crate `contract`.

create table contracts (
    id text not null primary key,
    reference text not null constraint contracts_reference_once unique,
    -- The auction it came out of; empty for one that was drafted freely.
    lot text not null,
    listing text not null references listings (id),
    technology text not null references technologies (id),
    provider text not null references organisations (id),
    acquirer text not null references organisations (id),
    kind text not null,
    mode text not null,
    state text not null,
    -- Versions, offers, signatures.
    life text not null,
    -- Terms of the last version, and of the one that binds; empty before one does.
    terms text not null,
    bound text not null,
    template text not null,
    template_version bigint not null check (template_version >= 0),
    -- What happened to each milestone.
    happened text not null,
    filing text not null,
    filing_state text not null,
    extra text not null,
    traits text not null,
    currency text not null,
    total bigint not null check (total >= 0),
    technology_amount bigint not null check (technology_amount >= 0),
    signed_on text not null,
    -- When the open offer lapses; 0 for never.
    offer_until bigint not null,
    drafted_by text not null,
    version bigint not null check (version > 0),
    changed_at bigint not null,
    constraint contracts_between_two check (provider <> acquirer),
    constraint contracts_technology_within_total check (technology_amount <= total),
    constraint contracts_bound_once_signed check ((bound = '') = (signed_on = ''))
);
-- The winner of an auction has one contract at a time.
create unique index contracts_lot_once on contracts (lot, acquirer)
    where lot <> '' and state <> 'abandoned';
create index contracts_newest on contracts (changed_at, id);
create index contracts_of_provider on contracts (provider, changed_at);
create index contracts_of_acquirer on contracts (acquirer, changed_at);
create index contracts_of_technology on contracts (technology, id);
create index contracts_to_lapse on contracts (offer_until, id) where offer_until > 0;
create index contracts_signed on contracts (signed_on, id) where signed_on <> '';

-- Nothing in the tables below is ever changed or deleted, but for the division of a payment, which
-- is written once.
create table contract_versions (
    contract text not null references contracts (id),
    n bigint not null check (n > 0),
    digest text not null,
    terms text not null,
    document text not null,
    primary key (contract, n)
);

create table contract_moves (
    contract text not null references contracts (id),
    n bigint not null check (n > 0),
    at bigint not null,
    person text not null,
    party text not null,
    kind text not null,
    body text not null,
    primary key (contract, n)
);

create table contract_payments (
    contract text not null references contracts (id),
    n bigint not null check (n > 0),
    what text not null,
    amount bigint not null check (amount > 0),
    source text not null check (source in ('bank', 'deposit')),
    bank text not null,
    reference text not null,
    value_date text not null,
    at bigint not null,
    split text not null,
    primary key (contract, n),
    constraint contract_payments_named_by_bank check ((source = 'bank') = (bank <> ''))
);

create table contract_parts (
    owner text not null references organisations (id),
    beneficiary text not null,
    contract text not null references contracts (id),
    payment bigint not null,
    name text not null,
    is_inventor boolean not null,
    currency text not null,
    gross bigint not null check (gross >= 0),
    withheld bigint not null check (withheld >= 0),
    net bigint not null check (net >= 0),
    at bigint not null,
    primary key (contract, payment, beneficiary),
    constraint contract_parts_sum check (gross = withheld + net)
);
create index contract_parts_of_one on contract_parts (owner, beneficiary, at);

create table contract_reports (
    contract text not null references contracts (id),
    n bigint not null check (n > 0),
    period bigint not null check (period >= 0),
    report text not null,
    person text not null,
    at bigint not null,
    primary key (contract, n)
);

create table income_rules (
    organisation text not null references organisations (id),
    n bigint not null check (n > 0),
    valid_from text not null,
    source text not null,
    rules text not null,
    person text not null,
    at bigint not null,
    primary key (organisation, n)
);

create table contract_templates (
    name text not null,
    n bigint not null check (n > 0),
    source text not null,
    note text not null,
    person text not null,
    at bigint not null,
    primary key (name, n)
);

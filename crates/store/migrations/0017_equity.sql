-- Ventures: technology contributed to a company for shares, and the company's register of shares.
-- What is decided is decided by the crate `equity` over the entries of a register in their order.

create table ventures (
    id text not null primary key,
    reference text not null constraint ventures_reference_once unique,
    technology text not null references technologies (id),
    -- The institute that contributes, and the company that redevelops.
    owner text not null references organisations (id),
    company text not null references organisations (id),
    currency text not null,
    state text not null check (state in ('prepared', 'running', 'withdrawn')),
    -- Valuation and agreed contribution, and how often they or the state changed.
    plan text not null,
    version bigint not null check (version > 0),
    -- How many entries the register has, and the salted chain of digests up to the last of them.
    n_entries bigint not null check (n_entries >= 0),
    chain text not null,
    invented boolean not null,
    opened_by text not null,
    opened_at bigint not null,
    changed_at bigint not null,
    constraint ventures_chain_with_entries check ((n_entries = 0) = (chain = ''))
);
-- One company redevelops a technology once at a time.
create unique index ventures_once on ventures (technology, company) where state <> 'withdrawn';
create index ventures_of_owner on ventures (owner, id);
create index ventures_of_company on ventures (company, id);

create table venture_holders (
    venture text not null references ventures (id),
    n bigint not null check (n > 0),
    -- An organisation or a person of the city; for others the name alone.
    organisation text not null,
    person text not null,
    name_en text not null,
    name_zh text not null,
    is_state boolean not null,
    entered_at bigint not null,
    primary key (venture, n),
    constraint venture_holders_one_of check (organisation = '' or person = '')
);
create index venture_holders_of_organisation on venture_holders (organisation, venture);
create index venture_holders_of_person on venture_holders (person, venture);

-- Nothing here is ever changed or deleted.
create table venture_entries (
    venture text not null references ventures (id),
    n bigint not null check (n > 0),
    on_day text not null,
    kind text not null,
    event text not null,
    salt text not null,
    chain text not null,
    act text not null,
    person text not null,
    at bigint not null,
    primary key (venture, n)
);

-- Notices, objections, settlements, approvals: nothing here is ever changed or deleted.
create table venture_notes (
    venture text not null references ventures (id),
    n bigint not null check (n > 0),
    duty text not null,
    kind text not null check (kind in ('notice', 'objection', 'settlement', 'approval')),
    on_day text not null,
    reason text not null,
    person text not null,
    at bigint not null,
    primary key (venture, n)
);

create table venture_dividends (
    venture text not null references ventures (id),
    n bigint not null check (n > 0),
    -- The entry of the register at whose table it was divided, and the moment.
    entry bigint not null check (entry >= 0),
    declared text not null,
    total bigint not null check (total > 0),
    person text not null,
    at bigint not null,
    primary key (venture, n)
);

create table venture_payments (
    venture text not null,
    dividend bigint not null,
    holder bigint not null,
    gross bigint not null check (gross > 0),
    withheld bigint not null check (withheld >= 0),
    net bigint not null,
    primary key (venture, dividend, holder),
    constraint venture_payments_of_dividend
        foreign key (venture, dividend) references venture_dividends (venture, n),
    constraint venture_payments_sum check (gross = withheld + net and net >= 0)
);

-- Rows of law with their days and sources, as the office last set them.
create table venture_rules (
    n bigint not null primary key check (n > 0),
    rules text not null,
    person text not null,
    at bigint not null
);

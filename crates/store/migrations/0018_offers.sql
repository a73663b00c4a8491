-- What is published of processes as open data: each release as it was told once.

create table published_processes (
    -- The part of the ocid behind the prefix: the reference of the thing.
    number text not null primary key,
    ocid text not null constraint published_processes_ocid_once unique,
    kind text not null,
    -- The id of the lot or offer.
    thing text not null constraint published_processes_thing_once unique,
    -- A process is shown with its technology or not at all.
    technology text not null references technologies (id),
    -- The language of plain fields; it never changes.
    lang text not null,
    -- The ocid of the attempt before this one; empty for the first.
    former text not null,
    n_releases bigint not null check (n_releases > 0),
    -- The tag of the last release.
    tag text not null,
    title_en text not null,
    title_zh text not null,
    changed_at bigint not null
);
create index published_processes_newest on published_processes (changed_at, number);
create index published_processes_of_technology on published_processes (technology);

-- Nothing here is ever changed or deleted.
create table published_releases (
    -- The place in the feed, dense from 1.
    seq bigint not null primary key check (seq > 0),
    process text not null references published_processes (number),
    n bigint not null check (n > 0),
    id text not null constraint published_releases_id_once unique,
    at bigint not null,
    tag text not null,
    -- The step of the plain process that it tells of; never shown.
    step text not null,
    -- The release as JSON, to the byte as it was published.
    text text not null,
    constraint published_releases_in_order unique (process, n)
);

-- Deals: what comes of a listing by a fixed price, a negotiation or a notice.
create table deals (
    id text not null primary key,
    reference text not null constraint deals_reference_once unique,
    listing text not null references listings (id),
    technology text not null references technologies (id),
    owner text not null references organisations (id),
    counterparty text not null references organisations (id),
    mode text not null check (mode in ('fixed-price', 'negotiation', 'open-licence')),
    state text not null check (state in ('talking', 'reserved', 'published', 'objected', 'agreed',
        'signed', 'refused', 'expired', 'called-off')),
    is_exclusive boolean not null,
    -- What was agreed, or is asked for now.
    terms text not null,
    listing_version bigint not null check (listing_version > 0),
    until_at bigint not null,
    left_us bigint not null check (left_us >= 0),
    exclusive_until bigint not null,
    n_offers bigint not null check (n_offers >= 0),
    offered_by text not null check (offered_by in ('owner', 'counterparty')),
    reason text not null,
    version bigint not null check (version > 0),
    opened_by text not null,
    opened_at bigint not null,
    changed_at bigint not null,
    constraint deals_not_with_oneself check (owner <> counterparty)
);
-- An exclusive right is given to one alone.
create unique index deals_exclusive_once on deals (listing)
    where is_exclusive and state in ('talking', 'reserved', 'published', 'objected', 'agreed', 'signed');
create index deals_of_technology on deals (technology, id);
create index deals_of_owner on deals (owner, id);
create index deals_of_counterparty on deals (counterparty, id);
create index deals_due on deals (until_at, id) where state in ('talking', 'reserved', 'published');
create index deals_objected on deals (changed_at, id) where state = 'objected';

-- What was done in a deal, offers with their terms; nothing here is ever changed or deleted.
create table deal_moves (
    deal text not null references deals (id),
    n bigint not null check (n > 0),
    at bigint not null,
    kind text not null,
    -- `owner`, `counterparty`, `office`, `public` or `timer`.
    side text not null,
    person text not null,
    terms text not null,
    until_at bigint not null,
    reason text not null,
    primary key (deal, n)
);

create table open_licences (
    id text not null primary key,
    reference text not null constraint open_licences_reference_once unique,
    listing text not null references listings (id),
    technology text not null references technologies (id),
    owner text not null references organisations (id),
    state text not null check (state in ('declared', 'announced', 'withdrawn', 'lapsed')),
    terms text not null,
    report text not null,
    declared_at bigint not null,
    announced_at bigint not null,
    ended_at bigint not null,
    reason text not null,
    version bigint not null check (version > 0)
);
create unique index open_licences_technology_once on open_licences (technology)
    where state in ('declared', 'announced');
create index open_licences_of_listing on open_licences (listing, id);
create index open_licences_standing on open_licences (id) where state in ('declared', 'announced');

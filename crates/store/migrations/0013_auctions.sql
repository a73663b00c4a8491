-- Lots, bidders, bids and what became of them.
-- What is decided is decided by the crate `auction` over the entries of a lot in their order.

create table lots (
    id text not null primary key,
    reference text not null constraint lots_reference_once unique,
    listing text not null references listings (id),
    technology text not null references technologies (id),
    owner text not null references organisations (id),
    state text not null,
    -- What may be changed until the rules are frozen, and how often it was.
    terms text not null,
    terms_version bigint not null check (terms_version > 0),
    attempt bigint not null check (attempt > 0),
    -- The attempt before this one; empty for the first.
    former text not null,
    opens_at bigint not null,
    -- The canonical text of the rules and its digest; empty until they are frozen.
    rules text not null,
    digest text not null,
    -- How many entries there are, and the salted chain of digests up to the last of them.
    n_entries bigint not null check (n_entries >= 0),
    chain text not null,
    -- What everybody may see, as the last entry left it.
    price bigint,
    leader bigint,
    n_bids bigint not null check (n_bids >= 0),
    ends_at bigint not null,
    is_halted boolean not null,
    -- How it ended, as told once.
    outcome text not null,
    award text not null check (award in ('', 'best', 'standby', 'signed', 'unsuccessful')),
    award_until bigint not null,
    announced_by text not null,
    changed_at bigint not null,
    constraint lots_frozen_once_open check ((rules = '') = (digest = '')),
    constraint lots_entries_need_rules check (n_entries = 0 or rules <> '')
);
-- One attempt at a time.
create unique index lots_listing_once on lots (listing) where state in ('announced', 'open', 'sold');
create index lots_of_technology on lots (technology, id);
create index lots_to_open on lots (opens_at, id) where state = 'announced';
create index lots_to_close on lots (ends_at, id) where state = 'open';
create index lots_newest on lots (ends_at, id);

create table lot_bidders (
    lot text not null references lots (id),
    organisation text not null references organisations (id),
    -- The number under which the room knows them.
    alias bigint not null check (alias > 0),
    person text not null,
    state text not null check (state in ('asked', 'admitted', 'refused', 'excluded')),
    reason text not null,
    -- The rank of a priority right; 0 for none.
    rank bigint not null check (rank >= 0),
    -- The version of the terms that they agreed to.
    agreed bigint not null,
    -- Whether they are willing to wait as the second.
    stands_by boolean not null,
    -- Whether an entry has admitted them.
    is_entered boolean not null,
    deposit text not null check (deposit in ('none', 'held', 'released', 'applied', 'forfeited')),
    -- How often a deposit came in, and the hold of the last.
    n_deposits bigint not null check (n_deposits >= 0),
    hold text not null,
    version bigint not null check (version > 0),
    asked_at bigint not null,
    primary key (lot, organisation),
    constraint lot_bidders_alias_once unique (lot, alias),
    constraint lot_bidders_hold_once_held check (deposit <> 'held' or hold <> '')
);
create index lot_bidders_of_organisation on lot_bidders (organisation, lot);

-- Nothing here is ever changed or deleted.
create table lot_entries (
    lot text not null references lots (id),
    n bigint not null check (n > 0),
    received bigint not null,
    kind text not null,
    -- The number of the bidder; 0 for none.
    bidder bigint not null,
    person text not null,
    -- `room`, `floor` for what a clerk entered in the hall, `desk`, `timer`.
    via text not null,
    -- Entry and answer as the protocol has them, limits included.
    line text not null,
    salt text not null,
    chain text not null,
    is_accepted boolean not null,
    -- Whether the room may know of it.
    is_shown boolean not null,
    amount bigint,
    price bigint,
    leader bigint,
    ends_at bigint not null,
    primary key (lot, n)
);
create index lot_entries_of_bidder on lot_entries (lot, bidder, n);

create table lot_moves (
    lot text not null references lots (id),
    n bigint not null check (n > 0),
    at bigint not null,
    kind text not null check (kind in ('sign', 'expire', 'reject', 'leave')),
    until_at bigint not null,
    primary key (lot, n)
);

create table lot_protocols (
    lot text not null primary key references lots (id),
    text text not null,
    digest text not null,
    at bigint not null
);

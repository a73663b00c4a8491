-- Sealed bids of lots: who opens them, with which keys, and what was handed in.
-- Before the opening nothing here tells an amount: files are encrypted for the trustees.

create table lot_trustees (
    lot text not null references lots (id),
    person text not null references people (id),
    organisation text not null references organisations (id),
    -- The public half of the key for this lot, as base64.
    public_key text not null,
    registered_at bigint not null,
    -- The file with the private half, once its trustee has published it after the end; empty before.
    secret text not null,
    published_at bigint not null,
    -- How often the private half was shown too early; it was refused and not kept.
    n_early bigint not null check (n_early >= 0),
    primary key (lot, person),
    constraint lot_trustees_key_once unique (lot, public_key),
    constraint lot_trustees_told_once check ((secret = '') = (published_at = 0))
);

create table lot_sealings (
    lot text not null primary key references lots (id),
    -- The list of trustees as it was published before bidding opened, and its digest.
    list text not null,
    digest text not null,
    frozen_at bigint not null,
    opened_at bigint not null
);

create table lot_seals (
    lot text not null references lots (id),
    -- The number of the bidder, and which of its bids this is.
    bidder bigint not null check (bidder > 0),
    version bigint not null check (version > 0),
    entry bigint not null,
    received bigint not null,
    commitment text not null,
    state text not null
        check (state in ('standing', 'replaced', 'taken-back', 'excluded', 'opened', 'failed')),
    -- Why it did not open; empty otherwise.
    reason text not null,
    -- Known from the opening on.
    amount bigint,
    primary key (lot, bidder, version),
    constraint lot_seals_entry_once unique (lot, entry),
    constraint lot_seals_amount_once_open check ((amount is not null) = (state = 'opened')),
    constraint lot_seals_reason_where_failed check ((reason <> '') = (state = 'failed'))
);
create unique index lot_seals_one_stands on lot_seals (lot, bidder) where state = 'standing';

-- The files, apart from what is said of them: no backup that an operator can read holds them.
create table lot_seal_files (
    lot text not null,
    bidder bigint not null,
    version bigint not null,
    file text not null,
    primary key (lot, bidder, version)
);

-- Lots with a falling price: when the timer looks at them next.
create table lot_falls (
    lot text not null primary key references lots (id),
    look_at bigint not null
);
create index lot_falls_due on lot_falls (look_at, lot);

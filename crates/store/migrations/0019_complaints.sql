-- Complaints against auctions: while one stands, the lot or its award stands still.

create table lot_complaints (
    id text not null primary key,
    lot text not null references lots (id),
    organisation text not null references organisations (id),
    person text not null,
    text text not null,
    state text not null check (state in
        ('pending', 'accepted', 'satisfied', 'resolved', 'declined', 'invalid', 'withdrawn')),
    reply text not null,
    lodged_at bigint not null,
    -- Since when the award has stood still without a break, and since when the lot itself has.
    stands_since bigint not null,
    stopped_since bigint,
    changed_at bigint not null,
    version bigint not null check (version > 0)
);
create index lot_complaints_of_lot on lot_complaints (lot, lodged_at);
-- One open complaint of an organisation against a lot.
create unique index lot_complaints_once on lot_complaints (lot, organisation)
    where state in ('pending', 'accepted', 'satisfied');

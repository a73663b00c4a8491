-- Lots in rounds and in events, and what is decided after them.

-- Which keys were called in by letter, and for which end: each call once.
create table lot_calls (
    lot text not null references lots (id),
    kind text not null check (kind in ('register', 'publish', 'deadline')),
    ends_at bigint not null,
    primary key (lot, kind, ends_at)
);

-- Cancellations that wait for appeals, take effect, or fell by one. Nothing is ever deleted.
create table lot_cancellations (
    lot text not null references lots (id),
    n bigint not null check (n > 0),
    why text not null,
    -- What everybody reads.
    grounds text not null,
    asked_by text not null,
    asked_at bigint not null,
    until_at bigint not null,
    state text not null check (state in ('pending', 'active', 'unsuccessful')),
    ended_at bigint not null,
    primary key (lot, n)
);
create unique index lot_cancellations_pending_once on lot_cancellations (lot) where state = 'pending';
create index lot_cancellations_due on lot_cancellations (until_at, lot) where state = 'pending';

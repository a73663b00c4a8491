-- Days that the city names beside the public calendar, and time limits that move with them.

-- Nothing in these two tables is ever changed or deleted: the calendar is what its changes say, in
-- their order.
create table workday_changes (
    n bigint not null primary key check (n > 0),
    at bigint not null,
    person text not null,
    day text not null,
    becomes text not null check (becomes in ('rest', 'work', 'usual')),
    reason_en text not null,
    reason_zh text not null
);

create table lot_recounts (
    lot text not null references lots (id),
    -- The change that was followed.
    n bigint not null references workday_changes (n),
    at bigint not null,
    before_at bigint not null,
    after_at bigint not null,
    primary key (lot, n)
);
create index lot_recounts_of_change on lot_recounts (n, lot);

-- The last change that the time to sign was counted with.
alter table lots add column days_seen bigint not null default 0;
create index lots_to_recount on lots (days_seen, id) where state = 'sold';

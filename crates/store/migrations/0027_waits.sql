-- Wait lists, offers, queues, notices of freed time, transfers.
-- Wishes for time lie in `booking_wishes` and the time of an offer in `booking_times`.

-- Time that became free and that nobody who waits was asked about yet. A row comes in the commit that
-- freed the time, and goes in the one that offers it: so nothing is offered twice or forgotten.
create table freed_times (
    id text not null primary key,
    instrument text not null references instruments (id),
    starts_at bigint not null,
    ends_at bigint not null,
    -- Whether those who want to hear of freed time are told; not where somebody only began to wait.
    is_told boolean not null,
    freed_at bigint not null,
    constraint freed_times_forward check (starts_at < ends_at)
);
create index freed_times_in_order on freed_times (freed_at, id);

-- Who wants to hear of freed time on an instrument.
create table freed_watches (
    instrument text not null references instruments (id),
    person text not null,
    -- The least that is worth a letter, how far ahead, and between which minutes of the day of the site.
    least_minutes bigint not null check (least_minutes > 0),
    days_ahead bigint not null check (days_ahead > 0),
    from_minute bigint not null check (from_minute between 0 and 1440),
    to_minute bigint not null check (to_minute between 0 and 1440),
    made_at bigint not null,
    primary key (instrument, person)
);
create index freed_watches_of_person on freed_watches (person, instrument);

-- The first right to other time of somebody whose booking an outage displaced: a wish with a place
-- before all others, whose offer stands until then.
create table first_rights (
    wish text not null primary key references booking_wishes (id),
    booking text not null constraint first_rights_once unique references bookings (id),
    until_at bigint not null
);
create index first_rights_by_end on first_rights (until_at, wish);

-- Places in the live queue of an instrument.
create table queue_turns (
    id text not null primary key,
    instrument text not null references instruments (id),
    person text not null,
    -- Lower comes first; staff may change it, with a reason that stands in the log.
    place bigint not null check (place > 0),
    state text not null check (state in ('waiting', 'called', 'served', 'left', 'expired')),
    joined_at bigint not null,
    called_until bigint not null,
    version bigint not null check (version > 0),
    constraint queue_turns_called check (state <> 'called' or called_until > 0)
);
-- One place for each person in a queue.
create unique index queue_turns_once on queue_turns (instrument, person)
    where state in ('waiting', 'called');
create index queue_turns_of_instrument on queue_turns (instrument, place, id)
    where state in ('waiting', 'called');
create index queue_turns_of_person on queue_turns (person, id);

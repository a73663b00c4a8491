-- Hidden reserves, and events of several lots.

-- Reserves that nobody knows before the end: sealed with the city's keys, so that the rows alone tell
-- nothing; sum and salt stand here once they are revealed.
create table lot_reserves (
    lot text not null primary key references lots (id),
    sealed text not null,
    reserve bigint,
    salt text not null,
    constraint lot_reserves_revealed_whole check ((reserve is null) = (salt = ''))
);

-- Events at which several lots are auctioned one after the other.
create table lot_events (
    id text not null primary key,
    reference text not null constraint lot_events_reference_once unique,
    name_en text not null,
    name_zh text not null,
    text_en text not null,
    text_zh text not null,
    place_en text not null,
    place_zh text not null,
    state text not null check (state in ('announced', 'withdrawn')),
    version bigint not null check (version > 0),
    made_by text not null,
    made_at bigint not null,
    changed_at bigint not null
);

-- A lot is in one event at most, and has one place in it.
create table lot_event_lots (
    event text not null references lot_events (id),
    place bigint not null check (place > 0),
    lot text not null constraint lot_event_lots_once unique references lots (id),
    primary key (event, place)
);

-- Who controls whom, on which grounds, from when until when; an end of 0 stands.
create table organisation_controls (
    organisation text not null references organisations (id),
    controller text not null references organisations (id),
    grounds text not null,
    entered_by text not null,
    entered_at bigint not null,
    ended_by text not null,
    ended_at bigint not null,
    primary key (organisation, controller, entered_at),
    constraint organisation_controls_two check (organisation <> controller)
);
create unique index organisation_controls_stand_once on organisation_controls (organisation, controller)
    where ended_at = 0;

-- What is lent with a booking, and the rooms that instruments stand in.

-- Names of accessories as the instrument's sheet has them, with how many.
alter table bookings add column accessories text not null default '[]';

-- Rooms of an owner: with people at most, hours, and perhaps a room around them.
create table areas (
    id text not null primary key,
    owner text not null references organisations (id),
    name_en text not null,
    name_zh text not null,
    -- People at once; 0 is without a bound.
    capacity bigint not null check (capacity >= 0),
    -- The room around it; may be empty.
    parent text not null check (parent <> id),
    -- Opening hours of the week; no window at all is always open.
    hours text not null,
    counts_staff boolean not null,
    -- Whether whoever works in it books the room itself too.
    needs_booking boolean not null,
    -- People who have to be in it before work begins, with whoever begins; 0 and 1 ask nothing.
    least_present bigint not null check (least_present >= 0),
    version bigint not null check (version > 0),
    changed_by text not null,
    changed_at bigint not null
);
create index areas_of_owner on areas (owner, id);
create index areas_within on areas (parent, id) where parent <> '';

-- In which room an instrument stands; may be empty.
alter table instruments add column area text not null default '';
create index instruments_of_area on instruments (area, id) where area <> '';

-- Who may enter a room while it is closed. A row goes when that is withdrawn; the log has both.
create table area_entrants (
    area text not null references areas (id),
    person text not null,
    reason text not null,
    granted_by text not null,
    granted_at bigint not null,
    primary key (area, person)
);
create index area_entrants_of_person on area_entrants (person, area);

create table area_bookings (
    id text not null primary key,
    area text not null references areas (id),
    person text not null,
    state text not null check (state in ('confirmed', 'cancelled')),
    starts_at bigint not null,
    ends_at bigint not null,
    version bigint not null check (version > 0),
    made_at bigint not null,
    changed_at bigint not null,
    constraint area_bookings_forward check (starts_at < ends_at)
);
create index area_bookings_live on area_bookings (area, ends_at, starts_at) where state = 'confirmed';
create index area_bookings_of_person on area_bookings (person, ends_at, starts_at);

-- Who is in a room, and was.
create table area_presences (
    area text not null references areas (id),
    person text not null,
    entered_at bigint not null,
    left_at bigint,
    primary key (area, person, entered_at)
);
create unique index area_presences_now on area_presences (area, person) where left_at is null;
create index area_presences_of_person on area_presences (person, entered_at);

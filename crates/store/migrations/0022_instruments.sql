-- Instruments, what they measure, who answers for them; standards by which is tested.

create table instruments (
    id text not null primary key,
    reference text not null constraint instruments_reference_once unique,
    owner text not null references organisations (id),
    -- `hidden`, `listed` or `retired`, as it follows from the two columns below.
    state text not null check (state in ('hidden', 'listed', 'retired')),
    is_hidden boolean not null,
    -- The day it went out of use; empty while it is in use.
    retired_on text not null,
    gate text not null,
    version bigint not null check (version > 0),
    name_en text not null,
    name_zh text not null,
    model text not null,
    class text not null,
    -- The inventory number, its identity within the owner; may be empty.
    asset text not null,
    mode text not null check (mode in ('bookings', 'queue', 'hybrid', 'samples', 'not-shared')),
    seats bigint not null check (seats > 0),
    -- The group within the owner whose settings it inherits; may be empty.
    belongs_to text not null,
    condition text not null,
    is_special boolean not null,
    value_minor bigint,
    currency text not null,
    zone text not null,
    latitude_e6 bigint,
    longitude_e6 bigint,
    -- The instrument that it is a part of; may be empty.
    parent text not null,
    -- The first picture; may be empty.
    picture text not null,
    -- Everything its owner's staff writes.
    sheet text not null,
    -- The folded texts in which is looked.
    names text not null,
    measures text not null,
    rest text not null,
    standards text not null,
    changed_at bigint not null,
    constraint instruments_point_whole check ((latitude_e6 is null) = (longitude_e6 is null)),
    constraint instruments_state_follows check (
        (state = 'hidden') = is_hidden
        and (is_hidden or (state = 'retired') = (retired_on <> ''))
    )
);
create unique index instruments_asset_once on instruments (owner, asset) where asset <> '';
create index instruments_of_owner on instruments (owner, id);
create index instruments_of_state on instruments (state, id);
create index instruments_of_parent on instruments (parent, id) where parent <> '';

create table instrument_versions (
    instrument text not null references instruments (id),
    version bigint not null check (version > 0),
    state text not null,
    gate text not null,
    sheet text not null,
    digest text not null,
    person text not null,
    act text not null,
    at bigint not null,
    primary key (instrument, version)
);

-- Who operates it: the staff of the instrument.
create table instrument_operators (
    instrument text not null references instruments (id),
    person text not null,
    primary key (instrument, person)
);
create index instrument_operators_of_person on instrument_operators (person, instrument);

-- Which standards it serves, by the number as it is compared.
create table instrument_standards (
    instrument text not null references instruments (id),
    standard text not null,
    primary key (instrument, standard)
);
create index instrument_standards_of_standard on instrument_standards (standard, instrument);

-- Names of the classes below the first level, as a file brought them.
create table instrument_classes (
    code text not null primary key,
    name_en text not null,
    name_zh text not null,
    is_invented boolean not null
);

create table standards (
    id text not null primary key,
    -- As it is compared: `GB/T 19077-2016`.
    number text not null constraint standards_number_once unique,
    title_en text not null,
    title_zh text not null,
    state text not null check (state in ('coming', 'in-force', 'superseded', 'withdrawn')),
    published_on text not null,
    in_force_on text not null,
    ended_on text not null,
    -- The number of the standard that takes its place; may be empty.
    successor text not null,
    issuer text not null,
    scope_en text not null,
    scope_zh text not null,
    invented boolean not null,
    version bigint not null check (version > 0),
    changed_at bigint not null
);
create index standards_of_successor on standards (successor, number);

-- Who is told of changes of a standard.
create table standard_followers (
    standard text not null references standards (id),
    person text not null,
    since_at bigint not null,
    primary key (standard, person)
);
create index standard_followers_of_person on standard_followers (person, standard);

-- Upkeep of instruments: what is done at them in a rhythm, what was done, and what people found wrong.

-- What is to be done at an instrument, and by which day next.
create table upkeep_plans (
    id text not null primary key,
    instrument text not null references instruments (id),
    kind text not null check (kind in ('calibration', 'maintenance', 'check')),
    title text not null,
    -- 0 where it is done once.
    every_months bigint not null check (every_months between 0 and 120),
    -- Empty where it was done once and comes no more.
    due_on text not null,
    version bigint not null,
    -- 0 while it stands.
    ended_at bigint not null
);
create index upkeep_plans_of_instrument on upkeep_plans (instrument, due_on, id);
create index upkeep_plans_due on upkeep_plans (due_on, id) where ended_at = 0 and due_on <> '';

-- What was done; of a calibration with its certificate. A row is never changed: the one entered last for
-- a day counts.
create table upkeep_records (
    id text not null primary key,
    instrument text not null references instruments (id),
    -- Empty where no plan asked for it.
    plan text not null,
    kind text not null check (kind in ('calibration', 'maintenance', 'check')),
    done_on text not null,
    done_by text not null,
    certificate text not null,
    -- The last day on which a certificate counts; empty where it names none.
    valid_until text not null,
    note text not null,
    recorded_by text not null,
    recorded_at bigint not null,
    constraint upkeep_records_in_order check (valid_until = '' or valid_until >= done_on)
);
create index upkeep_records_of_instrument on upkeep_records (instrument, kind, done_on, recorded_at);
create index upkeep_records_ending on upkeep_records (valid_until, id) where valid_until <> '';

-- What somebody found wrong with an instrument, and what its people answered.
create table instrument_faults (
    id text not null primary key,
    instrument text not null references instruments (id),
    person text not null,
    said text not null,
    -- Whether nothing can be done with it, as they say.
    is_stopped boolean not null,
    reported_at bigint not null,
    state text not null check (state in ('open', 'mended', 'dismissed')),
    version bigint not null,
    answer text not null,
    -- Empty and 0 while it is open.
    settled_by text not null,
    settled_at bigint not null,
    constraint instrument_faults_whole check ((state = 'open') = (settled_at = 0))
);
create index instrument_faults_of_instrument on instrument_faults (instrument, reported_at, id);
create index instrument_faults_open on instrument_faults (instrument) where state = 'open';
create index instrument_faults_of_person on instrument_faults (person, reported_at);

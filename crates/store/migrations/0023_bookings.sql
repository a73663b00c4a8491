-- Bookings of instruments, their rules, what stands in their way.
-- What is decided is decided by the crate `instruments`; here it is asserted once more that no time of
-- a seat is given twice.

-- What a level sets: the platform (an empty thing), a unit, a group of a unit (`unit/group`), an
-- instrument.
create table booking_rules (
    level text not null check (level in ('platform', 'unit', 'group', 'instrument')),
    thing text not null,
    rules text not null,
    version bigint not null check (version > 0),
    changed_by text not null,
    changed_at bigint not null,
    primary key (level, thing)
);

create table bookings (
    id text not null primary key,
    reference text not null constraint bookings_reference_once unique,
    instrument text not null references instruments (id),
    -- Whose it is, and for which organisation; the second may be empty.
    person text not null,
    organisation text not null,
    booked_by text not null,
    state text not null check (state in ('pending', 'confirmed', 'in_use', 'finished', 'cancelled',
        'cancelled_late', 'displaced', 'missed', 'declined', 'withdrawn', 'lapsed')),
    version bigint not null check (version > 0),
    -- Grows with each change of time or state: what calendars compare.
    sequence bigint not null check (sequence >= 0),
    starts_at bigint not null,
    ends_at bigint not null,
    setup_minutes bigint not null check (setup_minutes >= 0),
    cleanup_minutes bigint not null check (cleanup_minutes >= 0),
    purpose text not null,
    project text not null,
    -- The repetition it was made by; may be empty.
    series text not null,
    is_detached boolean not null,
    -- The problems that somebody is asked to let pass, those that staff let pass, and why.
    asked text not null,
    passed text not null,
    reason text not null,
    -- Until when a request waits for an answer; 0 where none is asked for.
    decide_by bigint not null,
    -- Minutes given up so late that they may be charged.
    late_minutes bigint not null check (late_minutes >= 0),
    -- To whom it is offered; may be empty.
    offered_to text not null,
    made_at bigint not null,
    changed_at bigint not null,
    constraint bookings_forward check (starts_at < ends_at),
    constraint bookings_pending_is_decided check (state <> 'pending' or decide_by > 0)
);
create index bookings_of_instrument on bookings (instrument, starts_at, ends_at);
create index bookings_of_person on bookings (person, ends_at);
create index bookings_of_organisation on bookings (organisation, ends_at) where organisation <> '';
create index bookings_of_project on bookings (project, ends_at) where project <> '';
create index bookings_of_series on bookings (series, starts_at) where series <> '';
create index bookings_by_start on bookings (starts_at, ends_at, instrument);
-- The few that a window of a week before the start would not find.
create index bookings_long on bookings (ends_at, starts_at) where ends_at - starts_at > 691200000000;
create index bookings_to_decide on bookings (decide_by, id) where state = 'pending';
create index bookings_to_miss on bookings (starts_at, id) where state = 'confirmed';
create index bookings_offered on bookings (offered_to, id) where offered_to <> '';

-- What a booking was before a change. Nothing here is ever changed.
create table booking_versions (
    booking text not null references bookings (id),
    version bigint not null check (version > 0),
    state text not null,
    person text not null,
    starts_at bigint not null,
    ends_at bigint not null,
    reason text not null,
    changed_at bigint not null,
    primary key (booking, version)
);

-- Time that is taken, seat by seat, with its buffers: of bookings that hold it, and of offers to
-- people who wait. Rows come and go and are never changed.
create table booking_times (
    instrument text not null references instruments (id),
    seat bigint not null check (seat > 0),
    starts_at bigint not null,
    ends_at bigint not null,
    -- The booking or the wish.
    holder text not null,
    primary key (instrument, seat, starts_at),
    constraint booking_times_forward check (starts_at < ends_at)
);
create index booking_times_of_holder on booking_times (holder);
create index booking_times_by_end on booking_times (instrument, ends_at, starts_at);
create index booking_times_of_all on booking_times (ends_at, starts_at, instrument);

-- One key of text holds instrument, seat and moment, so that ranges of one seat alone can meet and no
-- extension is needed.
@postgres create type booking_time_range as range (subtype = text, collation = "C");
@postgres alter table booking_times add constraint booking_times_never_overlap exclude using gist (
    booking_time_range(
        instrument || '/' || lpad(seat::text, 6, '0') || '/' || lpad(starts_at::text, 19, '0'),
        instrument || '/' || lpad(seat::text, 6, '0') || '/' || lpad(ends_at::text, 19, '0'), '[)')
    with &&);
-- The rows of a seat never overlap, so that the last one that begins before the new end is the only
-- one that can meet it.
@sqlite create trigger booking_times_never_overlap before insert on booking_times
begin
    select raise(abort, 'booking_times_never_overlap')
    where (select t.ends_at from booking_times t
           where t.instrument = new.instrument and t.seat = new.seat and t.starts_at < new.ends_at
           order by t.starts_at desc limit 1) > new.starts_at\;
end;
@sqlite create trigger booking_times_never_change before update on booking_times
begin
    select raise(abort, 'booking_times_never_overlap')\;
end;

create table outages (
    id text not null primary key,
    instrument text not null references instruments (id),
    kind text not null check (kind in ('maintenance', 'calibration', 'repair', 'supply', 'training', 'other')),
    reach text not null check (reach in ('whole', 'part')),
    title text not null,
    starts_at bigint not null,
    ends_at bigint not null,
    is_planned boolean not null,
    -- The outage of what this instrument needs, from which this one follows; may be empty.
    cause text not null,
    declared_by text not null,
    version bigint not null check (version > 0),
    made_at bigint not null,
    constraint outages_forward check (starts_at <= ends_at)
);
create index outages_of_instrument on outages (instrument, ends_at);
create index outages_of_cause on outages (cause, id) where cause <> '';
create index outages_by_end on outages (ends_at, starts_at);

create table qualifications (
    instrument text not null references instruments (id),
    person text not null,
    grade text not null check (grade in ('supervised', 'office_hours', 'full')),
    way text not null check (way in ('course', 'exam', 'supervised_uses', 'accepted', 'staff')),
    granted_at bigint not null,
    last_use_at bigint,
    lives_days bigint not null check (lives_days >= 0),
    ends_at bigint,
    withdrawn_at bigint,
    -- The hours in which it counts.
    hours text not null,
    reason text not null,
    granted_by text not null,
    version bigint not null check (version > 0),
    primary key (instrument, person)
);
create index qualifications_of_person on qualifications (person, instrument);

-- Courses at a site that somebody has done, by the owner's code.
create table booking_trainings (
    owner text not null references organisations (id),
    code text not null,
    person text not null,
    done_at bigint not null,
    ends_at bigint,
    granted_by text not null,
    primary key (person, owner, code)
);

-- Who may not book for a time; the thing is as in `booking_rules`.
create table booking_blocks (
    level text not null check (level in ('platform', 'unit', 'group', 'instrument')),
    thing text not null,
    person text not null,
    until_at bigint,
    reason text not null,
    blocked_by text not null,
    at bigint not null,
    primary key (person, level, thing)
);

create table booking_wishes (
    id text not null primary key,
    person text not null,
    organisation text not null,
    -- The class's place in the order; lower comes first.
    priority bigint not null check (priority >= 0),
    starts_at bigint not null,
    ends_at bigint not null,
    minutes bigint not null check (minutes > 0),
    is_at_once boolean not null,
    state text not null check (state in ('waiting', 'offered', 'served', 'left', 'expired')),
    -- The codes for which it was passed over last.
    told text not null,
    offered_on text not null,
    offer_starts_at bigint not null,
    offer_ends_at bigint not null,
    offered_until bigint not null,
    joined_at bigint not null,
    version bigint not null check (version > 0),
    constraint booking_wishes_forward check (starts_at < ends_at)
);
create index booking_wishes_of_person on booking_wishes (person, id);
create index booking_wishes_to_expire on booking_wishes (offered_until, id) where state = 'offered';
create index booking_wishes_waiting on booking_wishes (ends_at, id) where state = 'waiting';

create table booking_wish_instruments (
    wish text not null references booking_wishes (id),
    instrument text not null references instruments (id),
    primary key (wish, instrument)
);
create index booking_wish_instruments_of_instrument on booking_wish_instruments (instrument, wish);

-- Addresses of calendars: whoever has one sees what its person may see now.
create table calendar_links (
    id text not null primary key,
    digest text not null constraint calendar_links_digest_once unique,
    kind text not null check (kind in ('own', 'instrument', 'unit')),
    -- The instrument or unit; empty for the own bookings.
    thing text not null,
    person text not null,
    name text not null,
    made_at bigint not null,
    revoked_at bigint,
    used_at bigint
);
create index calendar_links_of_person on calendar_links (person, id);

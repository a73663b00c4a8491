-- What ties bookings to uses and charges: how a booking ended, what it cost without a use.

-- How a booking ended. A row is written when its use ends, or when a lost one is settled, and again
-- when somebody else booked some of the lost time.
create table booking_ends (
    booking text not null primary key references bookings (id),
    instrument text not null references instruments (id),
    starts_at bigint not null,
    ends_at bigint not null,
    -- How its use kept to it; empty where nobody came.
    kept text not null check (kept in ('', 'normal', 'late', 'left_early', 'overtime',
        'late_and_left_early', 'late_and_overtime')),
    -- The line that charges it without a use; empty for none.
    fee text not null,
    -- Minutes that somebody else booked of what was lost.
    resold_minutes bigint not null check (resold_minutes >= 0),
    settled_at bigint not null,
    constraint booking_ends_forward check (starts_at < ends_at)
);
create index booking_ends_with_fee on booking_ends (ends_at, booking) where fee <> '';
create index bookings_lost on bookings (changed_at, id) where state in ('missed', 'cancelled_late');
create index uses_of_booking on uses (booking, started_at) where booking <> '';
create index voucher_redemptions_held on voucher_redemptions (subject) where stage = 'held';

-- Wishes to be trained: at the instrument itself (an empty course), or in a course of its owner. One
-- row for each wish; asking again after an answer begins it anew.
create table training_requests (
    instrument text not null references instruments (id),
    person text not null,
    course text not null,
    note text not null,
    state text not null check (state in ('asked', 'done', 'declined', 'withdrawn')),
    answer text not null,
    answered_by text not null,
    asked_at bigint not null,
    answered_at bigint,
    primary key (instrument, person, course)
);
create index training_requests_asked on training_requests (instrument, asked_at) where state = 'asked';
create index training_requests_of_person on training_requests (person, instrument);

-- Who has read what a user of an instrument must have read; the digest is of its text.
create table notice_confirmations (
    instrument text not null references instruments (id),
    person text not null,
    digest text not null,
    at bigint not null,
    primary key (instrument, person)
);

-- What switches an instrument on.
create table instrument_relays (
    instrument text not null primary key references instruments (id),
    relay text not null,
    set_by text not null,
    set_at bigint not null
);

-- Relays that did not do as they were told, and uses that staff let begin without them.
create table relay_problems (
    id text not null primary key,
    instrument text not null references instruments (id),
    person text not null,
    kind text not null check (kind in ('on', 'off', 'bypass')),
    said text not null,
    at bigint not null,
    settled_by text not null,
    settled_at bigint,
    note text not null
);
create index relay_problems_open on relay_problems (instrument, at) where settled_at is null;

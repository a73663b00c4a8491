-- What people say of their uses, who agrees to a booking one after the other, and ends that are told of
-- beforehand.

-- Of whom an answer is asked as their use ends, and what they answered.
create table use_feedback (
    use_id text not null primary key references uses (id),
    instrument text not null references instruments (id),
    unit text not null references organisations (id),
    person text not null,
    asked_at bigint not null,
    -- 0 until they answer.
    answered_at bigint not null,
    -- Empty until they answer.
    opinion text not null,
    is_in_order boolean not null,
    -- What was wrong, and what else they say.
    problem text not null,
    note text not null,
    constraint use_feedback_whole check ((answered_at = 0) = (opinion = ''))
);
create index use_feedback_of_person on use_feedback (person, asked_at);
create index use_feedback_due on use_feedback (person, unit, asked_at) where answered_at = 0;
create index use_feedback_of_instrument on use_feedback (instrument, answered_at);

-- Steps of a request in their order, with who agreed to each and when; and whose turn it is, empty where
-- the owner's people answer in one step.
alter table bookings add column steps text not null default '[]';
alter table bookings add column turn text not null default ''
    check (turn in ('', 'leader', 'staff', 'unit'));
create index bookings_of_leaders on bookings (organisation, decide_by) where turn = 'leader';

-- Ends of access by their day.
create index instrument_access_by_end on instrument_access (ends_at, person, owner);

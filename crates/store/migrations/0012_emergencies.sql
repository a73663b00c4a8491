-- Emergency access by two, and changes of a mail address.

-- What somebody asked for and whether it was opened; nothing is ever deleted. The constraints say
-- again what `parties::emergency` decides.
create table emergencies (
    id text not null primary key,
    person text not null references people (id),
    -- As it was typed, whether or not there is such a matter.
    reference text not null,
    reason text not null,
    hours bigint not null check (hours between 1 and 4),
    state text not null check (state in ('asked', 'withdrawn', 'refused', 'opened', 'ended')),
    asked_at bigint not null,
    -- Who opened or refused it, when, and why not; empty and 0 while nobody has.
    decided_by text not null,
    decided_at bigint not null,
    answer text not null,
    -- What was opened, whose it is, and the first moment at which it is shut; empty and 0 before.
    thing text not null,
    owner text not null,
    until_at bigint not null,
    -- Who ended it early or took it back, and when; empty and 0 while nobody has.
    ended_by text not null,
    ended_at bigint not null,
    n_looks bigint not null check (n_looks >= 0),
    -- The newest look; 0 for none.
    looked_at bigint not null,
    constraint emergencies_by_two check (decided_by <> person),
    constraint emergencies_are_decided check
        ((state in ('opened', 'ended', 'refused')) = (decided_by <> '')),
    constraint emergencies_open_something check ((state in ('opened', 'ended')) = (thing <> '')),
    constraint emergencies_end check (until_at <= decided_at + 14400000000)
);
create index emergencies_of_person on emergencies (person, asked_at, id);
create index emergencies_of_owner on emergencies (owner, asked_at, id);
create index emergencies_newest on emergencies (asked_at, id);
create index emergencies_running on emergencies (person, thing, until_at);

-- Who was told that their matter was opened, and may read by whom and why.
create table emergency_people (
    emergency text not null references emergencies (id),
    person text not null references people (id),
    primary key (emergency, person)
);
create index emergency_people_of_person on emergency_people (person, emergency);

-- The mail address that somebody wants from now on, until the link that went there is used.
create table address_changes (
    person text not null primary key references people (id),
    address text not null,
    -- SHA-256 of the secret in the link, in hexadecimal.
    digest text not null unique,
    asked_at bigint not null,
    ends_at bigint not null
);

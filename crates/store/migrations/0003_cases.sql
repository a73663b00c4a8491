-- Cases: several people taking steps on one matter, by a declared process.

create table cases (
    id text not null primary key,
    reference text not null constraint cases_reference_once unique,
    process text not null,
    state text not null,
    ending text not null,
    thing text not null,
    owner text not null references organisations (id),
    desk text not null references organisations (id),
    opener text not null references people (id),
    gate text not null references gates (gate),
    version bigint not null check (version > 0),
    running text not null,
    matter text not null,
    opened_at bigint not null,
    changed_at bigint not null,
    ended_at bigint not null check (ended_at >= 0)
);
create index cases_of_thing on cases (thing, ended_at);
create index cases_of_owner on cases (owner, changed_at, id);
create index cases_newest on cases (changed_at, id);
create index cases_of_opener on cases (opener, changed_at, id);
-- One review of a technology at a time.
create unique index cases_one_review on cases (thing) where process = 'release-review' and ended_at = 0;

create table case_tasks (
    case_id text not null references cases (id),
    task text not null,
    assignee text not null,
    opened_at bigint not null,
    due_at bigint not null,
    next_at bigint not null,
    primary key (case_id, task)
);
create index case_tasks_to_announce on case_tasks (next_at, case_id) where next_at > 0;

-- Who may take a task: a role in an organisation, or one person. Due time and gate are the case's,
-- repeated here so that a list of 50 among 10,000 needs no more than 50 rows; no deadline is the
-- end of time.
create table case_takers (
    organisation text not null,
    role text not null,
    person text not null,
    is_given boolean not null,
    due_at bigint not null,
    case_id text not null references cases (id),
    task text not null,
    gate text not null,
    primary key (case_id, task, organisation, role, person)
);
create index case_takers_of_role on case_takers (organisation, role, due_at, case_id, task, is_given, gate);
create index case_takers_of_person on case_takers (person, due_at, case_id, task, gate) where person <> '';

-- Which organisation's desk handles the cases of a process; the city's office where none is named.
create table case_desks (
    process text not null primary key,
    organisation text not null references organisations (id)
);

-- Every move of a case: steps, notes, what the clock did.
create table case_moves (
    case_id text not null references cases (id),
    n bigint not null check (n > 0),
    kind text not null,
    task text not null,
    step text not null,
    person text not null,
    on_behalf_of text not null,
    reason text not null,
    answers text not null,
    state text not null,
    act text not null,
    at bigint not null,
    primary key (case_id, n)
);
create index case_moves_of_person on case_moves (person, at) where person <> '';
-- Times of finished tasks, for the statistics of service.
create table case_times (
    process text not null,
    task text not null,
    case_id text not null,
    n bigint not null,
    owner text not null,
    desk text not null,
    closed_at bigint not null,
    days bigint not null,
    is_late boolean not null,
    primary key (case_id, n, task)
);
create index case_times_of_process on case_times (process, task, closed_at);

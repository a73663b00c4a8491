-- Tasks pass from person to person; lists of tasks by more than their due time; words of cases.

-- Who stands in for whom, for which tasks of a process, from when until when.
create table stand_ins (
    id text not null primary key,
    giver text not null references people (id),
    person text not null references people (id),
    process text not null,
    tasks text not null,
    from_at bigint not null,
    until_at bigint not null,
    created_at bigint not null,
    -- When somebody ended it early; 0 while nobody did.
    ended_at bigint not null check (ended_at >= 0),
    constraint stand_ins_of_somebody_else check (giver <> person),
    constraint stand_ins_forwards check (until_at > from_at)
);
create index stand_ins_of_person on stand_ins (person, until_at);
create index stand_ins_of_giver on stand_ins (giver, until_at);

-- Lists filter by process and may begin with what was opened first: both are the case's, repeated
-- here as the due time is, so that a list reads its index alone.
alter table case_takers add column process text not null default '';
alter table case_takers add column opened_at bigint not null default 0;
update case_takers set
    process = (select c.process from cases c where c.id = case_takers.case_id),
    opened_at = (select t.opened_at from case_tasks t
                 where t.case_id = case_takers.case_id and t.task = case_takers.task);
drop index case_takers_of_role;
drop index case_takers_of_person;
create index case_takers_of_role on case_takers
    (organisation, role, due_at, case_id, task, is_given, gate, process, opened_at);
create index case_takers_oldest_of_role on case_takers
    (organisation, role, opened_at, case_id, task, is_given, gate, process, due_at);
create index case_takers_of_person on case_takers
    (person, due_at, case_id, task, is_given, gate, process, opened_at) where person <> '';
create index case_tasks_of_assignee on case_tasks (assignee, case_id, task) where assignee <> '';
create index cases_oldest on cases (opened_at, id);

-- The words of what a case is called and of what was written to it, folded: how cases are found.
create table case_words (
    word text not null,
    case_id text not null references cases (id),
    primary key (word, case_id)
);
-- Cases from before this table get their words when the program has started.
alter table cases add column is_worded boolean not null default false;
create index cases_without_words on cases (id) where is_worded = false;

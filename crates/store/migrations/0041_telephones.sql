-- Where people can be called, as they say themselves; goes with its person.
create table telephones (
    person text not null primary key references people (id),
    telephone text not null constraint telephones_told check (telephone <> ''),
    set_at bigint not null
);

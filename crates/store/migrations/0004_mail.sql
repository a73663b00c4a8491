-- Mail: letters waiting, sent and given up.

-- A letter is made at most once for a cause and a recipient: a person's id, or an address of
-- somebody who is no person here. What it says is kept as the name of a text and its values; the
-- words are put together when it is sent.
create table letters (
    id text not null primary key,
    cause text not null,
    recipient text not null,
    lang text not null,
    kind text not null,
    content text not null,
    state text not null check (state in ('waiting', 'sent', 'given-up', 'dropped')),
    attempts bigint not null check (attempts >= 0),
    next_at bigint not null,
    ends_at bigint not null,
    error text not null,
    created_at bigint not null,
    changed_at bigint not null
);
create unique index letters_once on letters (cause, recipient);
create index letters_waiting on letters (next_at, id) where state = 'waiting';
create index letters_by_state on letters (state, id);
create index letters_of_recipient on letters (recipient, id);

-- The secret end of a link in a letter, sealed; gone when the letter is sent or given up.
create table letter_secrets (
    letter text not null primary key references letters (id),
    sealed bytes not null
);

-- Which letters a person wants otherwise than the program would send them.
create table mail_wishes (
    person text not null references people (id),
    kind text not null,
    wish text not null,
    primary key (person, kind)
);

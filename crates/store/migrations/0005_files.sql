-- Files by their content. The bytes lie in the file store under their hash; a row says what somebody
-- calls them and what they hang on. An empty thing is an upload that nothing has named yet.

create table files (
    id text not null primary key,
    hash text not null,
    size bigint not null check (size > 0),
    name text not null,
    kind text not null,
    person text not null references people (id),
    kept_at bigint not null,
    thing text not null,
    place text not null,
    owner text not null,
    named_at bigint not null check (named_at >= 0),
    check ((thing = '') = (named_at = 0))
);
create index files_of_hash on files (hash);
create index files_of_thing on files (thing, named_at, id) where thing <> '';
create index files_of_owner on files (owner, size) where owner <> '';
create index files_of_person on files (person, kept_at, id);
create index files_waiting on files (kept_at, id) where thing = '';

-- Files that are taken away because nothing names them, in the order in which that was begun: an
-- upload that began before the end of one may have lost its bytes, and says so.
create table file_sweeps (
    n bigint not null primary key,
    hash text not null,
    is_done boolean not null
);
create index file_sweeps_of_hash on file_sweeps (hash, n);

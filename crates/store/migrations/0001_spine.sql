-- The spine: people, sign-in, the log, technologies and their imports.
-- Types are text, bigint, boolean, bytes; the dialect gives each engine its own words for them.
-- Instants are microseconds UTC; civil dates YYYY-MM-DD; money minor units beside its currency.

create table city (
    id bigint not null primary key check (id = 1),
    store_id text not null,
    name_en text not null,
    name_zh text not null,
    origin text not null,
    demo boolean not null,
    secret bytes not null,
    operator text not null,
    settings text not null,
    created_at bigint not null
);

create table holds (
    name text not null primary key,
    n bigint not null
);

create table leases (
    name text not null primary key,
    holder text not null,
    epoch bigint not null,
    until bigint not null
);

create table followers (
    name text not null primary key,
    seq bigint not null,
    at bigint not null
);

create table act_keys (
    person text not null,
    act text not null,
    key text not null,
    digest text not null,
    answer text not null,
    at bigint not null,
    primary key (person, act, key)
);

create table gates (
    gate text not null primary key
);

create table organisations (
    id text not null primary key,
    reference text not null constraint organisations_reference_once unique,
    kind text not null,
    name_en text not null,
    name_zh text not null,
    short_en text not null,
    short_zh text not null,
    credit_code text not null,
    region_en text not null,
    region_zh text not null,
    about_en text not null,
    about_zh text not null,
    invented boolean not null,
    version bigint not null check (version > 0),
    created_at bigint not null,
    changed_at bigint not null
);
create unique index organisations_credit_code_once on organisations (credit_code) where credit_code <> '';

-- Other spellings under which an importer recognises an organisation, folded.
create table organisation_aliases (
    alias text not null primary key,
    organisation text not null references organisations (id)
);

create table people (
    id text not null primary key,
    email text not null constraint people_email_once unique,
    name_en text not null,
    name_zh text not null,
    lang text not null,
    state text not null check (state in ('invited', 'active', 'disabled')),
    password text not null,
    password_at bigint not null,
    invented boolean not null,
    version bigint not null check (version > 0),
    created_at bigint not null
);

create table memberships (
    id text not null primary key,
    person text not null references people (id),
    organisation text not null references organisations (id),
    role text not null,
    granted_by text not null,
    from_at bigint not null,
    until_at bigint not null check (until_at >= from_at)
);
create index memberships_of_person on memberships (person, until_at);
create index memberships_of_organisation on memberships (organisation, until_at);

create table clearances (
    person text not null primary key references people (id),
    clearance text not null,
    set_by text not null,
    set_at bigint not null
);

create table sessions (
    id text not null primary key,
    person text not null references people (id),
    secret text not null constraint sessions_secret_once unique,
    agent text not null,
    network text not null,
    created_at bigint not null,
    seen_at bigint not null,
    fresh_at bigint not null,
    ends_at bigint not null
);
create index sessions_of_person on sessions (person, ends_at);

create table tokens (
    id text not null primary key,
    person text not null references people (id),
    name text not null,
    secret text not null constraint tokens_secret_once unique,
    scopes text not null,
    created_at bigint not null,
    used_at bigint not null,
    ends_at bigint not null
);
create index tokens_of_person on tokens (person, ends_at);

-- One-time links: an invitation or a password reset.
create table one_time_links (
    secret text not null primary key,
    person text not null references people (id),
    created_at bigint not null,
    ends_at bigint not null
);

create table attempts (
    bucket text not null primary key,
    n bigint not null,
    until_at bigint not null
);

create table technologies (
    id text not null primary key,
    reference text not null constraint technologies_reference_once unique,
    owner text not null references organisations (id),
    key text not null,
    state text not null check (state in ('stub', 'drafted', 'confirmed', 'withdrawn')),
    gate text not null references gates (gate),
    version bigint not null check (version > 0),
    title_en text not null,
    title_zh text not null,
    summary_en text not null,
    summary_zh text not null,
    field text not null,
    trl bigint not null check (trl between 0 and 9),
    year bigint not null,
    right_status text not null,
    deal_modes text not null,
    digest text not null,
    source text not null,
    reason text not null,
    confirmed_at bigint not null,
    changed_at bigint not null
);
create unique index technologies_key_once on technologies (owner, key) where key <> '';
create index technologies_of_owner on technologies (owner, changed_at, id);
create index technologies_newest on technologies (state, changed_at, id);

create table technology_versions (
    technology text not null references technologies (id),
    version bigint not null,
    content text not null,
    digest text not null,
    gate text not null,
    state text not null,
    person text not null,
    act text not null,
    note text not null,
    at bigint not null,
    primary key (technology, version)
);

create table listings (
    id text not null primary key,
    reference text not null constraint listings_reference_once unique,
    technology text not null references technologies (id),
    state text not null check (state in ('offered', 'withdrawn')),
    terms text not null,
    mode text not null,
    version bigint not null check (version > 0),
    changed_at bigint not null
);
create index listings_of_technology on listings (technology, state, id);

create table imports (
    id text not null primary key,
    owner text not null references organisations (id),
    person text not null,
    files text not null,
    source text not null,
    state text not null check (state in ('staged', 'running', 'paused', 'done', 'undone')),
    choice text not null check (choice in ('all', 'good')),
    n_rows bigint not null,
    n_done bigint not null,
    counts text not null,
    created_at bigint not null,
    changed_at bigint not null
);
create index imports_of_owner on imports (owner, created_at);

create table import_rows (
    import text not null references imports (id),
    n bigint not null,
    file text not null,
    line bigint not null,
    record text not null,
    outcome text not null,
    technology text not null,
    version_before bigint not null,
    primary key (import, n)
);

create table import_problems (
    import text not null references imports (id),
    n bigint not null,
    problem text not null,
    primary key (import, n)
);

-- The log. Entries are dense from 1; a body and its salt can be erased, the entry stays.
create table log_entries (
    seq bigint not null primary key check (seq > 0),
    header text not null,
    leaf bytes not null,
    kind text not null,
    thing text not null,
    at bigint not null
);
create index log_entries_of_thing on log_entries (thing, seq);
create index log_entries_of_kind on log_entries (kind, seq);

create table log_bodies (
    seq bigint not null primary key,
    salt bytes not null,
    body text not null
);

create table log_tiles (
    level bigint not null,
    n bigint not null,
    hashes bytes not null,
    primary key (level, n)
);

create table log_checkpoints (
    size bigint not null primary key,
    root bytes not null,
    note text not null,
    at bigint not null
);

create table log_head (
    id bigint not null primary key check (id = 1),
    size bigint not null,
    root bytes not null
);

-- Events of committed acts that the sequencer has yet to number; PostgreSQL only, empty on SQLite.
create table log_inbox (
    id text not null primary key,
    ticket bigint not null,
    event text not null
);
create index log_inbox_in_order on log_inbox (ticket);
@postgres create sequence log_tickets cache 1;

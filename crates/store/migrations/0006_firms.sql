-- Firms register themselves; claims and joinings; what is known of an organisation and from where.

-- When the city's office was satisfied that the organisation is what it says; 0 before that.
alter table organisations add column verified_at bigint not null default 0;
-- The organisation into which this one was taken, or empty.
alter table organisations add column merged_into text not null default '';
-- The register that told of it, or empty; and what else that register says.
alter table organisations add column source text not null default '';
alter table organisations add column industry text not null default '';
alter table organisations add column founded_on text not null default '';
-- Whoever is here already was added by the office itself.
update organisations set verified_at = created_at;

-- Registrations whose mail address is not confirmed yet. Once it is, only the case is left.
create table applications (
    id text not null primary key,
    secret text not null constraint applications_secret_once unique,
    email text not null,
    name_en text not null,
    name_zh text not null,
    lang text not null,
    password text not null,
    matter text not null,
    case_id text not null,
    created_at bigint not null,
    ends_at bigint not null
);
create index applications_waiting on applications (ends_at, id) where case_id = '';
create index applications_of_address on applications (email);

-- Invitations into organisations, by whoever looks after them.
create table invitations (
    id text not null primary key,
    secret text not null constraint invitations_secret_once unique,
    organisation text not null references organisations (id),
    email text not null,
    role text not null,
    lang text not null,
    invited_by text not null,
    is_accepted boolean not null,
    created_at bigint not null,
    ends_at bigint not null
);
create index invitations_of_organisation on invitations (organisation, ends_at, id);
create index invitations_of_address on invitations (email);

-- What an organisation is found by: beginnings of its names and of their words, as written, in
-- pinyin, and by the initials of pinyin; and its credit code.
create table organisation_terms (
    term text not null,
    organisation text not null references organisations (id),
    primary key (term, organisation)
);
create index organisation_terms_of on organisation_terms (organisation);

-- Sign-in by an identity of another provider.

-- Who somebody is elsewhere: a subject of an issuer, linked to one person here and never found by
-- an address. `shown` is what the provider called the account, for its owner's eyes.
create table identities (
    id text not null primary key,
    person text not null references people (id),
    issuer text not null,
    subject text not null,
    shown text not null,
    linked_at bigint not null,
    used_at bigint not null
);
create unique index identities_once on identities (issuer, subject);
create index identities_of_person on identities (person, linked_at);

-- Sign-ins that came back from a provider: each comes back once. Forgotten when none could.
create table identity_returns (
    id text not null primary key,
    ends_at bigint not null
);

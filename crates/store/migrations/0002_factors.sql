-- The second factor: sealed secrets, recovery codes, sign-ins that wait for their code, and the
-- recovery of a lost factor by two administrators. And people who were erased.

create table factors (
    person text not null primary key references people (id),
    -- Sealed with a key that lies outside the rows; see app::seal.
    secret bytes not null,
    -- The highest step whose code was used: a code works once.
    last_step bigint not null,
    created_at bigint not null
);

create table recovery_codes (
    person text not null references people (id),
    digest text not null,
    used_at bigint not null,
    primary key (person, digest)
);

-- Sign-ins whose password was right and whose code has not come yet; they open nothing.
create table sign_ins (
    secret text not null primary key,
    person text not null references people (id),
    agent text not null,
    network text not null,
    n_wrong bigint not null,
    ends_at bigint not null
);
create index sign_ins_of_person on sign_ins (person);

create table factor_recoveries (
    person text not null primary key references people (id),
    started_by text not null,
    proofing text not null,
    reason text not null,
    started_at bigint not null
);

-- When a code was given in this session; 0 for never.
alter table sessions add column factor_at bigint not null default 0;
-- Up to which entry of the log somebody has read what happened to the own account.
alter table people add column notices_seq bigint not null default 0;
-- 0 for people who are here.
alter table people add column erased_at bigint not null default 0;

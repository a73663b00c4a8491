-- Saved searches with what they found, and bulletins of released results.

-- A search that one person keeps. `since_seq` is one more than the place in the log up to which it
-- was evaluated when it was saved, and 0 once the common follower has taken it over.
create table saved_searches (
    id text not null primary key,
    person text not null references people (id),
    name text not null,
    question text not null,
    frequency text not null check (frequency in ('at-once', 'daily', 'weekly')),
    state text not null check (state in ('on', 'paused')),
    since_seq bigint not null check (since_seq >= 0),
    due_at bigint not null,
    looked_at bigint not null,
    version bigint not null,
    created_at bigint not null,
    changed_at bigint not null
);
create index saved_searches_of_person on saved_searches (person, id);
create index saved_searches_due on saved_searches (due_at, id) where state = 'on';
create index saved_searches_fresh on saved_searches (id) where since_seq > 0;

-- What a search finds. What it found when it was saved has 0 as its moment; what nobody was told of
-- yet has 0 there.
create table saved_search_hits (
    search text not null references saved_searches (id),
    technology text not null references technologies (id),
    found_at bigint not null,
    told_at bigint not null,
    primary key (search, technology)
);
create index saved_search_hits_untold on saved_search_hits (search, technology) where told_at = 0;
create index saved_search_hits_newest on saved_search_hits (search, found_at, technology);

create table bulletins (
    id text not null primary key,
    reference text not null,
    owner text not null references organisations (id),
    state text not null check (state in ('draft', 'scheduled', 'sent', 'withdrawn')),
    title_en text not null,
    title_zh text not null,
    intro_en text not null,
    intro_zh text not null,
    question text not null,
    departments text not null,
    to_subscribers boolean not null,
    schedule text not null,
    due_at bigint not null,
    series text not null,
    person text not null references people (id),
    version bigint not null,
    created_at bigint not null,
    changed_at bigint not null,
    sent_at bigint not null
);
create unique index bulletins_reference_once on bulletins (reference);
create index bulletins_newest on bulletins (state, sent_at, id);
create index bulletins_due on bulletins (due_at, id) where state = 'scheduled';
create index bulletins_of_series on bulletins (series, id);

-- What was chosen; after sending, the versions that were sent.
create table bulletin_items (
    bulletin text not null references bulletins (id),
    place bigint not null,
    technology text not null references technologies (id),
    version bigint not null,
    primary key (bulletin, technology)
);

-- To whom a letter has yet to be made; nobody is left here afterwards.
create table bulletin_recipients (
    bulletin text not null references bulletins (id),
    recipient text not null,
    lang text not null,
    subscription text not null,
    organisation text not null,
    primary key (bulletin, recipient)
);

-- Letters and openings, for each organisation whose people got one; nothing about a person.
create table bulletin_counts (
    bulletin text not null references bulletins (id),
    organisation text not null,
    n_sent bigint not null check (n_sent >= 0),
    n_opened bigint not null check (n_opened >= 0 and n_opened <= n_sent),
    primary key (bulletin, organisation)
);

-- The digest of the end of a link in a letter; it goes when the link is opened for the first time.
create table bulletin_openings (
    digest text not null primary key,
    bulletin text not null references bulletins (id),
    organisation text not null
);

-- Who wants bulletins: a person's id, or an address that was confirmed.
create table bulletin_subscribers (
    id text not null primary key,
    recipient text not null,
    lang text not null,
    state text not null check (state in ('waiting', 'confirmed')),
    digest text not null,
    created_at bigint not null,
    changed_at bigint not null
);
create unique index bulletin_subscribers_once on bulletin_subscribers (recipient);
create index bulletin_subscribers_waiting on bulletin_subscribers (changed_at) where state = 'waiting';
create index bulletin_subscribers_digest on bulletin_subscribers (digest);

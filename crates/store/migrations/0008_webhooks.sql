-- Webhooks and their deliveries.

-- Where an organisation is told of changes. Its person is the one with whose rights it is judged
-- what it is told. Secrets are sealed; the one before signs too for a while. `fence` grows with
-- every lease: whoever has an older one changes nothing any more.
create table webhooks (
    id text not null primary key,
    organisation text not null references organisations (id),
    person text not null references people (id),
    url text not null,
    kinds text not null,
    state text not null check (state in ('on', 'paused', 'off')),
    reason text not null,
    sealed bytes not null,
    sealed_before bytes not null,
    before_until bigint not null,
    since_at bigint not null,
    n_failures bigint not null check (n_failures >= 0),
    failing_since bigint not null,
    rests_until bigint not null,
    fence bigint not null,
    leased_until bigint not null,
    version bigint not null,
    created_at bigint not null,
    changed_at bigint not null
);
create index webhooks_of_organisation on webhooks (organisation, id);
create index webhooks_of_person on webhooks (person, id);
create index webhooks_on on webhooks (id) where state = 'on';

-- One event for one webhook, once. Gate and state of the thing are those of the event: who may know
-- of it is judged by them and by the thing as it is now.
create table webhook_deliveries (
    id text not null primary key,
    webhook text not null references webhooks (id),
    event text not null,
    seq bigint not null,
    kind text not null,
    thing text not null,
    thing_gate text not null,
    thing_state text not null,
    state text not null check (state in ('waiting', 'delivered', 'given-up')),
    attempts bigint not null check (attempts >= 0),
    next_at bigint not null,
    ends_at bigint not null,
    status bigint not null,
    said text not null,
    created_at bigint not null,
    changed_at bigint not null
);
create unique index webhook_deliveries_once on webhook_deliveries (webhook, event);
create index webhook_deliveries_waiting on webhook_deliveries (webhook, seq, id)
    where state = 'waiting';
create index webhook_deliveries_newest on webhook_deliveries (webhook, id);
create index webhook_deliveries_ended on webhook_deliveries (changed_at) where state <> 'waiting';

-- Every attempt: what came back, or why nothing did.
create table webhook_attempts (
    delivery text not null references webhook_deliveries (id),
    n bigint not null,
    at bigint not null,
    took_ms bigint not null,
    status bigint not null,
    said text not null,
    primary key (delivery, n)
);

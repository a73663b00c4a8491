-- Service orders with their samples, test items and scopes, the testing exchange, joint requests for standards.

-- What a laboratory can measure, by which standard, at what price, under which mark.
create table test_items (
    id text not null primary key,
    unit text not null references organisations (id),
    -- The number of its standard as it is compared; empty for a method of its own.
    standard text not null,
    sheet text not null,
    state text not null check (state in ('offered', 'withdrawn')),
    version bigint not null check (version > 0),
    changed_at bigint not null
);
create index test_items_of_unit on test_items (unit, id);
create index test_items_of_standard on test_items (standard, id) where state = 'offered';

create table test_item_instruments (
    item text not null references test_items (id),
    instrument text not null references instruments (id),
    primary key (item, instrument)
);
create index test_item_instruments_of on test_item_instruments (instrument, item);

-- One request to several units: each delivers its part, or their answers are compared.
create table service_requests (
    id text not null primary key,
    reference text not null constraint service_requests_reference_once unique,
    customer text not null references organisations (id),
    person text not null,
    manner text not null check (manner in ('compare', 'each')),
    title text not null,
    made_at bigint not null,
    -- The order that was chosen where answers are compared; empty before.
    chosen text not null
);
create index service_requests_of_customer on service_requests (customer, id);

create table service_orders (
    id text not null primary key,
    reference text not null constraint service_orders_reference_once unique,
    -- Empty for an order of one unit alone.
    request text not null,
    customer text not null references organisations (id),
    unit text not null references organisations (id),
    -- Who asked.
    person text not null,
    -- The first test item and the first instrument, by which is counted; empty for none.
    item text not null,
    instrument text not null,
    state text not null,
    is_over boolean not null,
    -- Everything else that was asked, answered and done.
    matter text not null,
    -- The voucher that shall pay a part; empty for none.
    voucher text not null,
    received_at bigint,
    reported_at bigint,
    opinion text not null,
    version bigint not null check (version > 0),
    constraint service_orders_report_after_receipt check (reported_at is null or received_at is not null)
);
create unique index service_orders_unit_once on service_orders (request, unit) where request <> '';
create index service_orders_of_customer on service_orders (customer, id);
create index service_orders_of_unit on service_orders (unit, id);
create index service_orders_of_person on service_orders (person, id);
create index service_orders_open on service_orders (id) where is_over = false;
create index service_orders_reported on service_orders (unit, reported_at) where reported_at is not null;

create table service_samples (
    id text not null primary key,
    service_order text not null references service_orders (id),
    place bigint not null check (place >= 0),
    -- What stands on its label.
    code text not null constraint service_samples_code_once unique,
    sample text not null,
    state text not null check (state in ('announced', 'here', 'picked-up', 'disposed', 'returned')),
    constraint service_samples_place_once unique (service_order, place)
);

-- Who had a sample when, and where it stood. Rows are added and never changed.
create table service_custody (
    sample text not null references service_samples (id),
    n bigint not null check (n > 0),
    act text not null,
    person text not null,
    stands text not null,
    note text not null,
    at bigint not null,
    primary key (sample, n)
);

-- What was done to an order, by whom. Rows are added and never changed.
create table service_moves (
    service_order text not null references service_orders (id),
    n bigint not null check (n > 0),
    step text not null,
    side text not null,
    person text not null,
    note text not null,
    at bigint not null,
    primary key (service_order, n)
);

-- Wishes for a standard that does not exist yet: one firm asks, others join, the office answers.
create table joint_requests (
    id text not null primary key,
    reference text not null constraint joint_requests_reference_once unique,
    organisation text not null references organisations (id),
    person text not null,
    title text not null,
    reason text not null,
    state text not null check (state in ('open', 'accepted', 'declined')),
    answer text not null,
    -- The number of the standard that came of it; empty for none.
    standard text not null,
    asked_at bigint not null,
    answered_at bigint,
    version bigint not null check (version > 0)
);

create table joint_request_firms (
    request text not null references joint_requests (id),
    organisation text not null references organisations (id),
    person text not null,
    word text not null,
    joined_at bigint not null,
    primary key (request, organisation)
);
create index joint_request_firms_of on joint_request_firms (organisation, request);

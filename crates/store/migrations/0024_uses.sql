-- Uses of instruments, tariffs, charges, vouchers, and the ledger of services delivered.
-- What a use costs is decided by the crate `instruments`; what is owed is in the books.

-- What an hour costs, from a day on. The act holds the instrument's row: of one instrument, class
-- and way no two are valid on one day.
create table tariffs (
    id text not null primary key,
    instrument text not null references instruments (id),
    class text not null check (class <> ''),
    way text not null,
    valid_from text not null,
    -- The first day on which it is no longer valid; empty while it has no end.
    valid_until text not null,
    tariff text not null,
    set_by text not null,
    set_at bigint not null,
    constraint tariffs_start_once unique (instrument, class, way, valid_from),
    constraint tariffs_span_forward check (valid_until = '' or valid_until > valid_from)
);
create unique index tariffs_open_once on tariffs (instrument, class, way) where valid_until = '';

-- The class of a customer at a unit, from a day on; without a row it is internal or external.
create table customer_classes (
    unit text not null references organisations (id),
    organisation text not null references organisations (id),
    valid_from text not null,
    class text not null check (class <> ''),
    set_by text not null,
    set_at bigint not null,
    primary key (unit, organisation, valid_from)
);

-- What really happened at an instrument.
create table uses (
    id text not null primary key,
    instrument text not null references instruments (id),
    unit text not null references organisations (id),
    -- Who stood there, and for which organisation.
    person text not null,
    organisation text not null references organisations (id),
    project text not null,
    -- The booking it follows; empty for none.
    booking text not null,
    way text not null,
    source text not null,
    seat bigint not null check (seat > 0),
    started_at bigint not null,
    -- Nothing while it runs.
    stopped_at bigint,
    -- The voucher that shall pay a part; empty for none.
    voucher text not null,
    note text not null,
    version bigint not null check (version > 0),
    constraint uses_forward check (stopped_at is null or stopped_at >= started_at)
);
-- One user at one seat.
create unique index uses_seat_once on uses (instrument, seat) where stopped_at is null;
create index uses_of_instrument on uses (instrument, started_at, id);
create index uses_of_organisation on uses (organisation, id);
create index uses_of_unit on uses (unit, id);
create index uses_of_person on uses (person, id);
create index uses_running on uses (started_at, id) where stopped_at is null;

-- Lines of statements. A line never changes but for its state; what was wrong is reversed.
create table charges (
    id text not null primary key,
    reference text not null constraint charges_reference_once unique,
    instrument text not null,
    unit text not null references organisations (id),
    customer text not null references organisations (id),
    person text not null,
    -- What it is for: a use or a service order.
    subject text not null,
    project text not null,
    class text not null,
    -- The counted line with its parts, and how its price comes down.
    line text not null,
    list bigint not null,
    class_discount bigint not null,
    subsidy bigint not null,
    voucher bigint not null,
    pays bigint not null,
    state text not null check (state in ('posted', 'disputed', 'reversed', 'reversal')),
    -- The line that this one takes back; empty for none.
    reverses text not null,
    -- The civil day and month in which it counts.
    on_day text not null,
    month text not null,
    at bigint not null,
    constraint charges_add_up check (list = class_discount + subsidy + voucher + pays)
);
create unique index charges_reversed_once on charges (reverses) where reverses <> '';
create index charges_of_customer on charges (customer, month, unit, id);
create index charges_of_unit on charges (unit, month, id);
create index charges_of_subject on charges (subject, id);

create table charge_adjustments (
    id text not null primary key,
    charge text not null references charges (id),
    wish text not null,
    reason text not null,
    asked_by text not null,
    asked_at bigint not null,
    state text not null check (state in ('asked', 'granted', 'declined', 'withdrawn')),
    decided_by text not null,
    decided_at bigint,
    note text not null,
    constraint charge_adjustments_by_another check (decided_by = '' or decided_by <> asked_by)
);
create unique index charge_adjustments_one_open on charge_adjustments (charge) where state = 'asked';
create index charge_adjustments_of_charge on charge_adjustments (charge, id);

-- Rights to have a part of services paid; the money lies in the books.
create table vouchers (
    id text not null primary key,
    reference text not null constraint vouchers_reference_once unique,
    holder text not null references organisations (id),
    programme text not null,
    terms text not null,
    amount bigint not null check (amount > 0),
    state text not null check (state in ('issued', 'expired', 'revoked')),
    last_day text not null,
    issued_by text not null,
    issued_at bigint not null,
    version bigint not null check (version > 0)
);
create index vouchers_of_holder on vouchers (holder, id);
create index vouchers_to_expire on vouchers (last_day, id) where state = 'issued';

create table voucher_redemptions (
    id text not null primary key,
    voucher text not null references vouchers (id),
    unit text not null references organisations (id),
    -- The use or service order that it pays a part of.
    subject text not null,
    stage text not null check (stage in ('held', 'redeemed', 'claimed', 'paid', 'released')),
    amount bigint not null check (amount >= 0),
    -- The civil year whose cap it counts against.
    year bigint not null,
    evidence text not null,
    version bigint not null check (version > 0),
    at bigint not null
);
create unique index voucher_redemptions_once on voucher_redemptions (subject) where stage <> 'released';
create index voucher_redemptions_of_voucher on voucher_redemptions (voucher, id);
create index voucher_redemptions_of_unit on voucher_redemptions (unit, stage, id);

-- One row for each service delivered. Nothing here changes but what the national platform answered.
create table service_records (
    id text not null primary key,
    instrument text not null,
    unit text not null references organisations (id),
    customer text not null,
    kind text not null,
    is_external boolean not null,
    starts_at bigint not null,
    ends_at bigint not null,
    subject text not null,
    record text not null,
    -- Texts for the platform's columns that are not in the record.
    names text not null,
    reverses text not null,
    answer text not null,
    said text not null,
    at bigint not null,
    constraint service_records_forward check (ends_at > starts_at)
);
create unique index service_records_reversed_once on service_records (reverses) where reverses <> '';
create index service_records_of_unit on service_records (unit, ends_at, id);
create index service_records_in_time on service_records (ends_at, id);
create index service_records_of_subject on service_records (subject, id);

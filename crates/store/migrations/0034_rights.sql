-- What a booking asks about the party it is for: its jurisdiction, its agreement with the unit, and until
-- when a person has access there.

-- The jurisdiction of an organisation, as the office found it in a register: an ISO 3166 code.
create table organisation_jurisdictions (
    organisation text not null primary key references organisations (id),
    code text not null check (length(code) = 2),
    set_by text not null,
    set_at bigint not null
);

-- Agreements on services of a unit with a customer, under the unit's own numbers. Days are those of the
-- calendar, the last one included.
create table service_agreements (
    unit text not null references organisations (id),
    number text not null,
    customer text not null references organisations (id),
    starts_on text not null,
    ends_on text not null,
    -- What it is about, and where its text lies.
    subject text not null,
    entered_by text not null,
    entered_at bigint not null,
    -- Ended before its last day; empty and 0 where it was not.
    ended_by text not null,
    ended_at bigint not null,
    primary key (unit, number),
    constraint service_agreements_forward check (starts_on <= ends_on),
    constraint service_agreements_of_two check (unit <> customer)
);
create index service_agreements_of_pair on service_agreements (customer, unit, ends_on);

-- Until when somebody has access to the instruments of a unit; who is not here has it without an end.
create table instrument_access (
    owner text not null references organisations (id),
    person text not null,
    ends_at bigint not null,
    reason text not null,
    set_by text not null,
    set_at bigint not null,
    primary key (person, owner)
);
create index instrument_access_of_owner on instrument_access (owner, ends_at);

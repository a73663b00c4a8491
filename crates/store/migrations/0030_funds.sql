-- Vouchers that were named for bookings, and how relays are to stand.

-- The voucher that shall pay a part of a booking. What it pays is held by a redemption whose subject is
-- the booking, from the moment at which the booking stands.
create table booking_vouchers (
    booking text not null primary key references bookings (id),
    voucher text not null references vouchers (id)
);

-- How the relay of an instrument is to stand after the last use that began or ended. It is told outside
-- of every transaction, and again until it says so itself.
create table relay_wants (
    instrument text not null primary key references instruments (id),
    wants text not null check (wants in ('on', 'off')),
    -- The use that began or ended, and who it was.
    subject text not null,
    person text not null,
    tries bigint not null check (tries >= 0),
    -- Nothing once the relay did it.
    next_at bigint,
    -- What the last call said that failed; empty for none.
    said text not null,
    at bigint not null,
    -- Counts the changes, from 1.
    version bigint not null check (version > 0)
);
create index relay_wants_due on relay_wants (next_at, instrument) where next_at is not null;
